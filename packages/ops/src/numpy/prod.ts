import { defineOp } from "../op.ts";
import { resolveOptions } from "../define/options.ts";
import {
  widened,
  type GivenReduceAttrs,
  type ReduceAttrs,
  type ReduceOp,
  type ReduceOptions,
} from "../define/reduce.ts";
import { spreadOver } from "../define/restore-axes.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { dim, type Shape } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import type { Other, TensorLike } from "../operand.ts";
import { normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { cumprodTensor } from "./cumprod.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

export const prodOp: ReduceOp = defineOp<ReduceAttrs, GivenReduceAttrs>({
  name: "prod",
  keras: "keras.src.ops.numpy.Prod",
  promote: (inputs, { dtype }) => (dtype ? inputs.map(() => dtype as DType) : widened(inputs)),
  resolve: ([x], { axis, keepdims }) => ({ axis: normalizeAxes(axis, x!.shape.length, "prod"), keepdims }),
  infer: ([x], { axis, keepdims }) => [{ shape: reducedShape(x!.shape, axis, keepdims), dtype: x!.dtype }],
  vjp: ({ inputs: [x], attrs: { axis }, grads: [g] }) => [
    multiply(spreadOver(g!, x!.shape, axis), productOfOthers(x!, axis)),
  ],
});

/** For each element the product of all others along `axes`: without division, so that zeros do no harm. */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const shape: Shape = x.shape;
  const kept = [...shape.keys()].filter((i) => !axes.includes(i));
  const perm = [...kept, ...axes];
  const moved = transpose(x, perm);
  const flat = reshape(moved, [...kept.map((i) => shape[i]!), dim.product(axes.map((i) => shape[i]!))]);
  const last = { axis: kept.length, exclusive: true };
  const others = multiply(
    cumprodTensor(flat, { ...last, reverse: false }),
    cumprodTensor(flat, { ...last, reverse: true }),
  );
  return transpose(
    reshape(others, moved.shape),
    perm.map((_, i) => perm.indexOf(i)),
  );
}

/** Options of `prod`. */
export interface ProdOptions extends ReduceOptions {
  /** dtype to multiply in; default: that of `x`, integers of fewer than 32 bits widened to them. */
  readonly dtype?: DType | null | undefined;
}

/**
 * The product over axes. Integers of fewer than 32 bits and booleans give 32-bit integers.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all), `keepdims` and `dtype`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.prod([[1, 2], [3, 4]], { axis: 0 }).array()); // [3, 8]
 * ```
 */
export function prod(x: KerasTensor, options?: ProdOptions | number | readonly number[]): KerasTensor;
export function prod(x: TensorLike, options?: ProdOptions | number | readonly number[]): Tensor;
export function prod(x: Other, options?: ProdOptions | number | readonly number[]): Tensor | KerasTensor {
  const { axis = null, keepdims = false, dtype } = resolveOptions<ProdOptions>(options);
  return apply(prodOp, [x], { axis, keepdims, dtype: dtype ? standardizeDType(dtype) : null })[0]!;
}
