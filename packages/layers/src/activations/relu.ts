import {
  cast,
  clip,
  greater,
  leakyRelu,
  maximum,
  minimum,
  multiply,
  negative,
  relu as reluOp,
  relu6,
  subtract,
  isFloat,
  isKerasTensor,
  toTensor,
  type KerasTensor,
  type Tensor,
  type TensorLike,
} from "@keras/ops";

/** Options of {@link relu}. */
export interface ReluOptions {
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number | undefined;
  /** Largest value. Default none. */
  readonly maxValue?: number | null | undefined;
  /** Below it, values are damped. Default 0. */
  readonly threshold?: number | undefined;
}

/**
 * `max(x, 0)`; with options: `maxValue` above it, `x` between threshold and `maxValue`, `negativeSlope · (x - threshold)` below.
 *
 * @param x - Any shape; floats.
 * @example
 * ```ts
 * import { activations } from "keras";
 * console.log(await activations.relu([-2, 0, 3, 9], { maxValue: 6 }).array()); // [0, 0, 3, 6]
 * ```
 */
export function relu(x: KerasTensor, options?: ReluOptions): KerasTensor;
export function relu(x: TensorLike, options?: ReluOptions): Tensor;
export function relu(input: TensorLike | KerasTensor, options: ReluOptions = {}): Tensor | KerasTensor {
  const { negativeSlope = 0, maxValue = null, threshold = 0 } = options;
  // Typed as concrete; every op below takes symbolic tensors as well.
  const x = (isKerasTensor(input) ? input : toTensor(input)) as Tensor;
  if (threshold === 0 && maxValue === null) return negativeSlope === 0 ? reluOp(x) : leakyRelu(x, { negativeSlope });
  if (threshold === 0 && negativeSlope === 0 && maxValue === 6) return relu6(x);
  const dtype = isFloat(x.dtype) ? x.dtype : undefined;
  const above = threshold === 0 ? maximum(x, 0) : multiply(x, cast(greater(x, threshold), dtype ?? x.dtype));
  const capped =
    maxValue === null ? above : threshold === 0 ? clip(above, 0, maxValue) : minimum(maximum(above, 0), maxValue);
  if (negativeSlope === 0) return capped;
  const below = threshold === 0 ? reluOp(negative(x)) : reluOp(subtract(threshold, x));
  return subtract(capped, multiply(below, negativeSlope));
}
