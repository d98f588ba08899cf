import { toTensor } from "../convert.ts";
import type { Shape } from "../dim.ts";
import { resultType, type DType } from "../dtype.ts";
import type { OpInput } from "../execution/dispatch.ts";
import { isScalar, weakTypeOf, type Scalar } from "../scalar.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { isVariable } from "../variable.ts";

/** A value whose shape can be asked for; scalars stay scalars, so that they keep their weak type. */
export type Shaped = Tensor | KerasTensor | Scalar;

/** Turns arrays into tensors and reads Variables, so that the rank is known before an op is applied. */
export function shaped(x: OpInput): Shaped {
  if (isVariable(x)) return x.value;
  return isKerasTensor(x) || isTensor(x) || isScalar(x) ? x : toTensor(x);
}

/** Number of axes. */
export function rankOf(x: Shaped): number {
  return isScalar(x) ? 0 : x.shape.length;
}

/** The dtype it has, or gets when nothing promotes it. */
export function dtypeOf(x: Shaped): DType {
  return isScalar(x) ? resultType(weakTypeOf(x)) : x.dtype;
}

/** Its sizes; those that a symbolic value leaves open are symbols. */
export function shapeOf(x: Shaped): Shape {
  if (isScalar(x)) return [];
  return isKerasTensor(x) ? x.spec.shape : x.shape;
}
