import { ArgumentError, lessEqual, toTensor, where, type Tensor, type TensorLike } from "@keras/ops";
import { LearningRateSchedule } from "./schedule.ts";

/** Options of {@link PiecewiseConstantDecay}. */
export interface PiecewiseConstantDecayConfig {
  /** Last steps of all pieces but the last, rising. */
  readonly boundaries: readonly number[];
  /** Rates of the pieces. */
  readonly values: readonly number[];
  readonly name?: string | undefined;
}

/**
 * One rate up to each boundary, and one after the last.
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const rate = new optimizers.schedules.PiecewiseConstantDecay({ boundaries: [10, 20], values: [1, 0.5, 0.25] });
 * console.log(await rate.call(10).item(), await rate.call(11).item(), await rate.call(21).item()); // 1 0.5 0.25
 * ```
 */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static override readonly className: string = "PiecewiseConstantDecay";
  static override readonly module: string = "keras.optimizers.schedules";
  readonly config: Required<{
    readonly [K in keyof PiecewiseConstantDecayConfig]: Exclude<PiecewiseConstantDecayConfig[K], undefined>;
  }>;

  /** @throws {ArgumentError} when there is not one value more than boundaries. */
  constructor(config: PiecewiseConstantDecayConfig) {
    super();
    const { boundaries, values, name = "PiecewiseConstant" } = config;
    if (values.length !== boundaries.length + 1) {
      throw new ArgumentError(
        `there must be one value more than boundaries, got ${values.length} values and ${boundaries.length} boundaries`,
      );
    }
    this.config = { boundaries: [...boundaries], values: [...values], name };
  }

  override call(step: TensorLike): Tensor {
    const { boundaries, values } = this.config;
    const at = toTensor(step);
    const last = toTensor(values.at(-1)!, "float32");
    return boundaries.reduceRight(
      (later, boundary, i) =>
        where(lessEqual(at, toTensor(boundary, at.dtype)), toTensor(values[i]!, "float32"), later),
      last,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.config };
  }
}
