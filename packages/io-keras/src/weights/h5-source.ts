import { h5Find, type H5Dataset, type H5Group } from "../hdf5/types.ts";
import type { WeightsSource } from "./load.ts";

/** Where Keras kept layers before 2.14. */
const OLD_LAYERS = "_layer_checkpoint_dependencies";

/** The weights in the tree of one `.weights.h5` file. */
export function h5WeightsSource(root: H5Group): WeightsSource {
  return {
    vars: (path) => Promise.resolve(varsAt(root, path) ?? oldVarsAt(root, path) ?? new Map()),
    has: (path) => h5Find(root, path) !== undefined,
  };
}

/** The datasets of the group `vars` at a path; null when there is no such group. */
export function varsAt(root: H5Group, path: string): ReadonlyMap<string, H5Dataset> | null {
  const vars = h5Find(root, `${path}/vars`);
  if (vars?.kind !== "group") return null;
  const datasets = new Map<string, H5Dataset>();
  for (const [key, node] of vars.children) if (node.kind === "dataset") datasets.set(key, node);
  return datasets;
}

function oldVarsAt(root: H5Group, path: string): ReadonlyMap<string, H5Dataset> | null {
  return root.children.has(OLD_LAYERS) ? varsAt(root, path.replaceAll("layers", OLD_LAYERS)) : null;
}
