import {
  add,
  binaryCrossentropy as elementwise,
  mean,
  multiply,
  power,
  sigmoid,
  subtract,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";
import { crossentropyOptions, smooth, type Crossentropy, type CrossentropyOptions } from "./probabilities.ts";

/** Options of {@link binaryFocalCrossentropy}. */
export interface BinaryFocalCrossentropyOptions extends CrossentropyOptions {
  /** Weigh class 1 by `alpha` and class 0 by 1 - alpha. Default false. */
  readonly applyClassBalancing?: boolean | undefined;
  /** Weight of class 1. Default 0.25. */
  readonly alpha?: number | undefined;
  /** How much less sure predictions count. Default 2. */
  readonly gamma?: number | undefined;
}

interface BinaryFocal extends Crossentropy {
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;
}

function resolve(options: BinaryFocalCrossentropyOptions): BinaryFocal {
  const { applyClassBalancing = false, alpha = 0.25, gamma = 2 } = options;
  return { ...crossentropyOptions(options), applyClassBalancing, alpha, gamma };
}

/** `t·a + (1 - t)·b`: a where the target is 1, b where it is 0. */
function choose(t: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  return add(multiply(t, a), multiply(subtract(1, t), b));
}

/**
 * Cross-entropy of yes-or-no predictions in which what is already predicted well counts less (Lin et al., 2017), as a mean over an axis.
 *
 * @param yTrue - Targets 0 and 1, `[..., d]`.
 * @param yPred - Probabilities or logits of the same shape.
 * @returns One value per sample: the axis is gone.
 * @throws {ArgumentError} when an option is out of range.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.binaryFocalCrossentropy([[1, 0]], [[0.5, 0.5]]).array()); // about [0.1733]
 * ```
 */
export function binaryFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: BinaryFocalCrossentropyOptions = {},
): Tensor {
  const { fromLogits, labelSmoothing, axis, applyClassBalancing, alpha, gamma } = resolve(options);
  const [given, scores] = operands(yTrue, yPred);
  const t = smooth(given, labelSmoothing, 2);
  const p = fromLogits ? sigmoid(scores) : scores;
  const right = choose(t, p, subtract(1, p));
  const focal = multiply(power(subtract(1, right), gamma), elementwise(t, p));
  return mean(applyClassBalancing ? multiply(choose(t, alpha, 1 - alpha), focal) : focal, { axis });
}

/**
 * Cross-entropy of yes-or-no predictions in which what is already predicted well counts less.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.BinaryFocalCrossentropy().apply([[1, 0]], [[0.5, 0.5]]).item()); // about 0.1733
 * ```
 */
export class BinaryFocalCrossentropy extends Loss {
  static override readonly className: string = "BinaryFocalCrossentropy";
  static override readonly module: string = "keras.losses";
  readonly options: BinaryFocal;

  /** @throws {ArgumentError} when an option is out of range. */
  constructor(options: LossOptions & BinaryFocalCrossentropyOptions = {}) {
    super(options, "binary_focal_crossentropy");
    this.options = resolve(options);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return binaryFocalCrossentropy(...alignRanks(yTrue, yPred), this.options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.options };
  }
}
