import { isDifferentiable } from "../dtype.ts";
import { all } from "../numpy/all.ts";
import { isnan } from "../numpy/isnan.ts";
import { logicalNot } from "../numpy/logical.ts";
import { sum } from "../numpy/sum.ts";
import { where } from "../numpy/where.ts";
import type { Tensor } from "../tensor.ts";
import { asDType } from "./as-dtype.ts";
import type { ReduceAttrs } from "./reduce.ts";

/** The elements, with another number in place of NaN; integers have none. */
export function withoutNan(x: Tensor, instead: number): Tensor {
  return isDifferentiable(x.dtype) ? where(isnan(x), instead, x) : x;
}

/** NaN where all elements along the axes are, else the given result. */
export function nanWhereAll(x: Tensor, attrs: Pick<ReduceAttrs, "axis" | "keepdims">, result: Tensor): Tensor {
  return isDifferentiable(x.dtype) ? where(all(isnan(x), attrs), Number.NaN, result) : result;
}

/** How many elements along the axes are not NaN, in the dtype of `x`. */
export function countOfNumbers(x: Tensor, attrs: Pick<ReduceAttrs, "axis" | "keepdims">): Tensor {
  return asDType(sum(asDType(logicalNot(isnan(x)), "int32"), attrs), x.dtype);
}
