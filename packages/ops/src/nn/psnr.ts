import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { log } from "../numpy/log.ts";
import { mean } from "../numpy/mean.ts";
import { multiply } from "../numpy/multiply.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link psnrOp}. */
interface PsnrAttrs extends Readonly<Record<string, unknown>> {
  readonly maxVal: number;
}

export const psnrOp: OpDef<PsnrAttrs> = defineOp<PsnrAttrs>({
  name: "psnr",
  keras: "keras.src.ops.nn.PSNR",
  promote: "float",
  infer: ([a, b]) => {
    if (a!.shape.length !== b!.shape.length || a!.shape.some((d, i) => unify(d, b!.shape[i]!) === null)) {
      throw new ShapeError(
        `both images must have one shape, got ${formatShape(a!.shape)} and ${formatShape(b!.shape)}`,
        { op: "psnr" },
      );
    }
    return [{ shape: [], dtype: a!.dtype }];
  },
  decompose: ([a, b], { maxVal }) => {
    const error = mean(square(subtract(a!, b!)));
    return [subtract(20 * Math.log10(maxVal), multiply(log(error), 10 / Math.LN10))];
  },
  inline: true,
});

/**
 * Peak signal-to-noise ratio of two images, in decibels: 20 log10(maxVal) - 10 log10(mean squared difference).
 *
 * @param x1 - Any shape.
 * @param x2 - The same shape.
 * @param maxVal - The largest value that an element can have.
 * @returns A scalar.
 * @throws {ShapeError} when the shapes differ.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.psnr([0, 0], [1, 1], 10).item()); // 20
 * ```
 */
export function psnr(x1: KerasTensor, x2: Other, maxVal: number): KerasTensor;
export function psnr(x1: Other, x2: KerasTensor, maxVal: number): KerasTensor;
export function psnr(x1: TensorLike, x2: TensorLike, maxVal: number): Tensor;
export function psnr(x1: Other, x2: Other, maxVal: number): Tensor | KerasTensor {
  return apply(psnrOp, [x1, x2], { maxVal })[0]!;
}
