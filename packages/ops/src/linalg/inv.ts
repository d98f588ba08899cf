import { declareOperandDType } from "../define/declared.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { eye } from "../numpy/eye.ts";
import { matmul } from "../numpy/matmul.ts";
import { negative } from "../numpy/negative.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkSquare, transposed } from "./matrix.ts";
import { solve } from "./solve.ts";

export const invOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "inv",
  keras: "keras.src.ops.linalg.Inv",
  promote: "float",
  declare: declareOperandDType,
  infer: ([x]) => {
    checkSquare(x!, "inv");
    return [x!];
  },
  decompose: ([x]) => [solve(x!, add(zerosLike(x!), eye(x!.shape.at(-1)!, null, { dtype: x!.dtype })))],
  vjp: ({ outputs: [y], grads: [g] }) => {
    const t = transposed(y!);
    return [negative(matmul(t, matmul(g!, t)))];
  },
});

/**
 * Inverse matrices. A singular one gives infinities or NaN.
 *
 * @param x - [..., n, n].
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.inv([[2, 0], [0, 4]]).array()); // [[0.5, 0], [0, 0.25]]
 * ```
 */
export function inv(x: KerasTensor): KerasTensor;
export function inv(x: TensorLike): Tensor;
export function inv(x: Other): Tensor | KerasTensor {
  return apply(invOp, [x], {})[0]!;
}
