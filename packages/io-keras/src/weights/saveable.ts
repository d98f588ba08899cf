import type { NDArray, Tensor, Variable } from "@keras/ops";

/** A value to save: as it is when the state is collected. */
export type WeightValue = Variable | Tensor | NDArray;

/** What a {@link Saveable} may hold: others, in lists and dictionaries of any depth. Anything else is passed over. */
export type SaveableChild = Saveable | SaveableList | SaveableDict;
export type SaveableList = readonly unknown[];
export type SaveableDict = { readonly [key: string]: unknown } | ReadonlyMap<unknown, unknown>;

/** An object with state of its own or of its parts: a layer, a model, an optimizer, a metric, a loss. */
export interface Saveable {
  /** Keras's name of the class, such as `Dense`: its place in a list is named after it. */
  readonly className: string;
  /** Stored beside the variables, for people to read; loading does not use it. */
  readonly name?: string | undefined;
  /**
   * Whether the child `layers` comes before all others, as in Functional and Sequential models. Elsewhere children come in the order of
   * their names.
   */
  readonly layersFirst?: boolean | undefined;
  /**
   * Its parts by attribute, in any order. Attributes have the names they have in Keras (`query_dense`, `_softmax`), for
   * they are the path in the file.
   */
  children(): Iterable<readonly [attribute: string, child: SaveableChild]>;
  /** Puts its own variables into `store`: `store["0"] = this.kernel`. */
  saveOwnVariables(store: Record<string, WeightValue>): void;
  /** Takes its own variables back. @throws when they are not what it needs; the error becomes part of the report. */
  loadOwnVariables(store: Readonly<Record<string, NDArray>>): void | Promise<void>;
  /** Saves files, such as a vocabulary, in a folder of its own. */
  saveAssets?(store: AssetWriter): void | Promise<void>;
  /** Takes its files back. */
  loadAssets?(store: AssetReader): void | Promise<void>;
}

/** A folder to write to. */
export interface AssetWriter {
  /** @param name A file name, or a path with `/`. */
  write(name: string, content: string | Uint8Array): void;
}

/** A folder to read from. */
export interface AssetReader {
  /** Names of its files, subfolders included. */
  list(): string[];
  /** The content of a file. @throws {NotFoundError} when there is none of this name. */
  read(name: string): Promise<Uint8Array>;
}

export function isSaveable(x: unknown): x is Saveable {
  if (typeof x !== "object" || x === null) return false;
  const { className, loadOwnVariables } = x as Partial<Saveable>;
  return typeof className === "string" && typeof loadOwnVariables === "function";
}
