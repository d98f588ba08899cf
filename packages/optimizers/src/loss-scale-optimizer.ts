import {
  add,
  all,
  ArgumentError,
  cond,
  deserializeKerasObject,
  divide,
  equal,
  isfinite,
  multiply,
  scoped,
  serializeKerasObject,
  stack,
  toTensor,
  where,
  type DeserializeOptions,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { Optimizer } from "./optimizer.ts";

/** Options of {@link LossScaleOptimizer}. */
export interface LossScaleOptimizerConfig {
  readonly innerOptimizer: Optimizer;
  /** What the loss is multiplied by at first. Better too high than too low: it falls fast and grows slowly. Default 32768. */
  readonly initialScale?: number | undefined;
  /** After so many steps without a non-finite gradient the scale doubles. Default 2000. */
  readonly dynamicGrowthSteps?: number | undefined;
  readonly name?: string | null | undefined;
}

/**
 * Keeps gradients of half types from vanishing: the loss is multiplied by a scale that it finds by itself, and the gradients are divided
 * by it again before the optimizer inside sees them. A step with a non-finite gradient changes no weights and halves the scale.
 * `compile` puts it around the optimizer of a model of policy `mixed_float16` (Micikevicius et al., 2018).
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1]);
 * const optimizer = new optimizers.LossScaleOptimizer({ innerOptimizer: new optimizers.SGD({ learningRate: 0.5 }), initialScale: 4 });
 * optimizer.build([w]);
 * optimizer.apply([optimizer.scaleLoss(ops.array([1]))], [w]);
 * console.log(await w.value.array()); // [0.5]
 * ```
 */
export class LossScaleOptimizer extends Optimizer {
  static override readonly className: string = "LossScaleOptimizer";
  static override readonly module: string = "keras.optimizers";
  readonly innerOptimizer: Optimizer;
  readonly initialScale: number;
  readonly dynamicGrowthSteps: number;
  stepCounter: Variable | null = null;
  dynamicScale: Variable | null = null;

  /** @throws {ArgumentError} when the optimizer inside scales the loss itself. */
  constructor(config: LossScaleOptimizerConfig) {
    super({ name: config.name, learningRate: 0 }, 0);
    this.innerOptimizer = config.innerOptimizer;
    if ((config.innerOptimizer as unknown) instanceof LossScaleOptimizer)
      throw new ArgumentError("a LossScaleOptimizer cannot hold another: give it the optimizer inside");
    // Else gradients would be divided twice.
    this.innerOptimizer.options.lossScaleFactor = null;
    this.initialScale = config.initialScale ?? 2 ** 15;
    this.dynamicGrowthSteps = config.dynamicGrowthSteps ?? 2000;
  }

  override get variables(): readonly Variable[] {
    return [...this.ownVariables, ...this.innerOptimizer.variables];
  }

  override get iterations(): Variable {
    return this.innerOptimizer.iterations;
  }

  override get learningRate(): Tensor {
    return this.innerOptimizer.learningRate;
  }
  override set learningRate(value: TensorLike) {
    this.innerOptimizer.learningRate = value;
  }

  override buildSlots(variables: readonly Variable[]): void {
    this.stepCounter = this.addVariable(() => 0, [], "step_counter", "int32");
    this.dynamicScale = this.addVariable(() => this.initialScale, [], "dynamic_scale", "float32");
    this.innerOptimizer.build(variables);
  }

  /** @throws {ArgumentError} always: single steps belong to the optimizer inside. */
  override updateStep(): never {
    throw new ArgumentError("call apply on a LossScaleOptimizer, or updateStep on its innerOptimizer");
  }

  override scaleLoss(loss: Tensor): Tensor {
    return multiply(loss, this.dynamicScale ?? this.initialScale);
  }

  override apply(grads: readonly (TensorLike | null)[], variables: readonly Variable[] = this.trained): void {
    scoped({ tapes: [], autocast: null }, () => {
      this.build(variables);
      const counter = this.stepCounter!;
      const scale = this.dynamicScale!;
      const scaled = grads.map((g) => (g === null ? null : toTensor(g)));
      const checks = scaled.flatMap((g) => (g === null ? [] : [all(isfinite(g))]));
      cond(
        checks.length === 0 ? true : all(stack(checks)),
        () => {
          this.innerOptimizer.apply(
            scaled.map((g, i) => (g === null || variables[i]!.overwriteWithGradient ? g : divide(g, scale))),
            variables,
          );
          const grows = equal(counter, this.dynamicGrowthSteps - 1);
          scale.assign(where(grows, multiply(scale, 2), scale));
          counter.assign(where(grows, 0, add(counter, 1)));
          return [] as Tensor[];
        },
        () => {
          scale.assign(multiply(scale, 0.5));
          counter.assign(0);
          return [] as Tensor[];
        },
      );
    });
  }

  override finalizeVariableValues(variables: readonly Variable[] = this.trained): void {
    this.innerOptimizer.finalizeVariableValues(variables);
  }

  override getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      innerOptimizer: serializeKerasObject(this.innerOptimizer),
      initialScale: this.initialScale,
      dynamicGrowthSteps: this.dynamicGrowthSteps,
    };
  }

  static override fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): LossScaleOptimizer {
    const made = Object.entries(config).map(([key, value]) => [key, deserializeKerasObject(value, options)]);
    return new LossScaleOptimizer(Object.fromEntries(made) as LossScaleOptimizerConfig);
  }
}
