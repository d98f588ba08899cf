import type { Dim } from "../dim.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { resolveOptions } from "../define/options.ts";
import { dispatch } from "../execution/dispatch.ts";
import { erfinv } from "../math/erfinv.ts";
import { add } from "../numpy/add.ts";
import { full } from "../numpy/full.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { located, type NormalOptions } from "./normal.ts";
import { checkKey } from "./random-bits.ts";
import { drawSeed } from "./seed.ts";
import { mantissaBits, sampleDType, unitInterval, type SampleAttrs } from "./unit-interval.ts";

/** erf(√2): the chance that a normal number lies within two standard deviations. */
const WITHIN_TWO = 0.9544997361036416;

/** Standard normal floats that lie in (-2, 2): the inverse of the distribution function, of uniform numbers. */
export const randomTruncatedNormalOp: OpDef<SampleAttrs> = defineOp<SampleAttrs>({
  name: "random_truncated_normal",
  infer: ([key], { shape, dtype }) => {
    checkKey(key!, "random_truncated_normal");
    return [{ shape, dtype }];
  },
  decompose: ([key], { shape, dtype }) => {
    const high = full([], WITHIN_TWO, { dtype });
    const low = full([], -WITHIN_TWO, { dtype });
    const u = maximum(low, add(multiply(unitInterval(key!, shape, dtype), subtract(high, low)), low));
    // Rounding must not reach the bounds.
    const bound = 2 - 2 ** -mantissaBits(dtype);
    return [minimum(maximum(multiply(erfinv(u), Math.SQRT2), -bound), bound)];
  },
  vjp: null,
});

/**
 * Normally distributed floats, of which those more than two standard deviations from the mean are left out.
 *
 * @param shape - Shape of the result.
 * @throws {DTypeError} when `dtype` is not a float.
 * @example
 * ```ts
 * import { ops, random } from "keras";
 * const x = random.truncatedNormal([1000], { seed: 42 });
 * console.log((await ops.max(ops.absolute(x)).item()) < 2); // true
 * ```
 */
export function truncatedNormal(shape: readonly Dim[], options?: NormalOptions | DType): Tensor {
  const resolved = resolveOptions<NormalOptions>(options);
  const dtype = sampleDType(standardizeDType(resolved.dtype), "truncated_normal");
  return located(dispatch(randomTruncatedNormalOp, [drawSeed(resolved.seed)], { shape, dtype })[0]!, resolved);
}
