import {
  add,
  ArgumentError,
  cos,
  divide,
  greaterEqual,
  less,
  minimum,
  multiply,
  subtract,
  toTensor,
  where,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { LearningRateSchedule } from "./schedule.ts";

/** Options of {@link CosineDecay}. */
export interface CosineDecayConfig {
  readonly initialLearningRate: number;
  /** Steps from the start of the decay to its end. */
  readonly decaySteps: number;
  /** Rate at the end, as a share of the rate at the start. Default 0. */
  readonly alpha?: number | undefined;
  readonly name?: string | undefined;
  /** Rate at the end of the warm-up; with it, the rate first rises linearly. */
  readonly warmupTarget?: number | null | undefined;
  readonly warmupSteps?: number | undefined;
}

type ResolvedConfig = { readonly [K in keyof CosineDecayConfig]-?: Exclude<CosineDecayConfig[K], undefined> };

/**
 * Half a cosine from the first rate to the last, after a linear warm-up if wanted (Loshchilov and Hutter, 2017).
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const rate = new optimizers.schedules.CosineDecay({ initialLearningRate: 1, decaySteps: 100 });
 * console.log((await rate.call(50).item()).toFixed(2)); // 0.50
 * ```
 */
export class CosineDecay extends LearningRateSchedule {
  static override readonly className: string = "CosineDecay";
  static override readonly module: string = "keras.optimizers.schedules";
  readonly config: ResolvedConfig;

  /** @throws {ArgumentError} when `decaySteps` is not above 0, or the warm-up would fall. */
  constructor(config: CosineDecayConfig) {
    super();
    const {
      initialLearningRate,
      decaySteps,
      alpha = 0,
      name = "CosineDecay",
      warmupTarget = null,
      warmupSteps = 0,
    } = config;
    if (!(decaySteps > 0)) throw new ArgumentError(`decaySteps must be above 0, got ${decaySteps}`);
    if (warmupTarget !== null && warmupTarget < initialLearningRate) {
      throw new ArgumentError(
        `warmupTarget (${warmupTarget}) must not be below initialLearningRate (${initialLearningRate})`,
      );
    }
    this.config = { initialLearningRate, decaySteps, alpha, name, warmupTarget, warmupSteps };
  }

  override call(step: TensorLike): Tensor {
    const { initialLearningRate, decaySteps, warmupTarget, warmupSteps } = this.config;
    const at = toTensor(step, "float32");
    if (warmupTarget === null) return this.decayed(minimum(at, decaySteps), initialLearningRate);
    const rising = add(multiply(divide(at, warmupSteps), warmupTarget - initialLearningRate), initialLearningRate);
    const capped = where(less(at, warmupSteps), rising, warmupTarget);
    return where(
      greaterEqual(at, warmupSteps),
      this.decayed(minimum(subtract(at, warmupSteps), decaySteps), warmupTarget),
      capped,
    );
  }

  decayed(step: Tensor, from: number): Tensor {
    const { alpha, decaySteps } = this.config;
    const cosine = multiply(0.5, add(1, cos(multiply(Math.PI, divide(step, decaySteps)))));
    return multiply(from, add(multiply(1 - alpha, cosine), alpha));
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.config };
  }
}
