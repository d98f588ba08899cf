import { cast } from "../core/cast.ts";
import type { DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { bitwiseAnd } from "../numpy/bitwise.ts";
import { multiply } from "../numpy/multiply.ts";
import { rightShift } from "../numpy/shift.ts";
import { defineOp, type OpDef } from "../op.ts";
import { staticShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { wideBits } from "./key.ts";
import { checkKey, randomBits, type DrawAttrs } from "./random-bits.ts";
import type { Dim } from "../dim.ts";

/** Float dtypes in which numbers can be drawn. @internal */
export type SampleDType = "float16" | "bfloat16" | "float32" | "float64";

/** Attributes of ops that draw floats. @internal */
export interface SampleAttrs extends DrawAttrs {
  readonly dtype: SampleDType;
}

/** Random bits that a float of each dtype is made of, as JAX draws them, and its mantissa's. */
const BITS: Readonly<Record<SampleDType, { readonly drawn: number; readonly mantissa: number }>> = {
  float16: { drawn: 16, mantissa: 10 },
  bfloat16: { drawn: 8, mantissa: 7 },
  float32: { drawn: 32, mantissa: 23 },
  float64: { drawn: 64, mantissa: 52 },
};

/** Bits of a dtype's mantissa. @internal */
export function mantissaBits(dtype: SampleDType): number {
  return BITS[dtype].mantissa;
}

/** @throws {DTypeError} unless numbers of this dtype can be drawn. @internal */
export function sampleDType(dtype: DType, op: string): SampleDType {
  if (!Object.hasOwn(BITS, dtype))
    throw new DTypeError(`random floats are ${Object.keys(BITS).join(", ")}; got ${dtype}`, { op });
  return dtype as SampleDType;
}

/** Words of random bits → floats in [0, 1), in steps of 2^-mantissa. @internal */
export function unitFloats(bits: Tensor, dtype: Exclude<SampleDType, "float64">): Tensor {
  const { drawn, mantissa } = BITS[dtype];
  const low = drawn === 32 ? bits : bitwiseAnd(bits, 2 ** drawn - 1);
  return multiply(cast(rightShift(low, drawn - mantissa), dtype), 2 ** -mantissa);
}

/** Uniform floats in [0, 1). */
export const randomUniformOp: OpDef<SampleAttrs> = defineOp<SampleAttrs>({
  name: "random_uniform",
  infer: ([key], { shape, dtype }) => {
    checkKey(key!, "random_uniform");
    return [{ shape, dtype }];
  },
  decompose: ([key], { shape, dtype }) => {
    if (dtype !== "float64") return [unitFloats(randomBits(key!, shape), dtype)];
    const [high, low] = wideBits(key!, staticShape(shape, "random_uniform"));
    return [add(multiply(cast(high, dtype), 2 ** -32), multiply(cast(rightShift(low, 12), dtype), 2 ** -52))];
  },
  vjp: null,
});

/** Uniform floats in [0, 1) from a key. @internal */
export function unitInterval(key: Tensor, shape: readonly Dim[], dtype: SampleDType): Tensor {
  return dispatch(randomUniformOp, [key], { shape, dtype })[0]!;
}
