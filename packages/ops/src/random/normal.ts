import type { Dim } from "../dim.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { resolveOptions } from "../define/options.ts";
import { dispatch } from "../execution/dispatch.ts";
import { erfinv } from "../math/erfinv.ts";
import { add } from "../numpy/add.ts";
import { maximum } from "../numpy/maximum.ts";
import { multiply } from "../numpy/multiply.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { Tensor } from "../tensor.ts";
import { checkKey } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";
import { mantissaBits, sampleDType, unitInterval, type SampleAttrs, type SampleDType } from "./unit-interval.ts";

/** Floats in [0, 1) → standard normal ones: √2 · erfinv of the uniform stretched to (-1, 1). @internal */
export function normalOfUniform(unit: Tensor, dtype: SampleDType): Tensor {
  const low = -(1 - 2 ** -(mantissaBits(dtype) + 1));
  // 1 - low rounds to 2 in every dtype.
  return multiply(erfinv(maximum(add(multiply(unit, 2), low), low)), Math.SQRT2);
}

/** Standard normal floats. */
export const randomNormalOp: OpDef<SampleAttrs> = defineOp<SampleAttrs>({
  name: "random_normal",
  infer: ([key], { shape, dtype }) => {
    checkKey(key!, "random_normal");
    return [{ shape, dtype }];
  },
  decompose: ([key], { shape, dtype }) => [normalOfUniform(unitInterval(key!, shape, dtype), dtype)],
  vjp: null,
});

/** Options of {@link normal}. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: TensorLike | undefined;
  /** Default 1. */
  readonly stddev?: TensorLike | undefined;
  /** A float dtype; default floatx. */
  readonly dtype?: DType | null | undefined;
  readonly seed?: Seed | undefined;
}

/** Standard samples moved to a mean and spread. @internal */
export function located(sample: Tensor, { mean = 0, stddev = 1 }: Pick<NormalOptions, "mean" | "stddev">): Tensor {
  const spread = stddev === 1 ? sample : multiply(sample, stddev);
  return mean === 0 ? spread : add(spread, mean);
}

/**
 * Normally distributed floats.
 *
 * @param shape - Shape of the result.
 * @throws {DTypeError} when `dtype` is not a float.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.normal([2, 3], { mean: 5, stddev: 0.1, seed: 42 });
 * console.log(x.shape, x.dtype); // [2, 3] "float32"
 * ```
 */
export function normal(shape: readonly Dim[], options?: NormalOptions | DType): Tensor {
  const resolved = resolveOptions<NormalOptions>(options);
  const dtype = sampleDType(standardizeDType(resolved.dtype), "normal");
  return located(dispatch(randomNormalOp, [drawSeed(resolved.seed)], { shape, dtype })[0]!, resolved);
}
