import { declareOperandDType } from "../define/declared.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { eye } from "../numpy/eye.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkSquare, symmetrized, transposed } from "./matrix.ts";

/** The primitive: symmetric → (ascending eigenvalues, eigenvectors in columns). */
export const eighOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "eigh",
  infer: ([x]) => {
    checkSquare(x!, "eigh");
    return [{ shape: x!.shape.slice(0, -1), dtype: x!.dtype }, x!];
  },
  // Giles, An Extended Collection of Matrix Derivative Results (2008).
  vjp: ({ outputs: [w, v], grads: [gw, gv] }) => {
    const unit = eye(w!.shape.at(-1)!, null, { dtype: w!.dtype });
    const parts: Tensor[] = [];
    if (gw) parts.push(multiply(unit, expandDims(gw, -1)));
    if (gv) {
      const gaps = subtract(expandDims(w!, -2), expandDims(w!, -1));
      const inverse = subtract(divide(1, add(gaps, unit)), unit);
      parts.push(multiply(inverse, matmul(transposed(v!), gv)));
    }
    const inner = parts.reduce((a, b) => add(a, b));
    return [symmetrized(matmul(v!, matmul(inner, transposed(v!))))];
  },
});

export const symmetricEigenOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "symmetric_eigen",
  keras: "keras.src.ops.linalg.Eigh",
  promote: "float",
  declare: declareOperandDType,
  infer: (inputs) => eighOp.infer(inputs, {}),
  decompose: ([x]) => dispatch(eighOp, [symmetrized(x!)], {}),
  inline: true,
});

/**
 * Eigenvalues and eigenvectors of symmetric matrices.
 *
 * @param x - [..., n, n]; what is not symmetric in it does not count.
 * @returns [eigenvalues, eigenvectors]: [..., n] ascending, and [..., n, n] with a vector in each column. The sign of a vector is up to
 *   the backend.
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [values] = ops.eigh([[2, 0], [0, 1]]);
 * console.log(await values.array()); // [1, 2]
 * ```
 */
export function eigh(x: KerasTensor): [KerasTensor, KerasTensor];
export function eigh(x: TensorLike): [Tensor, Tensor];
export function eigh(x: Other): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const [values, vectors] = apply(symmetricEigenOp, [x], {});
  return [values!, vectors!];
}
