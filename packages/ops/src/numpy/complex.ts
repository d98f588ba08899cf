import type { NoAttrs } from "../define/attrs.ts";
import { defineBinary } from "../define/binary.ts";
import { notComplex } from "../define/kinds.ts";
import { dtypeOf, shaped } from "../define/operand.ts";
import { defineUnary } from "../define/unary.ts";
import { isComplex, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import type { OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { arctan2 } from "./arctan2.ts";
import { equal } from "./compare.ts";
import { identityOp } from "./copy.ts";
import { negative } from "./negative.ts";
import { zerosLike, zerosLikeOp } from "./zeros-like.ts";

/** dtype of the parts of a complex number. */
function partDType(dtype: DType, op: string): DType {
  if (!isComplex(dtype)) throw new DTypeError(`works on complex numbers, not on ${dtype}`, { op });
  return dtype === "complex128" ? "float64" : "float32";
}

export const realOp: OpDef<NoAttrs> = defineUnary({
  name: "real",
  keras: "keras.src.ops.numpy.Real",
  promote: "keep",
  result: (dtype) => partDType(dtype, "real"),
  gradient: (g) => complex(g, zerosLike(g)),
});

/**
 * The real part of every element; real numbers stay as they are.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.real([1, 2]).array()); // [1, 2]
 * ```
 */
export function real(x: KerasTensor): KerasTensor;
export function real(x: TensorLike): Tensor;
export function real(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  const value = shaped(x);
  return apply(isComplex(dtypeOf(value)) ? realOp : identityOp, [value], {})[0]!;
}

export const imagOp: OpDef<NoAttrs> = defineUnary({
  name: "imag",
  keras: "keras.src.ops.numpy.Imag",
  promote: "keep",
  result: (dtype) => partDType(dtype, "imag"),
  // Transposed without conjugation, as in JAX: the cotangent of a + bi is da - i db.
  gradient: (g) => complex(zerosLike(g), negative(g)),
});

/**
 * The imaginary part of every element; of real numbers it is 0.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.imag([1, 2]).array()); // [0, 0]
 * ```
 */
export function imag(x: KerasTensor): KerasTensor;
export function imag(x: TensorLike): Tensor;
export function imag(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  const value = shaped(x);
  if (isComplex(dtypeOf(value))) return apply(imagOp, [value], {})[0]!;
  return apply(zerosLikeOp, [value], { dtype: dtypeOf(value) })[0]!;
}

export const conjOp: OpDef<NoAttrs> = defineUnary({
  name: "conj",
  keras: "keras.src.ops.numpy.Conj",
  promote: "keep",
  result: (dtype) => {
    partDType(dtype, "conj");
    return dtype;
  },
  gradient: (g) => conj(g),
});

/**
 * The complex conjugate of every element; real numbers stay as they are.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.conj([1, 2]).array()); // [1, 2]
 * ```
 */
export function conj(x: KerasTensor): KerasTensor;
export function conj(x: TensorLike): Tensor;
export function conj(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  const value = shaped(x);
  return apply(isComplex(dtypeOf(value)) ? conjOp : identityOp, [value], {})[0]!;
}

/**
 * As `conj`.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.conjugate([1, 2]).array()); // [1, 2]
 * ```
 */
export function conjugate(x: KerasTensor): KerasTensor;
export function conjugate(x: TensorLike): Tensor;
export function conjugate(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return conj(x as TensorLike);
}

export const complexOp: OpDef<NoAttrs> = defineBinary({
  name: "complex",
  promote: "float",
  result: (dtype) => (notComplex(dtype, "complex") === "float64" ? "complex128" : "complex64"),
  gradient: { x: (g) => real(g), y: (g) => negative(imag(g)) },
});

/**
 * A complex number of its two parts.
 *
 * @internal
 */
export function complex(re: TensorLike, im: TensorLike): Tensor {
  return apply(complexOp, [re, im], {})[0]!;
}

export const angleOp: OpDef<NoAttrs> = defineUnary({
  name: "angle",
  keras: "keras.src.ops.numpy.Angle",
  result: (dtype) => (isComplex(dtype) ? partDType(dtype, "angle") : dtype),
  decompose: (x) => arctan2(imag(x), real(x)),
});

/**
 * The angle of every element in the complex plane, in radians: 0 or π for real numbers.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.angle([1, 2]).array()); // [0, 0]
 * ```
 */
export function angle(x: KerasTensor): KerasTensor;
export function angle(x: TensorLike): Tensor;
export function angle(x: Other): Tensor | KerasTensor {
  return apply(angleOp, [x], {})[0]!;
}

export const isrealOp: OpDef<NoAttrs> = defineUnary({
  name: "isreal",
  keras: "keras.src.ops.numpy.Isreal",
  promote: "keep",
  result: "bool",
  decompose: (x) => equal(imag(x), 0),
  gradient: null,
});

/**
 * Whether the imaginary part of each element is 0.
 *
 * @param x - Any shape and numeric dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isreal([1, 2]).array()); // [true, true]
 * ```
 */
export function isreal(x: KerasTensor): KerasTensor;
export function isreal(x: TensorLike): Tensor;
export function isreal(x: Other): Tensor | KerasTensor {
  return apply(isrealOp, [x], {})[0]!;
}
