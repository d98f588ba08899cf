import type { NoAttrs } from "../define/attrs.ts";
import { notBool } from "../define/kinds.ts";
import { dim, type Shape } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";

export const kronOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "kron",
  keras: "keras.src.ops.numpy.Kron",
  promote: "same",
  infer: ([x, y]) => {
    const [a, b] = sameRank(x!.shape, y!.shape);
    return [{ shape: a.map((d, i) => dim.mul(d, b[i]!)), dtype: notBool(x!.dtype, "kron") }];
  },
  decompose: ([x, y]) => {
    const [a, b] = sameRank(x!.shape, y!.shape);
    const product = multiply(
      reshape(
        x!,
        a.flatMap((d) => [d, 1]),
      ),
      reshape(
        y!,
        b.flatMap((d) => [1, d]),
      ),
    );
    return [
      reshape(
        product,
        a.map((d, i) => dim.mul(d, b[i]!)),
      ),
    ];
  },
});

/** Shapes with as many axes as the longer has, ones in front. */
function sameRank(x: Shape, y: Shape): [Shape, Shape] {
  const rank = Math.max(x.length, y.length);
  const lift = (s: Shape): Shape => [...Array.from({ length: rank - s.length }, () => 1), ...s];
  return [lift(x), lift(y)];
}

/**
 * The Kronecker product: the second tensor, scaled by every element of the first, side by side.
 *
 * @param x1 - Any shape and numeric dtype.
 * @param x2 - Any shape and numeric dtype.
 * @throws {DTypeError} for two booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.kron([1, 10], [1, 2]).array()); // [1, 2, 10, 20]
 * ```
 */
export function kron(x1: KerasTensor, x2: Other): KerasTensor;
export function kron(x1: Other, x2: KerasTensor): KerasTensor;
export function kron(x1: TensorLike, x2: TensorLike): Tensor;
export function kron(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(kronOp, [x1, x2], {})[0]!;
}
