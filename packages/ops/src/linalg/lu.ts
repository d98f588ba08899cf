import { declareOperandDType } from "../define/declared.ts";
import type { Shape } from "../dim.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { argsort } from "../numpy/argsort.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { eye } from "../numpy/eye.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { matmul } from "../numpy/matmul.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { subtract } from "../numpy/subtract.ts";
import { takeAlongAxis } from "../numpy/take-along-axis.ts";
import { tril, triu } from "../numpy/tril.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize, transposed } from "./matrix.ts";
import { triangularSolve } from "./triangular-solve.ts";

/** The primitive: a → (L and U packed in one matrix, pivots, permutation), with a[permutation] = L U. */
export const luOp: OpDef<Record<never, never>> = defineOp({
  name: "lu",
  infer: ([x]) => {
    const [rows, columns] = knownMatrixSize(x!, "lu");
    const leading = x!.shape.slice(0, -2);
    return [
      x!,
      { shape: [...leading, Math.min(rows, columns)], dtype: "int32" },
      { shape: [...leading, rows], dtype: "int32" },
    ];
  },
  vjp: ({ outputs: [packed, , permutation], grads: [g] }) => {
    if (!g) return [null];
    return [permutedRows(packedGradient(packed!, g), argsort(permutation!))];
  },
});

/** Rows in the order of a permutation. @internal */
export function permutedRows(x: Tensor, permutation: Tensor): Tensor {
  return takeAlongAxis(x, broadcastTo(expandDims(permutation, -1), x.shape as Shape), { axis: -2 });
}

/** L, U and what follows, factors of `a`. @internal */
export function luFactors(a: Tensor): {
  readonly packed: Tensor;
  readonly pivots: Tensor;
  readonly permutation: Tensor;
} {
  const [packed, pivots, permutation] = dispatch(luOp, [a], {});
  return { packed: packed!, pivots: pivots!, permutation: permutation! };
}

/** L with ones on its diagonal, of the first `size` columns. */
function lowerOf(packed: Tensor, size: number): Tensor {
  const square = sliceAxis(sliceAxis(packed, packed.ndim - 1, 0, size), packed.ndim - 2, 0, size);
  return add(tril(square, { k: -1 }), eye(size, null, { dtype: packed.dtype }));
}

/**
 * Cotangent of L U, given that of the packed factors. The blocks below or beside the square part are those factors times the inverse
 * of the other: their cotangents go first.
 */
function packedGradient(packed: Tensor, g: Tensor): Tensor {
  const [rows, columns] = packed.shape.slice(-2) as [number, number];
  const size = Math.min(rows, columns);
  const rank = packed.ndim;
  const [rowAxis, columnAxis] = [rank - 2, rank - 1];
  const top = (x: Tensor): Tensor => sliceAxis(x, rowAxis, 0, size);
  const left = (x: Tensor): Tensor => sliceAxis(x, columnAxis, 0, size);
  const [l, u] = [lowerOf(packed, size), triu(left(top(packed)))];
  let [dl, du] = [tril(left(top(g)), { k: -1 }), triu(left(top(g)))];
  const square = (): Tensor => {
    // L⁻ᵀ (tril(Lᵀ dL) + triu(dU Uᵀ)) U⁻ᵀ
    const inner = add(tril(matmul(transposed(l), dl), { k: -1 }), triu(matmul(du, transposed(u))));
    return rightSolve(u, triangularSolveUnit(l, inner));
  };
  if (rows > columns) {
    const below = sliceAxis(packed, rowAxis, size, rows);
    const dBelow = rightSolve(u, sliceAxis(g, rowAxis, size, rows));
    du = subtract(du, triu(matmul(transposed(below), dBelow)));
    return concatenate([square(), dBelow], { axis: rowAxis });
  }
  if (columns > rows) {
    const beside = sliceAxis(packed, columnAxis, size, columns);
    const dBeside = triangularSolveUnit(l, sliceAxis(g, columnAxis, size, columns));
    dl = subtract(dl, tril(matmul(dBeside, transposed(beside)), { k: -1 }));
    return concatenate([square(), dBeside], { axis: columnAxis });
  }
  return square();
}

/** x U⁻ᵀ */
function rightSolve(u: Tensor, x: Tensor): Tensor {
  return transposed(triangularSolve(u, transposed(x), false, false));
}

/** L⁻ᵀ x */
function triangularSolveUnit(l: Tensor, x: Tensor): Tensor {
  return triangularSolve(l, x, true, true);
}

export const luFactorOp: OpDef<Record<never, never>> = defineOp({
  name: "lu_factor",
  keras: "keras.src.ops.linalg.LuFactor",
  promote: "float",
  infer: (inputs) => luOp.infer(inputs, {}).slice(0, 2),
  declare: declareOperandDType,
  decompose: ([x]) => {
    const { packed, pivots } = luFactors(x!);
    return [packed, pivots];
  },
  inline: true,
});

/**
 * LU decomposition with partial pivoting: P x = L U.
 *
 * @param x - [..., m, n].
 * @returns [packed, pivots]: U and, below the diagonal, L without its ones; and for each row the row it was exchanged with (int32).
 * @throws {ShapeError} unless x holds matrices.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [packed, pivots] = ops.luFactor([[1, 2], [2, 2]]);
 * console.log(await packed.array(), await pivots.array()); // [[2, 2], [0.5, 1]] [1, 1]
 * ```
 */
export function luFactor(x: KerasTensor): [KerasTensor, KerasTensor];
export function luFactor(x: TensorLike): [Tensor, Tensor];
export function luFactor(x: Other): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const [packed, pivots] = apply(luFactorOp, [x], {});
  return [packed!, pivots!];
}
