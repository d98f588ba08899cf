import { resolveOptions } from "../define/options.ts";
import { cast } from "../core/cast.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { greater } from "../numpy/compare.ts";
import { multiply } from "../numpy/multiply.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize, matrixSize } from "./matrix.ts";
import { machineEpsilon } from "./pinv.ts";
import { svdOp } from "./svd.ts";

/** Attributes of {@link matrixRankOp}. */
interface RankAttrs extends Readonly<Record<string, unknown>> {
  readonly tol: number | null;
}

export const matrixRankOp: OpDef<RankAttrs> = defineOp<RankAttrs>({
  name: "matrix_rank",
  keras: "keras.src.ops.linalg.MatrixRank",
  promote: "float",
  infer: ([x]) => {
    matrixSize(x!, "matrix_rank");
    return [{ shape: x!.shape.slice(0, -2), dtype: "int32" }];
  },
  decompose: ([x], { tol }) => {
    const [rows, columns] = knownMatrixSize(x!, "matrix_rank");
    const [s] = dispatch(svdOp, [x!], { fullMatrices: false, computeUv: false });
    const least = tol ?? multiply(sliceAxis(s!, s!.ndim - 1, 0, 1), Math.max(rows, columns) * machineEpsilon(x!.dtype));
    return [sum(cast(greater(s!, least), "int32"), { axis: -1 })];
  },
  vjp: null,
});

/** Options of {@link matrixRank}. */
export interface MatrixRankOptions {
  /** Singular values up to this count as 0; default: what rounding makes of the matrix's size. */
  readonly tol?: number | null | undefined;
}

/**
 * Ranks of matrices: the number of singular values that are not 0.
 *
 * @param x - [..., m, n].
 * @returns int32 [...].
 * @throws {ShapeError} unless x holds matrices.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.matrixRank([[1, 2], [2, 4]]).item()); // 1
 * ```
 */
export function matrixRank(x: KerasTensor, options?: MatrixRankOptions): KerasTensor;
export function matrixRank(x: TensorLike, options?: MatrixRankOptions): Tensor;
export function matrixRank(x: Other, options?: MatrixRankOptions): Tensor | KerasTensor {
  const { tol = null } = resolveOptions<MatrixRankOptions>(options);
  return apply(matrixRankOp, [x], { tol })[0]!;
}
