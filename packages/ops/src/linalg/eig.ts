import type { NoAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { isComplex, type DType } from "../dtype.ts";
import { GradientError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkSquare } from "./matrix.ts";

function complexOf(dtype: DType): DType {
  if (isComplex(dtype)) return dtype;
  return dtype === "float64" ? "complex128" : "complex64";
}

export const eigOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "eig",
  keras: "keras.src.ops.linalg.Eig",
  promote: "float",
  infer: ([x]) => {
    checkSquare(x!, "eig");
    const dtype = complexOf(x!.dtype);
    return [
      { shape: x!.shape.slice(0, -1), dtype },
      { shape: x!.shape, dtype },
    ];
  },
  declare: declareOperandDType,
  vjp: () => {
    throw new GradientError(
      "the eigenvectors of a general matrix have no gradient here; those of a symmetric one have: use ops.eigh",
      { op: "eig" },
    );
  },
});

/**
 * Eigenvalues and eigenvectors of general matrices.
 *
 * @param x - [..., n, n].
 * @returns [eigenvalues, eigenvectors]: complex [..., n] in no certain order, and [..., n, n] with a vector of length 1 in each column.
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [values] = ops.eig([[0, 1], [-1, 0]]);
 * console.log(values.dtype); // "complex64"
 * ```
 */
export function eig(x: KerasTensor): [KerasTensor, KerasTensor];
export function eig(x: TensorLike): [Tensor, Tensor];
export function eig(x: Other): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const [values, vectors] = apply(eigOp, [x], {});
  return [values!, vectors!];
}
