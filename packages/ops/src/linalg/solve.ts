import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { eye } from "../numpy/eye.ts";
import { matmul } from "../numpy/matmul.ts";
import { negative } from "../numpy/negative.ts";
import { reshape } from "../numpy/reshape.ts";
import { tril } from "../numpy/tril.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { NoAttrs } from "../define/attrs.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { luFactors, permutedRows } from "./lu.ts";
import { checkRightSide, transposed } from "./matrix.ts";
import { triangularSolve } from "./triangular-solve.ts";

export const solveOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "solve",
  keras: "keras.src.ops.linalg.Solve",
  promote: "float",
  infer: ([a, b]) => {
    checkRightSide(a!, b!, "solve");
    return [b!];
  },
  decompose: ([a, b]) => {
    const { packed, permutation } = luFactors(a!);
    const rows = permutedRows(asColumns(b!, a!), permutation);
    const lower = add(tril(packed, { k: -1 }), eye(a!.shape.at(-1)!, null, { dtype: packed.dtype }));
    return [reshape(triangularSolve(packed, triangularSolve(lower, rows, true, false), false, false), b!.shape)];
  },
  vjp: ({ inputs: [a, b], outputs: [x], grads: [g], needs }) => {
    const db = solve(transposed(a!), g!);
    return [
      needs(0) ? negative(matmul(asColumns(db, a!), transposed(asColumns(x!, a!)))) : null,
      needs(1) ? reshape(db, b!.shape) : null,
    ];
  },
});

/** A vector as a matrix of one column. */
function asColumns(b: Tensor, a: Tensor): Tensor {
  return b.ndim === a.ndim ? b : expandDims(b, -1);
}

/**
 * Solves the linear systems a x = b.
 *
 * @param a - [..., n, n].
 * @param b - [..., n] or [..., n, columns].
 * @returns The shape of `b`.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.solve([[2, 0], [0, 4]], [2, 4]).array()); // [1, 1]
 * ```
 */
export function solve(a: KerasTensor, b: Other): KerasTensor;
export function solve(a: Other, b: KerasTensor): KerasTensor;
export function solve(a: TensorLike, b: TensorLike): Tensor;
export function solve(a: Other, b: Other): Tensor | KerasTensor {
  return apply(solveOp, [a, b], {})[0]!;
}
