import {
  ArgumentError,
  deserializeKerasObject,
  scoped,
  serializeKerasObject,
  StateError,
  type DeserializeOptions,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { Optimizer } from "./optimizer.ts";
import { OptimizerMap } from "./optimizer-map.ts";

/** Says which optimizer trains a Variable. */
export type OptimizerChoice = OptimizerMap | ((variable: Variable) => Optimizer);

/** Options of {@link MultiOptimizer}. */
export interface MultiOptimizerConfig {
  readonly optimizerMap: OptimizerChoice;
  /** Takes the place of the factors of the optimizers inside. */
  readonly lossScaleFactor?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/**
 * Trains different weights with different optimizers, chosen by a map of paths or a function.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const [head, body] = [new Variable([1], { name: "head" }), new Variable([1], { name: "body" })];
 * const optimizerMap = new optimizers.OptimizerMap(new optimizers.SGD({ learningRate: 0.5 }), {
 *   "body.*": new optimizers.SGD({ learningRate: 0.1 }),
 * });
 * new optimizers.MultiOptimizer({ optimizerMap }).apply([ops.array([1]), ops.array([1])], [head, body]);
 * console.log(await head.value.item()); // 0.5
 * ```
 */
export class MultiOptimizer extends Optimizer {
  static override readonly className: string = "MultiOptimizer";
  static override readonly module: string = "keras.optimizers";
  readonly optimizerMap: OptimizerChoice;
  /** The optimizers inside, each once. */
  readonly optimizers: Optimizer[] = [];
  readonly assigned: Map<Variable, Optimizer> = new Map();

  constructor(config: MultiOptimizerConfig) {
    super({ name: config.name, lossScaleFactor: config.lossScaleFactor, learningRate: 0 }, 0);
    this.optimizerMap = config.optimizerMap;
    if (config.optimizerMap instanceof OptimizerMap) {
      for (const optimizer of config.optimizerMap.values()) this.take(optimizer);
      this.take(config.optimizerMap.defaultOptimizer);
    }
  }

  take(optimizer: Optimizer): void {
    if (this.optimizers.includes(optimizer)) return;
    optimizer.options.lossScaleFactor = null;
    this.optimizers.push(optimizer);
  }

  override get variables(): readonly Variable[] {
    return [...this.ownVariables, ...this.optimizers.flatMap((optimizer) => optimizer.variables)];
  }

  /** @throws {StateError} always: each optimizer inside has its own. */
  override get learningRate(): Tensor {
    throw new StateError("a MultiOptimizer has no learning rate: read those of its `optimizers`");
  }
  override set learningRate(_value: TensorLike) {
    throw new StateError("a MultiOptimizer has no learning rate: set those of its `optimizers`");
  }

  override buildSlots(variables: readonly Variable[]): void {
    for (const v of variables) {
      const optimizer =
        this.optimizerMap instanceof OptimizerMap ? this.optimizerMap.get(v.path) : this.optimizerMap(v);
      if ((optimizer as { kind?: unknown } | undefined)?.kind !== "optimizer")
        throw new ArgumentError(`no optimizer was chosen for the Variable '${v.path}'`);
      this.take(optimizer);
      this.assigned.set(v, optimizer);
    }
    for (const [optimizer, own] of this.groups(variables)) optimizer.build(own);
  }

  /** The Variables of each optimizer. */
  groups(variables: readonly Variable[]): [Optimizer, Variable[]][] {
    for (const v of variables) if (!v.overwriteWithGradient) this.indexOf(v);
    return this.optimizers
      .map((optimizer): [Optimizer, Variable[]] => [
        optimizer,
        variables.filter((v) => this.assigned.get(v) === optimizer),
      ])
      .filter(([, own]) => own.length > 0);
  }

  /** @throws {ArgumentError} always: single steps belong to the optimizers inside. */
  override updateStep(): never {
    throw new ArgumentError("call apply on a MultiOptimizer, or updateStep on one of its `optimizers`");
  }

  override applyNow(pairs: readonly { readonly variable: Variable; readonly gradient: Tensor }[]): void {
    const gradients = new Map(pairs.map(({ variable, gradient }) => [variable, gradient]));
    scoped({ tapes: [], autocast: null }, () => {
      for (const [optimizer, own] of this.groups([...gradients.keys()]))
        optimizer.apply(
          own.map((v) => gradients.get(v)!),
          own,
        );
    });
  }

  override finalizeVariableValues(variables: readonly Variable[] = this.trained): void {
    for (const [optimizer, own] of this.groups(variables)) optimizer.finalizeVariableValues(own);
  }

  override getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      lossScaleFactor: this.options.lossScaleFactor,
      optimizerMap: serializeKerasObject(this.optimizerMap),
    };
  }

  static override fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): MultiOptimizer {
    const objects = [...(options.objects ?? []), { OptimizerMap }];
    return new MultiOptimizer({
      ...config,
      optimizerMap: deserializeKerasObject(config["optimizerMap"], { ...options, objects }) as OptimizerMap,
    });
  }
}
