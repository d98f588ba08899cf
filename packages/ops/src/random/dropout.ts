import { toTensor } from "../convert.ts";
import type { Dim } from "../dim.ts";
import { isFloat } from "../dtype.ts";
import { ArgumentError, DTypeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { divide } from "../numpy/divide.ts";
import { full } from "../numpy/full.ts";
import { lessEqual } from "../numpy/compare.ts";
import { where } from "../numpy/where.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, sameShape, type Spec } from "../shape.ts";
import { ShapeError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { checkKey, randomBits } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";

/** Attributes of {@link dropoutOp}. @internal */
export interface DropoutAttrs extends Readonly<Record<string, unknown>> {
  readonly rate: number;
  /** Shape of the mask, which is broadcast along x; null: that of x. */
  readonly noiseShape: readonly (Dim | null)[] | null;
}

/** (x, key) → (x with elements dropped and the rest scaled, mask of what was kept). */
export const dropoutOp: OpDef<DropoutAttrs> = defineOp<DropoutAttrs>({
  name: "dropout",
  infer: ([x, key], { noiseShape }) => {
    checkKey(key!, "dropout");
    if (!isFloat(x!.dtype)) throw new DTypeError(`dropout needs floats, got ${x!.dtype}`, { op: "dropout" });
    return [x!, { shape: maskShape(x!, noiseShape), dtype: "bool" }];
  },
  decompose: ([x, key], { rate, noiseShape }) => {
    const keep = Math.fround(1 - rate);
    // A float of 23 random bits lies below `keep` just when the 32 bits it is made of do not exceed this.
    const last = Math.ceil(keep * 2 ** 23) * 2 ** 9 - 1;
    const mask = lessEqual(randomBits(key!, maskShape(x!, noiseShape)), full([], last, { dtype: "uint32" }));
    return [kept(x!, mask, rate), mask];
  },
  vjp: ({ outputs: [, mask], attrs: { rate }, grads: [g] }) => [g ? kept(g, mask!, rate) : null, null],
});

function kept(x: Tensor, mask: Tensor, rate: number): Tensor {
  return where(mask, divide(x, 1 - rate), 0);
}

function maskShape(x: Spec, noiseShape: DropoutAttrs["noiseShape"]): readonly Dim[] {
  if (noiseShape === null) return x.shape;
  const shape = noiseShape.map((d, i) => d ?? x.shape[i]!);
  if (noiseShape.length > x.shape.length || !sameShape(broadcastShapes([x.shape, shape], "dropout"), x.shape)) {
    throw new ShapeError(`a noise shape ${formatShape(noiseShape)} does not broadcast to ${formatShape(x.shape)}`, {
      op: "dropout",
    });
  }
  return shape;
}

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Shape of the mask: a size of 1 drops along that axis as a whole; null means as `inputs`. */
  readonly noiseShape?: readonly (Dim | null)[] | null | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * Sets a random part of the elements to 0 and scales the rest, so that the sum is kept on average.
 *
 * @param inputs - Floats of any shape.
 * @param rate - Part to drop, in [0, 1].
 * @throws {ArgumentError} when `rate` is outside [0, 1].
 * @throws {ShapeError} when the noise shape does not broadcast to that of `inputs`.
 * @example
 * ```ts
 * import { ops, random } from "keras";
 * const y = await random.dropout(ops.ones([8]), 0.5, { seed: 1 }).array<1>();
 * console.log(y.every((v) => v === 0 || v === 2)); // true
 * ```
 */
export function dropout(inputs: TensorLike, rate: number, options: DropoutOptions = {}): Tensor {
  if (!(rate >= 0 && rate <= 1))
    throw new ArgumentError(`a dropout rate lies in [0, 1], got ${rate}`, { op: "dropout" });
  const x = toTensor(inputs);
  if (rate === 1) return zerosLike(x);
  if (rate === 0) return x;
  return apply(dropoutOp, [x, drawSeed(options.seed)], { rate, noiseShape: options.noiseShape ?? null })[0]!;
}
