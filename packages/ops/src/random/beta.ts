import type { Dim } from "../dim.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { resolveOptions } from "../define/options.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { exp } from "../numpy/exp.ts";
import { maximum } from "../numpy/maximum.ts";
import { subtract } from "../numpy/subtract.ts";
import type { TensorLike } from "../operand.ts";
import type { Tensor } from "../tensor.ts";
import { drawGamma, type GammaOptions } from "./gamma.ts";
import { joinKey, keyWords, splitKey, type KeyWords } from "./key.ts";
import { drawSeed } from "./seed.ts";
import { sampleDType } from "./unit-interval.ts";

/**
 * Beta-distributed floats, in [0, 1]. No gradient flows to the parameters.
 *
 * @param shape - Shape of the result.
 * @param alpha - First parameter, positive; broadcasts to `shape`.
 * @param beta - Second parameter, positive; broadcasts to `shape`.
 * @throws {ShapeError} when a parameter does not broadcast to `shape`.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.beta([3], 2, 5, { seed: 1 });
 * console.log((await x.array<1>()).every((v) => v > 0 && v < 1)); // true
 * ```
 */
export function beta(
  shape: readonly Dim[],
  alpha: TensorLike,
  beta: TensorLike,
  options?: GammaOptions | DType,
): Tensor {
  const { dtype: name, seed } = resolveOptions<GammaOptions>(options);
  const dtype = sampleDType(standardizeDType(name), "beta");
  const [keyA, keyB] = splitKey(keyWords(drawSeed(seed)), 2) as [KeyWords, KeyWords];
  const a = drawGamma(joinKey(keyA), alpha, shape, dtype, true);
  const b = drawGamma(joinKey(keyB), beta, shape, dtype, true);
  // a / (a + b) of logarithms.
  const most = maximum(a, b);
  const [scaledA, scaledB] = [exp(subtract(a, most)), exp(subtract(b, most))];
  return divide(scaledA, add(scaledA, scaledB));
}
