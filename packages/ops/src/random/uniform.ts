import type { Dim } from "../dim.ts";
import { isFloat, standardizeDType, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { resolveOptions } from "../define/options.ts";
import { add } from "../numpy/add.ts";
import { maximum } from "../numpy/maximum.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { toTensor } from "../convert.ts";
import type { TensorLike } from "../operand.ts";
import type { Tensor } from "../tensor.ts";
import { drawSeed, type Seed } from "./seed.ts";
import { sampleDType, unitInterval } from "./unit-interval.ts";

/** Options of {@link uniform}. */
export interface UniformOptions {
  /** Lower bound, included; default 0. */
  readonly minval?: TensorLike | undefined;
  /** Upper bound, excluded (rounding may reach it); default 1. */
  readonly maxval?: TensorLike | undefined;
  /** A float dtype; default floatx. */
  readonly dtype?: DType | null | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * Uniformly distributed floats.
 *
 * @param shape - Shape of the result.
 * @throws {DTypeError} when `dtype` is not a float.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.uniform([2, 3], { minval: -1, maxval: 1, seed: 42 });
 * console.log(x.shape, x.dtype); // [2, 3] "float32"
 * ```
 */
export function uniform(shape: readonly Dim[], options?: UniformOptions | DType): Tensor {
  const { minval = 0, maxval = 1, dtype: name, seed } = resolveOptions<UniformOptions>(options);
  const dtype = standardizeDType(name);
  if (!isFloat(dtype))
    throw new DTypeError(`random.uniform gives floats, not ${dtype}: use random.randint for integers`, {
      op: "uniform",
    });
  const unit = unitInterval(drawSeed(seed), shape, sampleDType(dtype, "uniform"));
  if (minval === 0 && maxval === 1) return unit;
  const [low, high] = [toTensor(minval, dtype), toTensor(maxval, dtype)];
  return maximum(low, add(multiply(unit, subtract(high, low)), low));
}
