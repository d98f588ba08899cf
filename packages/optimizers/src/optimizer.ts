import {
  add,
  ArgumentError,
  autoName,
  cast,
  cond,
  deserializeKerasObject,
  divide,
  equal,
  floorDivide,
  full,
  initScope,
  isSerializable,
  maximum,
  minimum,
  mod,
  multiply,
  scoped,
  serializeKerasObject,
  StateError,
  subtract,
  toTensor,
  Variable,
  where,
  withNameScope,
  zerosLike,
  type DeserializeOptions,
  type Serializable,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { clipByNorm, globalNorm } from "./clip.ts";
import { LearningRateSchedule } from "./schedules/schedule.ts";

/** A rate, a schedule of rates, or a function that gives the rate. */
export type LearningRate = number | LearningRateSchedule | (() => TensorLike);

/** Options that every optimizer takes. */
export interface OptimizerConfig {
  readonly learningRate?: LearningRate | undefined;
  /** Each step takes this share (times the rate) off every weight. */
  readonly weightDecay?: number | null | undefined;
  /** Largest norm of each gradient. At most one of the three kinds of clipping may be given. */
  readonly clipnorm?: number | null | undefined;
  /** Gradients are clipped into [-clipvalue, clipvalue]. */
  readonly clipvalue?: number | null | undefined;
  /** Largest norm of all gradients together. */
  readonly globalClipnorm?: number | null | undefined;
  /** Keep running averages of the weights. */
  readonly useEma?: boolean | undefined;
  /** Default 0.99. */
  readonly emaMomentum?: number | undefined;
  /** Weights are overwritten with their averages every so many steps; null: only when training ends. */
  readonly emaOverwriteFrequency?: number | null | undefined;
  /** The loss is multiplied by it before gradients are taken, and the gradients divided again. */
  readonly lossScaleFactor?: number | null | undefined;
  /** Gradients of so many steps are averaged before the weights change. */
  readonly gradientAccumulationSteps?: number | null | undefined;
  readonly name?: string | null | undefined;
}

type ResolvedOptions = {
  -readonly [K in Exclude<keyof OptimizerConfig, "learningRate" | "name">]-?: Exclude<OptimizerConfig[K], undefined>;
};

/**
 * Changes Variables by their gradients. Subclasses write `buildSlots` and `updateStep`.
 *
 * @example
 * ```ts
 * import { optimizers, ops, Variable } from "keras";
 * const w = new Variable([1, 2]);
 * const optimizer = new optimizers.SGD({ learningRate: 0.5 });
 * optimizer.apply([ops.array([1, 1])], [w]);
 * console.log(await w.value.array()); // [0.5, 1.5]
 * ```
 */
export abstract class Optimizer implements Serializable {
  readonly kind: "optimizer" = "optimizer";
  static readonly className: string | undefined = undefined;
  static readonly module: string | null = null;

  readonly name: string;
  readonly options: ResolvedOptions;
  /** Its own state: the count of steps, the rate, then averages and slots in the order in which they were made. */
  readonly ownVariables: Variable[] = [];
  readonly count: Variable;
  /** The Variables that it trains; fixed when it is built. */
  trained: readonly Variable[] = [];
  built: boolean = false;
  readonly rate: Variable | LearningRateSchedule | (() => TensorLike);
  /** The constant rate as a number; null once it was set to a tensor. */
  numericRate: number | null = null;
  averages: Variable[] = [];
  accumulators: Variable[] = [];
  readonly indices: Map<Variable, number> = new Map();
  excluded: { readonly variables: ReadonlySet<Variable>; readonly names: readonly string[] } = {
    variables: new Set(),
    names: [],
  };

  /** @throws {ArgumentError} when options contradict each other. */
  constructor(config: OptimizerConfig, defaultRate: number) {
    const { learningRate = defaultRate } = config;
    this.name = config.name ?? autoName((new.target as typeof Optimizer).className ?? new.target.name);
    this.options = {
      weightDecay: config.weightDecay ?? null,
      clipnorm: config.clipnorm ?? null,
      clipvalue: config.clipvalue ?? null,
      globalClipnorm: config.globalClipnorm ?? null,
      useEma: config.useEma ?? false,
      emaMomentum: config.emaMomentum ?? 0.99,
      emaOverwriteFrequency: config.emaOverwriteFrequency ?? null,
      lossScaleFactor: config.lossScaleFactor ?? null,
      gradientAccumulationSteps: config.gradientAccumulationSteps ?? null,
    };
    this.checkOptions();
    this.count = this.addVariable(() => 0, [], "iteration", "int32");
    if (typeof learningRate === "number") {
      this.rate = this.addVariable(() => learningRate, [], "learning_rate");
      this.numericRate = learningRate;
    } else this.rate = learningRate;
  }

  checkOptions(): void {
    const {
      clipnorm,
      clipvalue,
      globalClipnorm,
      useEma,
      emaMomentum,
      emaOverwriteFrequency,
      gradientAccumulationSteps,
    } = this.options;
    if ([clipnorm, clipvalue, globalClipnorm].filter((c) => c !== null).length > 1) {
      throw new ArgumentError("only one of clipnorm, clipvalue and globalClipnorm can be set");
    }
    if (useEma && (emaMomentum > 1 || emaMomentum < 0))
      throw new ArgumentError(`emaMomentum must lie in [0, 1], got ${emaMomentum}`);
    if (
      useEma &&
      emaOverwriteFrequency !== null &&
      (!Number.isInteger(emaOverwriteFrequency) || emaOverwriteFrequency < 1)
    ) {
      throw new ArgumentError(`emaOverwriteFrequency must be a positive integer or null, got ${emaOverwriteFrequency}`);
    }
    if (gradientAccumulationSteps !== null && gradientAccumulationSteps < 2) {
      throw new ArgumentError(`gradientAccumulationSteps must be at least 2 or null, got ${gradientAccumulationSteps}`);
    }
  }

  addVariable(
    initial: (shape: readonly number[]) => TensorLike,
    shape: readonly number[],
    name: string,
    dtype?: Variable["dtype"],
  ): Variable {
    const variable = withNameScope<Variable>(
      this.name,
      () => new Variable(initial, { shape, dtype: dtype ?? null, trainable: false, autocast: false, name }),
    );
    this.ownVariables.push(variable);
    return variable;
  }

  /** A slot of the shape of a Variable, named after it. It begins as a number, or as the Variable's own value. */
  addSlot(like: Variable, name: string, initial: number | "value" = 0): Variable {
    const make =
      initial === "value"
        ? () => toTensor(like.held())
        : (shape: readonly number[]) => full(shape, initial, like.dtype);
    const slot = this.addVariable(make, like.shape, `${like.path.replaceAll("/", "_")}_${name}`, like.dtype);
    // At once: the value it copies is about to change.
    if (initial === "value") slot.initialize();
    return slot;
  }

  /** State in the order in which files hold it. */
  get variables(): readonly Variable[] {
    return this.ownVariables;
  }

  /** Steps so far. */
  get iterations(): Variable {
    return this.count;
  }

  /** The current learning rate. */
  get learningRate(): Tensor {
    if (this.rate instanceof Variable) return this.rate.value;
    if (this.rate instanceof LearningRateSchedule) return toTensor(this.rate.call(this.iterations.value), "float32");
    return toTensor(this.rate(), "float32");
  }
  /** Sets a constant rate. @throws {StateError} where a schedule decides. */
  set learningRate(value: TensorLike) {
    if (!(this.rate instanceof Variable))
      throw new StateError(
        "the learning rate follows a schedule: it cannot be set. Make the optimizer with a number to set it later",
      );
    this.rate.assign(value);
    this.numericRate = typeof value === "number" ? value : null;
  }

  /** Makes the slots. Called by the first `apply`. */
  build(variables: readonly Variable[]): void {
    if (this.built) return;
    initScope(() => {
      this.trained = [...variables];
      const ruled = variables.filter((v) => !v.overwriteWithGradient);
      ruled.forEach((v, i) => this.indices.set(v, i));
      if (this.options.useEma) this.averages = ruled.map((v) => this.addSlot(v, "average", "value"));
      if (this.options.gradientAccumulationSteps !== null)
        this.accumulators = ruled.map((v) => this.addSlot(v, "gradient_accumulator"));
      this.buildSlots(ruled);
    });
    this.built = true;
  }

  /** Makes the state of the rule: slots for each Variable. */
  abstract buildSlots(variables: readonly Variable[]): void;

  /** Changes one Variable by its gradient. */
  abstract updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void;

  /** Number of a Variable's slots. @throws {StateError} when it was not there when the optimizer was built. */
  indexOf(variable: Variable): number {
    const index = this.indices.get(variable);
    if (index === undefined) {
      throw new StateError(
        `the optimizer '${this.name}' does not know the Variable '${variable.path}': it was built for ${this.trained.length} others. Make a new optimizer for a changed model`,
      );
    }
    return index;
  }

  /** The loss as gradients should be taken of it. */
  scaleLoss(loss: Tensor): Tensor {
    return this.options.lossScaleFactor === null ? loss : multiply(loss, this.options.lossScaleFactor);
  }

  /**
   * One step.
   *
   * @param grads - One per Variable; null where the loss does not depend on it.
   * @param variables - Default: those it was built with.
   * @throws {ArgumentError} when the numbers differ, or no gradient is given at all.
   */
  apply(grads: readonly (TensorLike | null)[], variables: readonly Variable[] = this.trained): void {
    if (grads.length !== variables.length)
      throw new ArgumentError(`${grads.length} gradients were given for ${variables.length} variables`);
    scoped({ tapes: [], autocast: null }, () => {
      this.build(variables);
      const pairs = variables.flatMap((v, i) =>
        grads[i] === null || !v.trainable ? [] : [{ variable: v, gradient: toTensor(grads[i]!, v.dtype) }],
      );
      if (pairs.length === 0) throw new ArgumentError("no gradients: the loss does not depend on any of the variables");
      for (const { variable, gradient } of pairs) if (variable.overwriteWithGradient) variable.assign(gradient);
      const scale = this.options.lossScaleFactor;
      const ruled = pairs.filter((p) => !p.variable.overwriteWithGradient);
      const unscaled = scale === null ? ruled : ruled.map((p) => ({ ...p, gradient: divide(p.gradient, scale) }));
      if (this.options.gradientAccumulationSteps === null) this.applyNow(unscaled);
      else this.accumulate(unscaled, this.options.gradientAccumulationSteps);
      if (this.options.useEma) this.average(ruled.map((p) => p.variable));
      this.iterations.assignAdd(1);
    });
  }

  applyNow(pairs: readonly Update[]): void {
    const clipped = this.clip(pairs.map((p) => p.gradient));
    const rate = this.learningRate;
    this.decay(
      pairs.map((p) => p.variable),
      rate,
    );
    pairs.forEach(({ variable }, i) => {
      this.updateStep(clipped[i]!, variable, cast(rate, variable.dtype));
      if (variable.constraint) variable.assign(variable.constraint(variable.value));
    });
  }

  accumulate(pairs: readonly Update[], steps: number): void {
    const last = equal(mod(add(this.iterations, 1), steps), 0);
    const total = pairs.map(({ variable, gradient }) => add(this.accumulators[this.indexOf(variable)]!, gradient));
    cond(
      last,
      () => {
        this.applyNow(pairs.map(({ variable }, i) => ({ variable, gradient: multiply(total[i]!, 1 / steps) })));
        pairs.forEach(({ variable }, i) => this.accumulators[this.indexOf(variable)]!.assign(zerosLike(total[i]!)));
        return [] as Tensor[];
      },
      () => {
        pairs.forEach(({ variable }, i) => this.accumulators[this.indexOf(variable)]!.assign(total[i]!));
        return [] as Tensor[];
      },
    );
  }

  /** Steps of the rule itself: with accumulation, one in several calls. */
  get steps(): Tensor {
    const every = this.options.gradientAccumulationSteps;
    return every === null ? this.iterations.value : floorDivide(this.iterations.value, every);
  }

  clip(grads: readonly Tensor[]): readonly Tensor[] {
    const { clipnorm, clipvalue, globalClipnorm } = this.options;
    if (clipnorm !== null && clipnorm > 0) return grads.map((g) => clipByNorm(g, clipnorm));
    if (globalClipnorm !== null && globalClipnorm > 0) {
      const norm = globalNorm(grads);
      // norm - norm is 0, unless the norm is infinite or NaN: then every gradient becomes NaN, so that it does not go unseen.
      const scale = add(multiply(globalClipnorm, minimum(1 / globalClipnorm, divide(1, norm))), subtract(norm, norm));
      return grads.map((g) => multiply(g, cast(scale, g.dtype)));
    }
    if (clipvalue !== null && clipvalue > 0) return grads.map((g) => minimum(maximum(g, -clipvalue), clipvalue));
    return grads;
  }

  /** Takes Variables out of weight decay, by themselves or by parts of their names. @throws {StateError} after the first step. */
  excludeFromWeightDecay(options: {
    readonly varList?: readonly Variable[];
    readonly varNames?: readonly string[];
  }): void {
    if (this.built) throw new StateError("excludeFromWeightDecay must be called before the optimizer is built");
    this.excluded = { variables: new Set(options.varList ?? []), names: options.varNames ?? [] };
  }

  usesWeightDecay(variable: Variable): boolean {
    return !this.excluded.variables.has(variable) && !this.excluded.names.some((name) => variable.name.includes(name));
  }

  decay(variables: readonly Variable[], rate: Tensor): void {
    const { weightDecay } = this.options;
    if (weightDecay === null) return;
    for (const v of variables) {
      if (this.usesWeightDecay(v)) v.assign(subtract(v, multiply(v, multiply(cast(rate, v.dtype), weightDecay))));
    }
  }

  average(variables: readonly Variable[]): void {
    const { emaMomentum, emaOverwriteFrequency } = this.options;
    // Not yet averaged at first: the average begins as the weights themselves.
    const momentum = where(equal(this.iterations, 0), 0, emaMomentum);
    const overwrite =
      emaOverwriteFrequency === null ? null : equal(mod(add(this.iterations, 1), emaOverwriteFrequency), 0);
    for (const v of variables) {
      const average = this.averages[this.indexOf(v)]!;
      const m = cast(momentum, v.dtype);
      average.assign(add(multiply(m, average), multiply(subtract(1, m), v)));
      if (overwrite) v.assign(where(overwrite, average, v));
    }
  }

  /** Puts the averages in the weights' place, as at the end of training. */
  finalizeVariableValues(variables: readonly Variable[] = this.trained): void {
    if (!this.options.useEma || this.options.emaOverwriteFrequency !== null) return;
    for (const v of variables) if (!v.overwriteWithGradient) v.assign(this.averages[this.indexOf(v)]!.value);
  }

  getConfig(): Record<string, unknown> {
    const { rate } = this;
    const learningRate =
      rate instanceof Variable ? this.knownRate() : isSerializable(rate) ? serializeKerasObject(rate) : 0.5;
    const { weightDecay, ...rest } = this.options;
    return { name: this.name, learningRate, weightDecay, ...rest };
  }

  /** The constant rate: as last set by a number, else read back, where that can be done at once. */
  knownRate(): number {
    return this.numericRate === null
      ? Number((this.rate as Variable).held().dataSync()[0])
      : Math.fround(this.numericRate);
  }

  static fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Optimizer {
    const given = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, deserializeKerasObject(value, options)]),
    );
    return new (this as unknown as new (config: Record<string, unknown>) => Optimizer)(given);
  }
}

/** A Variable and its gradient. */
export interface Update {
  readonly variable: Variable;
  readonly gradient: Tensor;
}
