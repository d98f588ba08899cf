import { declareOperandDType } from "../define/declared.ts";
import { resolveOptions } from "../define/options.ts";
import type { DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { greater } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize, matrixSize, transposed } from "./matrix.ts";
import { thinSvd } from "./svd.ts";

/** Attributes of {@link pinvOp} and `lstsq`. @internal */
export interface RcondAttrs extends Readonly<Record<string, unknown>> {
  readonly rcond: number | null;
}

/** Distance from 1 to the next number. @internal */
export function machineEpsilon(dtype: DType): number {
  return { float16: 2 ** -10, bfloat16: 2 ** -7, float64: 2 ** -52 }[dtype as string] ?? 2 ** -23;
}

export const pinvOp: OpDef<RcondAttrs> = defineOp<RcondAttrs>({
  name: "pinv",
  declare: declareOperandDType,
  keras: "keras.src.ops.linalg.Pinv",
  promote: "float",
  infer: ([x]) => {
    const [rows, columns] = matrixSize(x!, "pinv");
    return [{ shape: [...x!.shape.slice(0, -2), columns, rows], dtype: x!.dtype }];
  },
  decompose: ([x], { rcond }) => {
    const [rows, columns] = knownMatrixSize(x!, "pinv");
    const [u, s, vh] = thinSvd(x!);
    const relative = rcond ?? 10 * Math.max(rows, columns) * machineEpsilon(x!.dtype);
    const large = greater(s, multiply(sliceAxis(s, s.ndim - 1, 0, 1), relative));
    const inverse = where(large, divide(1, where(large, s, 1)), 0);
    return [matmul(transposed(vh), multiply(expandDims(inverse, -1), transposed(u)))];
  },
  // Golub and Pereyra, The Differentiation of Pseudo-Inverses (1973).
  vjp: ({ inputs: [a], outputs: [p], grads: [g] }) => {
    const [pt, gt] = [transposed(p!), transposed(g!)];
    const main = matmul(pt, matmul(g!, pt));
    const left = matmul(matmul(gt, p!), pt);
    const right = matmul(pt, matmul(p!, gt));
    const beside = subtract(left, matmul(a!, matmul(p!, left)));
    const below = subtract(right, matmul(matmul(right, p!), a!));
    return [subtract(add(beside, below), main)];
  },
});

/** Options of {@link pinv} and `lstsq`. */
export interface RcondOptions {
  /** Singular values below this part of the largest count as 0; default: what rounding makes of the matrix's size. */
  readonly rcond?: number | null | undefined;
}

/**
 * Moore-Penrose pseudo-inverses, by singular value decomposition.
 *
 * @param x - [..., m, n].
 * @returns [..., n, m].
 * @throws {ShapeError} unless x holds matrices.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.pinv([[2, 0], [0, 4]]).array()); // about [[0.5, 0], [0, 0.25]]
 * ```
 */
export function pinv(x: KerasTensor, options?: RcondOptions): KerasTensor;
export function pinv(x: TensorLike, options?: RcondOptions): Tensor;
export function pinv(x: Other, options?: RcondOptions): Tensor | KerasTensor {
  const { rcond = null } = resolveOptions<RcondOptions>(options);
  return apply(pinvOp, [x], { rcond })[0]!;
}
