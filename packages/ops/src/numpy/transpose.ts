import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const transposeOp: OpDef<{ readonly perm: readonly number[] }, { readonly axes: readonly number[] | null }> =
  defineOp({
    name: "transpose",
    keras: "keras.src.ops.numpy.Transpose",
    resolve: ([x], { axes }) => ({ perm: permutation(axes, x!.shape.length) }),
    infer: ([x], { perm }) => [{ shape: perm.map((p) => x!.shape[p]!), dtype: x!.dtype }],
    vjp: ({ attrs: { perm }, grads: [g] }) => [
      transpose(
        g!,
        perm.map((_, i) => perm.indexOf(i)),
      ),
    ],
  });

function permutation(axes: readonly number[] | null, rank: number): readonly number[] {
  if (axes === null) return Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const perm = axes.map((a) => normalizeAxis(a, rank, "transpose"));
  if (perm.length !== rank || new Set(perm).size !== rank) {
    throw new ArgumentError(`axes [${axes.join(", ")}] are not a permutation of the ${rank} axes`, { op: "transpose" });
  }
  return perm;
}

/**
 * Axes in another order.
 *
 * @param x - Any shape and dtype.
 * @param axes - Axis `i` of the result is axis `axes[i]` of `x`; default: reversed order.
 * @throws {ArgumentError} when `axes` is not a permutation of the axes of `x`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.transpose([[1, 2], [3, 4]]).array()); // [[1, 3], [2, 4]]
 * ```
 */
export function transpose(x: KerasTensor, axes?: readonly number[] | null): KerasTensor;
export function transpose(x: TensorLike, axes?: readonly number[] | null): Tensor;
export function transpose(x: TensorLike | KerasTensor, axes: readonly number[] | null = null): Tensor | KerasTensor {
  return apply(transposeOp, [x], { axes })[0]!;
}
