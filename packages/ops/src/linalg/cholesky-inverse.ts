import { declareOperandDType } from "../define/declared.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { eye } from "../numpy/eye.ts";
import { matmul } from "../numpy/matmul.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { CholeskyOptions } from "./cholesky.ts";
import { checkSquare, transposed } from "./matrix.ts";
import { triangularSolve } from "./triangular-solve.ts";

/** Attributes of {@link choleskyInverseOp}. */
interface CholeskyInverseAttrs extends Readonly<Record<string, unknown>> {
  readonly upper: boolean;
}

export const choleskyInverseOp: OpDef<CholeskyInverseAttrs> = defineOp<CholeskyInverseAttrs>({
  name: "cholesky_inverse",
  keras: "keras.src.ops.linalg.CholeskyInverse",
  promote: "float",
  declare: declareOperandDType,
  infer: ([x]) => {
    checkSquare(x!, "cholesky_inverse");
    return [x!];
  },
  decompose: ([x], { upper }) => {
    const unit = add(zerosLike(x!), eye(x!.shape.at(-1)!, null, { dtype: x!.dtype }));
    const inverse = triangularSolve(x!, unit, !upper, false);
    return [upper ? matmul(inverse, transposed(inverse)) : matmul(transposed(inverse), inverse)];
  },
  inline: true,
});

/**
 * Inverses of matrices of which the Cholesky factors are given.
 *
 * @param x - Factors [..., n, n].
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.choleskyInverse([[2, 0], [0, 1]]).array()); // [[0.25, 0], [0, 1]]
 * ```
 */
export function choleskyInverse(x: KerasTensor, options?: CholeskyOptions): KerasTensor;
export function choleskyInverse(x: TensorLike, options?: CholeskyOptions): Tensor;
export function choleskyInverse(x: Other, options?: CholeskyOptions): Tensor | KerasTensor {
  const { upper = false } = resolveOptions<CholeskyOptions>(options);
  return apply(choleskyInverseOp, [x], { upper })[0]!;
}
