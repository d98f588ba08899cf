import { isReadable } from "../execution/force.ts";
import { declareOperandDType } from "../define/declared.ts";
import { resolveOptions } from "../define/options.ts";
import { ArgumentError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { eye } from "../numpy/eye.ts";
import { subtract } from "../numpy/subtract.ts";
import { tril } from "../numpy/tril.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkSquare, symmetrized, transposed } from "./matrix.ts";
import { triangularSolve } from "./triangular-solve.ts";

/** Attributes of {@link choleskyFactorOp}. */
interface CholeskyAttrs extends Readonly<Record<string, unknown>> {
  readonly upper: boolean;
}

/** The primitive: the lower factor of a symmetric matrix. */
export const choleskyOp: OpDef<Record<never, never>> = defineOp({
  name: "cholesky",
  infer: ([x]) => {
    checkSquare(x!, "cholesky");
    return [x!];
  },
  // Murray, Differentiation of the Cholesky Decomposition (2016).
  vjp: ({ outputs: [l], grads: [g] }) => {
    const inner = tril(matmul(transposed(l!), tril(g!)));
    const halved = subtract(inner, multiply(multiply(inner, eye(l!.shape.at(-1)!, null, { dtype: l!.dtype })), 0.5));
    const left = triangularSolve(l!, halved, true, true);
    return [symmetrized(transposed(triangularSolve(l!, transposed(left), true, true)))];
  },
});

export const choleskyFactorOp: OpDef<CholeskyAttrs> = defineOp<CholeskyAttrs>({
  name: "cholesky_factor",
  keras: "keras.src.ops.linalg.Cholesky",
  promote: "float",
  declare: declareOperandDType,
  infer: ([x]) => {
    checkSquare(x!, "cholesky");
    return [x!];
  },
  decompose: ([x], { upper }) => {
    const [lower] = dispatch(choleskyOp, [symmetrized(x!)], {});
    return [upper ? transposed(lower!) : lower!];
  },
  inline: true,
});

/** Options of {@link cholesky}. */
export interface CholeskyOptions {
  /** Whether the upper factor is wanted, the transpose of the lower. Default false. */
  readonly upper?: boolean | undefined;
}

/**
 * Cholesky factors of symmetric positive-definite matrices: x = L Lᵀ.
 *
 * @param x - [..., n, n].
 * @returns The lower (or upper) factor; zeros in the other triangle. Where values cannot be read at once, NaN stands for a matrix that is
 *   not positive-definite.
 * @throws {ShapeError} unless the matrices are square.
 * @throws {ArgumentError} when a matrix is not positive-definite and its values can be read at once.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cholesky([[4, 2], [2, 2]]).array()); // [[2, 0], [1, 1]]
 * ```
 */
export function cholesky(x: KerasTensor, options?: CholeskyOptions): KerasTensor;
export function cholesky(x: TensorLike, options?: CholeskyOptions): Tensor;
export function cholesky(x: Other, options?: CholeskyOptions): Tensor | KerasTensor {
  const { upper = false } = resolveOptions<CholeskyOptions>(options);
  const factor = apply(choleskyFactorOp, [x], { upper })[0]! as Tensor | KerasTensor;
  if (!isKerasTensor(factor) && isKnownNaN(factor)) {
    throw new ArgumentError("a matrix is not positive-definite, so it has no Cholesky factor", { op: "cholesky" });
  }
  return factor;
}

/** Whether the value is at hand and holds a NaN. */
function isKnownNaN(x: Tensor): boolean {
  const storage = x.storage;
  if (!storage || !isReadable(storage)) return false;
  return (x.dataSync() as Float32Array).some(Number.isNaN);
}
