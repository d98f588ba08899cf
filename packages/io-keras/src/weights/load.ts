import { FormatError, NotFoundError, type NDArray } from "@keras/ops";
import type { H5Dataset } from "../hdf5/types.ts";
import type { ZipEntry } from "../zip/read.ts";
import type { AssetReader, Saveable } from "./saveable.ts";
import { partsOf, partsOfContainer, type Container } from "./walk.ts";

/** Weights in a file or several. */
export interface WeightsSource {
  /** The own variables of the saveable at a path; empty when there are none. */
  vars(path: string): Promise<ReadonlyMap<string, H5Dataset>>;
  /** Whether there is anything at or below a path. */
  has(path: string): boolean;
}

/** Options of loading state into a model. */
export interface LoadStateOptions {
  /** Leave objects whose weights do not fit as they are, with a warning in place of an error. Default false. */
  readonly skipMismatch?: boolean | undefined;
  /** Gets warnings. Default: `console.warn`. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** An object whose state could not be loaded. */
export interface LoadFailure {
  readonly path: string;
  readonly error: unknown;
}

interface Loading {
  readonly weights: WeightsSource | null;
  /** By path below the folder `assets`. */
  readonly assets: ReadonlyMap<string, ZipEntry> | null;
  readonly visited: Set<Saveable>;
  /** Objects whose parts are being loaded now. */
  readonly active: Set<Saveable>;
  readonly failures: Map<Saveable, LoadFailure>;
  readonly warn: (message: string) => void;
}

/**
 * Loads the state of a model and all its parts, by the paths under which {@link collectState} stores it. An object that occurs at several
 * paths is loaded from the first that works.
 *
 * @param root The model; built, with all its variables there.
 * @param source Where the state is; assets by their path below the folder `assets`. `null` leaves weights or assets as they are.
 * @returns What did not fit and was skipped.
 * @throws {FormatError} when something does not fit (unless `skipMismatch`), or the file is damaged.
 */
export async function loadState(
  root: Saveable,
  source: { readonly weights: WeightsSource | null; readonly assets?: ReadonlyMap<string, ZipEntry> | null },
  options: LoadStateOptions = {},
): Promise<LoadFailure[]> {
  const { skipMismatch = false, onWarning = (message) => console.warn(message) } = options;
  const loading: Loading = {
    weights: source.weights,
    assets: source.assets ?? null,
    visited: new Set(),
    active: new Set(),
    failures: new Map(),
    warn: onWarning,
  };
  await load(loading, root, "");
  const failures = [...loading.failures.values()];
  if (failures.length > 0) {
    const message = describe(failures);
    if (!skipMismatch) throw new FormatError(message, { cause: failures[0]!.error });
    onWarning(message);
  }
  return failures;
}

function describe(failures: readonly LoadFailure[]): string {
  const [first] = failures as [LoadFailure];
  const title = (path: string): string => (path === "" ? "the model itself" : `'${path}'`);
  const reason = first.error instanceof Error ? first.error.message : String(first.error);
  const others = failures.slice(1).map(({ path }) => title(path));
  const also = others.length === 0 ? "" : `; also ${others.slice(0, 10).join(", ")}${others.length > 10 ? ", …" : ""}`;
  return `the saved state of ${failures.length} object(s) does not fit: ${title(first.path)}: ${reason}${also}`;
}

async function load(loading: Loading, saveable: Saveable, path: string): Promise<void> {
  const { weights, assets, visited, active, failures } = loading;
  if (visited.has(saveable) || active.has(saveable)) return;
  let failed = false;
  const attempt = async (run: () => void | Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      failures.set(saveable, { path, error });
      failed = true;
    }
  };
  if (weights) {
    // A damaged file is no mismatch: reading it is outside of the attempt.
    const store = Object.create(null) as Record<string, NDArray>; // names come from the file
    for (const [key, dataset] of await weights.vars(path)) store[key] = await dataset.read();
    await attempt(() => saveable.loadOwnVariables(store));
  }
  if (assets && saveable.loadAssets) await attempt(() => saveable.loadAssets!(assetFolder(assets, path)));

  const before = failures.size;
  active.add(saveable);
  for (const part of partsOf(saveable, path)) {
    if (part.kind === "saveable") await load(loading, part.saveable, part.path);
    else await loadContainer(loading, part, new Set());
  }
  active.delete(saveable);
  if (failed) return;
  // With a failure below, another path to this object gets a chance.
  if (failures.size <= before) visited.add(saveable);
  failures.delete(saveable);
}

/** @param containers Those already met: a list may hold itself. */
async function loadContainer(loading: Loading, container: Container, containers: Set<object>): Promise<void> {
  if (containers.has(container.identity)) return;
  containers.add(container.identity);
  for (const part of partsOfContainer(container.items, container.path)) {
    if (part.kind === "saveable") await load(loading, part.saveable, part.path);
    else if (present(loading, part.path)) await loadContainer(loading, part, containers);
    else await loadMissing(loading, part, containers);
  }
}

/** A list in a list that the file does not have: older versions of Keras left such lists out. */
async function loadMissing(loading: Loading, container: Container, containers: Set<object>): Promise<void> {
  // Most hold nothing that is not loaded elsewhere as well, so only failures tell.
  const failures = new Map<Saveable, LoadFailure>();
  await loadContainer({ ...loading, failures }, container, containers);
  if (failures.size === 0) return;
  loading.warn(
    `the file has nothing for the nested list at '${container.path}': it was saved by a version of Keras that left such ` +
      "lists out, and the layers in it keep their initial weights",
  );
}

function present({ weights, assets }: Loading, path: string): boolean {
  if (weights?.has(path)) return true;
  return assets !== null && [...assets.keys()].some((name) => name.startsWith(`${path}/`));
}

/** The assets below a path. */
function assetFolder(assets: ReadonlyMap<string, ZipEntry>, path: string): AssetReader {
  const prefix = path === "" ? "" : `${path}/`;
  return {
    list: () => [...assets.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    async read(name) {
      const entry = assets.get(`${prefix}${name}`);
      if (!entry) throw new NotFoundError(`the file has no asset '${prefix}${name}'`);
      return entry.bytes();
    },
  };
}
