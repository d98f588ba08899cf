import { resolveOptions } from "../define/options.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";

export const squeezeOp: OpDef<
  { readonly axis: readonly number[] },
  { readonly axis: number | readonly number[] | null }
> = defineOp({
  name: "squeeze",
  keras: "keras.src.ops.numpy.Squeeze",
  resolve: ([x], { axis }) => {
    const { shape } = x!;
    return {
      axis:
        axis === null ? shape.flatMap((d, i) => (d === 1 ? [i] : [])) : normalizeAxes(axis, shape.length, "squeeze"),
    };
  },
  infer: ([x], { axis }) => {
    const wrong = axis.find((a) => x!.shape[a] !== 1);
    if (wrong !== undefined) {
      throw new ShapeError(
        `axis ${wrong} of shape ${formatShape(x!.shape)} is not known to have size 1, so it cannot be removed`,
        { op: "squeeze" },
      );
    }
    return [{ shape: reducedShape(x!.shape, axis, false), dtype: x!.dtype }];
  },
  decompose: ([x], { axis }) => [reshape(x!, reducedShape(x!.shape, axis, false))],
  inline: true,
});

/** Options of `squeeze`. */
export interface SqueezeOptions {
  /** Axes to remove; default: all of size 1. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * Removes axes of size 1.
 *
 * @param x - Any shape and dtype.
 * @param options - `axis`, or that axis itself.
 * @throws {ShapeError} when an axis has another size.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.squeeze(ops.zeros([1, 2, 1])).shape); // [2]
 * ```
 */
export function squeeze(x: KerasTensor, options?: SqueezeOptions | number | readonly number[]): KerasTensor;
export function squeeze(x: TensorLike, options?: SqueezeOptions | number | readonly number[]): Tensor;
export function squeeze(
  x: TensorLike | KerasTensor,
  options?: SqueezeOptions | number | readonly number[],
): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<SqueezeOptions>(options);
  return apply(squeezeOp, [x], { axis })[0]!;
}
