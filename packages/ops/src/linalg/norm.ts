import { apply } from "../execution/dispatch.ts";
import { ArgumentError, UnsupportedError } from "../errors.ts";
import { absolute } from "../numpy/absolute.ts";
import { cast } from "../core/cast.ts";
import { max } from "../numpy/max.ts";
import { min } from "../numpy/min.ts";
import { notEqual } from "../numpy/compare.ts";
import { power } from "../numpy/power.ts";
import { sqrt } from "../numpy/sqrt.ts";
import { square } from "../numpy/square.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

type Order = number | "fro" | "nuc" | null;

interface NormAttrs extends Readonly<Record<string, unknown>> {
  readonly ord: Order;
  readonly axis: number | readonly number[] | null;
  readonly keepdims: boolean;
}

export const normOp: OpDef<NormAttrs> = defineOp<NormAttrs>({
  name: "norm",
  keras: "keras.src.ops.linalg.Norm",
  promote: "float",
  infer: ([x], { axis, keepdims }) => [{ shape: reducedShape(x!.shape, normalizeAxes(axis, x!.shape.length, "norm"), keepdims), dtype: x!.dtype }],
  decompose: ([x], { ord, axis, keepdims }) => [normOf(x!, ord, normalizeAxes(axis, x!.ndim, "norm"), axis === null, keepdims)],
});

function normOf(x: Tensor, ord: Order, axes: readonly number[], all: boolean, keepdims: boolean): Tensor {
  const reduce = { axis: axes, keepdims };
  if (ord === null || ord === "fro" || (ord === 2 && (axes.length === 1 || (all && axes.length !== 2)))) return sqrt(sum(square(x), reduce));
  if (axes.length === 1) {
    const size = absolute(x);
    if (ord === Number.POSITIVE_INFINITY) return max(size, reduce);
    if (ord === Number.NEGATIVE_INFINITY) return min(size, reduce);
    if (ord === 0) return cast(sum(cast(notEqual(x, 0), x.dtype), reduce), x.dtype);
    if (ord === "nuc") throw new ArgumentError("the nuclear norm is one of matrices: give two axes", { op: "norm" });
    return ord === 1 ? sum(size, reduce) : power(sum(power(size, ord), reduce), 1 / ord);
  }
  throw new UnsupportedError(`the norm of order ${String(ord)} over ${axes.length} axes is not available`, { op: "norm" });
}

/**
 * Norm of vectors or matrices.
 *
 * @param x - Any shape; integers become floatx.
 * @param options - `ord`: order (default 2-norm of all elements, Frobenius for matrices); `axis`; `keepdims`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.norm([3, 4]).item()); // 5
 * ```
 */
export function norm(x: KerasTensor, options?: Partial<NormAttrs>): KerasTensor;
export function norm(x: TensorLike, options?: Partial<NormAttrs>): Tensor;
export function norm(x: TensorLike | KerasTensor, options: Partial<NormAttrs> = {}): Tensor | KerasTensor {
  return apply(normOp, [x], { ord: options.ord ?? null, axis: options.axis ?? null, keepdims: options.keepdims ?? false })[0]!;
}
