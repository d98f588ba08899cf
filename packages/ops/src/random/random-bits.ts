import type { Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import { formatShape, type Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of ops that draw an array of the given shape. @internal */
export interface DrawAttrs extends Readonly<Record<string, unknown>> {
  readonly shape: readonly Dim[];
}

/** Checks the key operand of an op that draws random numbers. @internal */
export function checkKey(key: Spec, op: string): void {
  if (key.dtype !== "uint32" || key.shape.length !== 1 || key.shape[0] !== 2) {
    throw new ShapeError(`a random key is uint32[2], got ${key.dtype}${formatShape(key.shape)}`, { op });
  }
}

/** Uniform random bits of Threefry-2x32, a function of key and position alone. */
export const randomBitsOp: OpDef<DrawAttrs> = defineOp<DrawAttrs>({
  name: "random_bits",
  infer: ([key], { shape }) => {
    checkKey(key!, "random_bits");
    return [{ shape, dtype: "uint32" }];
  },
  vjp: null,
});

/**
 * 32 random bits per element, the same on every backend.
 *
 * @param key - uint32[2], see `drawSeed`.
 * @internal
 */
export function randomBits(key: Tensor, shape: readonly Dim[]): Tensor {
  return dispatch(randomBitsOp, [key], { shape })[0]!;
}
