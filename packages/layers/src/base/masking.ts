import { getMask, isKerasTensor, isTensor, setMask, type Masked } from "@keras/ops";
import * as tree from "@keras/ops/tree";

export { getMask, setMask, type Masked } from "@keras/ops";

/** The masks that values carry, in their structure; null when none does. */
export function carriedMask(x: unknown): unknown {
  if (!tree.flatten(x as never).some((leaf) => getMask(leaf) !== null)) return null;
  return tree.mapStructure(getMask, x as never);
}

/** Attaches masks to outputs. An output that is an input itself, or has a mask, keeps what it has. */
export function attachMasks(outputs: unknown, given: unknown, inputs: unknown): void {
  if (given === null || given === undefined) return;
  const untouched = new Set(tree.flatten<unknown>(inputs as never));
  const values = tree.flatten<unknown>(outputs as never);
  const flat = tree.flatten<unknown>(given as never);
  values.forEach((y, i) => {
    const mask = flat[i];
    if ((isTensor(y) || isKerasTensor(y)) && !untouched.has(y) && getMask(y) === null && mask)
      setMask(y, mask as Masked);
  });
}
