import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const reverseOp: OpDef<
  { readonly axis: readonly number[] },
  { readonly axis: number | readonly number[] | null }
> = defineOp({
  name: "reverse",
  keras: "keras.src.ops.numpy.Flip",
  resolve: ([x], { axis }) => ({ axis: normalizeAxes(axis, x!.shape.length, "flip") }),
  infer: ([x]) => [x!],
  vjp: ({ attrs: { axis }, grads: [g] }) => [flip(g!, { axis })],
});

/** Options of `flip`. */
export interface FlipOptions {
  /** Default: all. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * Elements in reversed order along axes.
 *
 * @param x - Any shape and dtype.
 * @param options - `axis`, or that axis itself; default: all axes.
 * @throws {ArgumentError} when an axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.flip([[1, 2], [3, 4]], 0).array()); // [[3, 4], [1, 2]]
 * ```
 */
export function flip(x: KerasTensor, options?: FlipOptions | number | readonly number[]): KerasTensor;
export function flip(x: TensorLike, options?: FlipOptions | number | readonly number[]): Tensor;
export function flip(
  x: TensorLike | KerasTensor,
  options?: FlipOptions | number | readonly number[],
): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<FlipOptions>(options);
  return apply(reverseOp, [x], { axis })[0]!;
}

/**
 * Elements in reversed order along the second axis.
 *
 * @param x - At least two axes.
 * @throws {ArgumentError} when there are fewer axes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.fliplr([[1, 2], [3, 4]]).array()); // [[2, 1], [4, 3]]
 * ```
 */
export function fliplr(x: KerasTensor): KerasTensor;
export function fliplr(x: TensorLike): Tensor;
export function fliplr(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return flip(x as TensorLike, { axis: 1 });
}

/**
 * Elements in reversed order along the first axis.
 *
 * @param x - At least one axis.
 * @throws {ArgumentError} for a scalar.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.flipud([[1, 2], [3, 4]]).array()); // [[3, 4], [1, 2]]
 * ```
 */
export function flipud(x: KerasTensor): KerasTensor;
export function flipud(x: TensorLike): Tensor;
export function flipud(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return flip(x as TensorLike, { axis: 0 });
}
