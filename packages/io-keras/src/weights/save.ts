import type { NDArray } from "@keras/ops";
import { h5Dataset, h5Group, type H5Dataset, type H5Group, type H5Node } from "../hdf5/types.ts";
import { zipInput, type ZipInput } from "../zip/write.ts";
import type { Saveable, WeightValue } from "./saveable.ts";
import { joinPath, partsOf, partsOfContainer, type Part } from "./walk.ts";

/** The own variables of one saveable. */
export interface VarsEntry {
  /** Path of the saveable: `layers/dense`. The root's is empty. */
  readonly path: string;
  readonly name: string | undefined;
  readonly vars: ReadonlyMap<string, H5Dataset>;
}

/** The state of a saveable and all its parts, to be written once. */
export interface CollectedState {
  readonly entries: readonly VarsEntry[];
  /** Files, with paths below the folder `assets`. */
  readonly assets: readonly ZipInput[];
}

/**
 * Walks a model and takes stock of its state. Each object counts once, at the first path where it is met. Values are those of now, even
 * when variables change before they are written; they are read from their device when their turn to be written comes.
 *
 * @param root The model (or layer, or optimizer).
 */
export async function collectState(root: Saveable): Promise<CollectedState> {
  const entries: VarsEntry[] = [];
  const assets: ZipInput[] = [];
  const visited = new Set<Saveable>();

  const save = async (saveable: Saveable, path: string): Promise<void> => {
    if (visited.has(saveable)) return;
    visited.add(saveable);
    const store: Record<string, WeightValue> = {};
    saveable.saveOwnVariables(store);
    const vars = new Map(Object.entries(store).map(([key, value]) => [key, datasetOf(value)]));
    if (vars.size > 0 || saveable.name !== undefined) entries.push({ path, name: saveable.name, vars });
    await saveable.saveAssets?.({
      write: (name, content) => void assets.push(zipInput(joinPath(path, name), content)),
    });
    for (const part of partsOf(saveable, path)) await savePart(part, new Set());
  };
  /** @param containers Those already met: a list may hold itself. */
  const savePart = async (part: Part, containers: Set<object>): Promise<void> => {
    if (part.kind === "saveable") return save(part.saveable, part.path);
    if (containers.has(part.identity)) return;
    containers.add(part.identity);
    for (const inner of partsOfContainer(part.items, part.path)) await savePart(inner, containers);
  };
  await save(root, "");
  return { entries, assets };
}

/** A value as a dataset that is read when it is written. */
function datasetOf(value: WeightValue): H5Dataset {
  if (value.kind === "ndarray") return h5Dataset(value);
  // Holds on to the value of now: a Variable that is assigned to gets another tensor.
  const snapshot = value.kind === "variable" ? value.held().alias() : value.alias();
  return {
    kind: "dataset",
    shape: snapshot.shape,
    dtype: snapshot.dtype,
    attrs: new Map(),
    async read(): Promise<NDArray> {
      const array = await snapshot.ndarray();
      snapshot.dispose();
      return array;
    },
  };
}

/** The tree of a `.weights.h5` file: a group `vars` at the path of each saveable. */
export function weightsTree(entries: readonly VarsEntry[]): H5Group {
  const root = new Map<string, H5Node>();
  for (const { path, name, vars } of entries) {
    let children = root;
    for (const part of path.split("/").filter((p) => p !== "")) {
      const found = children.get(part);
      const next = new Map<string, H5Node>();
      if (found?.kind === "group") children = found.children as Map<string, H5Node>;
      else {
        children.set(part, h5Group(next));
        children = next;
      }
    }
    children.set("vars", h5Group(vars, name === undefined ? {} : { name }));
  }
  return h5Group(root);
}
