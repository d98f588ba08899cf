import { add, divide, epsilon, multiply, subtract, sum, type Tensor, type TensorLike } from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";
import { operands } from "./operands.ts";

/** Options of {@link dice}. */
export interface DiceOptions {
  /** Axes over which sets are compared. Default: all, the batch too. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * 1 - 2·|target ∩ prediction| / (|target| + |prediction|).
 *
 * @param yTrue - Targets in [0, 1], any shape.
 * @param yPred - Predictions of the same shape.
 * @param options - See the fields; or the axis itself.
 * @returns The shape without the axes.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.dice([1, 1, 0, 0], [1, 0, 0, 1]).item()); // about 0.5
 * ```
 */
export function dice(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: DiceOptions | number | readonly number[] = {},
): Tensor {
  const { axis = null } =
    typeof options === "number" || Array.isArray(options) ? { axis: options as number } : (options as DiceOptions);
  const [t, p] = operands(yTrue, yPred);
  const both = sum(multiply(t, p), { axis });
  const all = add(add(sum(t, { axis }), sum(p, { axis })), epsilon());
  return subtract(1, divide(multiply(2, both), all));
}

/**
 * Overlap of segmentations: 1 - the Dice coefficient.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.Dice().apply([1, 1, 0, 0], [1, 0, 0, 1]).item()); // about 0.5
 * ```
 */
export class Dice extends Loss {
  static override readonly className: string = "Dice";
  static override readonly module: string = "keras.losses";
  readonly axis: number | readonly number[] | null;

  constructor(options: LossOptions & DiceOptions = {}) {
    super(options, "dice");
    this.axis = options.axis ?? null;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return dice(...alignRanks(yTrue, yPred), { axis: this.axis });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
