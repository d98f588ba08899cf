import { shaped, type Shaped } from "../define/operand.ts";
import { isFloat, type DType } from "../dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../errors.ts";
import type { Other } from "../operand.ts";
import { isScalar } from "../scalar.ts";
import { formatShape, unify, type Spec } from "../shape.ts";

/** Complex values as Keras passes them: [real, imaginary], two tensors of one shape. */
export type ComplexPair<T> = readonly [T, T];

/**
 * The two parts, ready to be asked for their shapes.
 *
 * @throws {ArgumentError} unless there are two tensors.
 * @internal
 */
export function pairOf(x: ComplexPair<Other>, op: string): readonly [Shaped, Shaped] {
  if (
    !Array.isArray(x) ||
    x.length !== 2 ||
    x.some((part) => Array.isArray(part) || isScalar(part) || part === null || part === undefined)
  ) {
    throw new ArgumentError("needs the real and the imaginary part, two tensors: [real, imag]", { op });
  }
  return [shaped(x[0] as Other), shaped(x[1] as Other)];
}

/**
 * @throws {ShapeError} unless both parts have one shape of at least `rank` axes.
 * @throws {DTypeError} unless they are float32 or float64.
 * @internal
 */
export function checkPair(re: Spec, im: Spec, rank: number, op: string): void {
  if (re.shape.length !== im.shape.length || re.shape.some((d, i) => unify(d, im.shape[i]!) === null)) {
    throw new ShapeError(
      `the real and the imaginary part must have one shape, got ${formatShape(re.shape)} and ${formatShape(im.shape)}`,
      { op },
    );
  }
  if (re.shape.length < rank)
    throw new ShapeError(`needs at least ${rank} axes, got shape ${formatShape(re.shape)}`, { op });
  for (const { dtype } of [re, im]) checkTransformDType(dtype, op);
}

/**
 * @throws {DTypeError} unless complex numbers can be made of it.
 * @internal
 */
export function checkTransformDType(dtype: DType, op: string): void {
  if (!isFloat(dtype) || (dtype !== "float32" && dtype !== "float64")) {
    throw new DTypeError(`the transform works on float32 and float64, not on ${dtype}: cast first`, { op });
  }
}
