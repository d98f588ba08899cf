import { add, ArgumentError, multiply, type Tensor } from "@keras/ops";

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /** Whether predictions are logits, not probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Share of each target, in [0, 1], that is spread evenly over what it could be. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Axis of the classes; of a binary loss, the axis over which the mean is taken. Default -1. */
  readonly axis?: number | undefined;
}

/** A {@link CrossentropyOptions} with the defaults filled in. */
export interface Crossentropy {
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
}

/**
 * @throws {ArgumentError} when the smoothing is outside [0, 1] or the axis is none.
 * @internal
 */
export function crossentropyOptions(options: CrossentropyOptions): Crossentropy {
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ArgumentError(`labelSmoothing must lie in [0, 1], got ${labelSmoothing}`);
  if (!Number.isInteger(axis)) throw new ArgumentError(`axis must be an integer, got ${String(axis)}`);
  return { fromLogits, labelSmoothing, axis };
}

/**
 * Targets moved toward `1 / classes`.
 *
 * @internal
 */
export function smooth(yTrue: Tensor, labelSmoothing: number, classes: number): Tensor {
  return labelSmoothing === 0 ? yTrue : add(multiply(yTrue, 1 - labelSmoothing), labelSmoothing / classes);
}

let warned = false;

/**
 * Warns, once, about a softmax over one class, whose loss is always 0.
 *
 * @internal
 */
export function warnOfOneClass(yPred: Tensor, loss: string): void {
  if (yPred.shape.at(-1) !== 1 || warned) return;
  warned = true;
  console.warn(
    `${loss} got predictions of shape [${yPred.shape.join(", ")}]: one class alone is always right. For two classes with one output use binaryCrossentropy.`,
  );
}
