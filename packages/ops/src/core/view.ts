import { dim, type Dim, type Shape } from "../dim.ts";
import { itemBytes, standardizeDType, type DType } from "../dtype.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { reshape } from "../numpy/reshape.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

function checkBits(dtype: DType, op: string): void {
  if (dtype === "string") throw new DTypeError("strings have no bits to read in another way", { op });
}

export const bitcastOp: OpDef<{ readonly dtype: DType }> = defineOp({
  name: "bitcast",
  infer: ([x], { dtype }) => {
    checkBits(x!.dtype, "bitcast");
    checkBits(dtype, "bitcast");
    const [from, to] = [itemBytes(x!.dtype), itemBytes(dtype)];
    if (from === to) return [{ shape: x!.shape, dtype }];
    if (from > to) return [{ shape: [...x!.shape, from / to], dtype }];
    if (x!.shape.at(-1) !== to / from) {
      throw new ShapeError(
        `${to / from} elements of ${x!.dtype} make one of ${dtype}: the last axis of ${formatShape(x!.shape)} must have that size`,
        { op: "bitcast" },
      );
    }
    return [{ shape: x!.shape.slice(0, -1), dtype }];
  },
  vjp: null,
});

/**
 * The same bits in another dtype. Smaller elements get an axis of their own at the end; larger ones take the last axis away.
 *
 * @internal
 */
export function bitcast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : dispatch(bitcastOp, [x], { dtype })[0]!;
}

export const viewOp: OpDef<{ readonly dtype: DType | null }> = defineOp({
  name: "view",
  keras: "keras.src.ops.numpy.View",
  infer: ([x], { dtype }) => [{ shape: viewed(x!.shape, x!.dtype, dtype ?? x!.dtype), dtype: dtype ?? x!.dtype }],
  decompose: ([x], { dtype }) => {
    const to = dtype ?? x!.dtype;
    const shape = viewed(x!.shape, x!.dtype, to);
    const ratio = itemBytes(to) / itemBytes(x!.dtype);
    return [reshape(bitcast(ratio > 1 ? reshape(x!, [...shape, ratio]) : x!, to), shape)];
  },
});

/** Shape of the same bytes in another dtype: the last axis grows or shrinks. */
function viewed(shape: Shape, from: DType, to: DType): Shape {
  checkBits(from, "view");
  checkBits(to, "view");
  const [given, wanted] = [itemBytes(from), itemBytes(to)];
  if (given === wanted) return shape;
  const last = shape.at(-1);
  if (last === undefined)
    throw new ShapeError(`a scalar of ${from} cannot be seen as ${to}, whose elements have another size`, {
      op: "view",
    });
  const bytes: Dim = dim.mul(last, given);
  if (dim.isStatic(bytes) && bytes % wanted !== 0) {
    throw new ShapeError(
      `the last axis of ${formatShape(shape)} holds ${bytes} bytes, which do not divide into elements of ${to}`,
      { op: "view" },
    );
  }
  return [...shape.slice(0, -1), dim.floordiv(bytes, wanted)];
}

/**
 * The same bytes in another dtype. Where its elements have another size the last axis grows or shrinks.
 *
 * @param x - Any shape and dtype but strings.
 * @param dtype - Default: that of `x`.
 * @throws {ShapeError} when the bytes of the last axis do not divide into elements of `dtype`.
 * @throws {DTypeError} for strings.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.view(ops.array([1], "float32"), "int32").array()); // [1065353216]
 * ```
 */
export function view(x: KerasTensor, dtype?: DType | null | { readonly dtype?: DType | null | undefined }): KerasTensor;
export function view(x: TensorLike, dtype?: DType | null | { readonly dtype?: DType | null | undefined }): Tensor;
export function view(
  x: TensorLike | KerasTensor,
  dtype: DType | null | { readonly dtype?: DType | null | undefined } = null,
): Tensor | KerasTensor {
  const target = typeof dtype === "object" ? (dtype?.dtype ?? null) : dtype;
  return apply(viewOp, [x], { dtype: target === null ? null : standardizeDType(target) })[0]!;
}
