import type { KerasTensor } from "./symbolic/keras-tensor.ts";
import type { Tensor } from "./tensor.ts";

/** A value that can carry a mask. */
export type Masked = Tensor | KerasTensor;

/** Masks lie beside values: which time steps of a tensor count. */
const masks: WeakMap<Masked, Masked> = /* @__PURE__ */ new WeakMap();

/** The mask of a value; null when every step counts. */
export function getMask(x: unknown): Masked | null {
  return typeof x === "object" && x !== null ? (masks.get(x as Masked) ?? null) : null;
}

/** Attaches a mask to a value, or takes it away. */
export function setMask(x: Masked, mask: Masked | null): void {
  if (mask === null) masks.delete(x);
  else masks.set(x, mask);
}
