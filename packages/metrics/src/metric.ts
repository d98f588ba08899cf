import {
  ArgumentError,
  autoName,
  deserializeKerasObject,
  floatx,
  initScope,
  isVariable,
  ones,
  runtime,
  scoped,
  StateOverlay,
  toDTypePolicy,
  toTensor,
  Variable,
  withNameScope,
  zeros,
  type Aggregation,
  type DeserializeOptions,
  type DType,
  type DTypePolicy,
  type DTypePolicyName,
  type Serializable,
  type Tensor,
  type TensorLike,
  type VariableInitializer,
} from "@keras/ops";

/** Options that every metric takes. */
export interface MetricOptions {
  readonly name?: string | null | undefined;
  /** What the metric is computed in: a dtype, or a policy, whose compute dtype counts. Default floatx. */
  readonly dtype?: DTypePolicyName | DTypePolicy | null | undefined;
}

/** Options of an update. */
export interface UpdateOptions {
  /** Weight of each sample; or, with more axes, of each of its parts. */
  readonly sampleWeight?: TensorLike | null | undefined;
}

/** One value, or several by name. */
export type MetricResult = Tensor | Readonly<Record<string, Tensor>>;

/** How a metric's state begins. */
export type StateInitializer =
  | "zeros"
  | "ones"
  | VariableInitializer
  | { apply(shape: readonly number[], options: { readonly dtype: DType }): TensorLike };

/** Options of {@link Metric.addVariable}. */
export interface StateOptions {
  readonly name?: string | undefined;
  /** Default floatx. */
  readonly dtype?: DType | null | undefined;
  /** Default `sum`. */
  readonly aggregation?: Aggregation | undefined;
}

function toInitializer(initializer: StateInitializer): VariableInitializer {
  if (initializer === "zeros") return (shape, dtype) => zeros(shape, dtype);
  if (initializer === "ones") return (shape, dtype) => ones(shape, dtype);
  return typeof initializer === "function" ? initializer : (shape, dtype) => initializer.apply(shape, { dtype });
}

const isMetric = (x: unknown): x is Metric => typeof x === "object" && x !== null && (x as Metric).kind === "metric";

/**
 * A number that is gathered over batches. Subclasses make their state with `addVariable`, and write `updateState` and `result`; both
 * are traced into train steps, so they may not read tensors.
 *
 * @example
 * ```ts
 * import { metrics, ops } from "keras";
 * class Largest extends metrics.Metric {
 *   readonly largest = this.addVariable([], "zeros", { name: "largest" });
 *   override updateState(values: ops.TensorLike): void {
 *     this.largest.assign(ops.maximum(this.largest, ops.max(values)));
 *   }
 *   override result(): ops.Tensor {
 *     return this.largest.value;
 *   }
 * }
 * const metric = new Largest();
 * metric.updateState([1, 7]);
 * metric.updateState([3, 5]);
 * console.log(await metric.result().item()); // 7
 * ```
 */
export abstract class Metric implements Serializable {
  readonly kind: "metric" = "metric";
  static readonly className: string | undefined = undefined;
  static readonly module: string | null = null;

  /** Key of its values in logs. */
  name: string;
  /** What it is computed in. */
  readonly dtype: DType;
  /** Its own state, without that of metrics it holds. */
  readonly state: Variable[] = [];

  constructor(options: MetricOptions = {}, defaultName?: string) {
    this.name = options.name ?? defaultName ?? autoName((new.target as typeof Metric).className ?? new.target.name);
    this.dtype = toDTypePolicy(options.dtype ?? floatx()).computeDtype;
  }

  /** Takes in a batch. */
  abstract updateState(...args: unknown[]): void;

  /** The value over all batches since the last reset. */
  abstract result(): MetricResult;

  /** Makes a Variable of the metric's state. */
  addVariable(shape: readonly number[], initializer: StateInitializer = "zeros", options: StateOptions = {}): Variable {
    const { name = "variable", dtype = null, aggregation = "sum" } = options;
    const variable = initScope(() =>
      withNameScope<Variable>(
        this.name.replaceAll("/", ">"),
        () =>
          new Variable(toInitializer(initializer), {
            shape,
            dtype,
            aggregation,
            trainable: false,
            autocast: false,
            name,
          }),
      ),
    );
    this.state.push(variable);
    return variable;
  }

  /** As `addVariable`. */
  addWeight(
    shape: readonly number[] = [],
    initializer: StateInitializer = "zeros",
    options: StateOptions = {},
  ): Variable {
    return this.addVariable(shape, initializer, options);
  }

  /** Metrics that it holds. */
  get metrics(): Metric[] {
    return Object.values(this)
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .filter(isMetric);
  }

  /** All state, in the order in which files hold it. */
  get variables(): Variable[] {
    return [...this.state, ...this.metrics.flatMap((m) => m.variables)];
  }

  /** Forgets all batches. */
  resetState(): void {
    for (const v of this.variables) v.assign(zeros(v.shape, v.dtype));
  }

  /** Takes in a batch and gives the value so far. */
  apply(...args: Parameters<this["updateState"]>): ReturnType<this["result"]> {
    this.updateState(...args);
    return this.result() as ReturnType<this["result"]>;
  }

  /** As `updateState`, on given values of `variables` in place of its own; gives the new ones. */
  statelessUpdateState(variables: readonly TensorLike[], ...args: Parameters<this["updateState"]>): Tensor[] {
    return this.stateless(variables, () => {
      this.updateState(...args);
      return this.variables.map((v) => v.value);
    });
  }

  /** As `result`, on given values of `variables`. */
  statelessResult(variables: readonly TensorLike[]): ReturnType<this["result"]> {
    return this.stateless(variables, () => this.result()) as ReturnType<this["result"]>;
  }

  /** The values that `variables` have at first. */
  statelessResetState(): Tensor[] {
    const given = this.variables.map((v) => v.value);
    return this.stateless(given, () => {
      this.resetState();
      return this.variables.map((v) => v.value);
    });
  }

  stateless<R>(values: readonly TensorLike[], fn: () => R): R {
    const { variables } = this;
    if (values.length !== variables.length) {
      throw new ArgumentError(
        `the metric '${this.name}' has ${variables.length} variables, but ${values.length} values were given`,
      );
    }
    const overlay = new StateOverlay(runtime().overlay);
    variables.forEach((v, i) =>
      overlay.values.set(v, isVariable(values[i]) ? values[i].value : toTensor(values[i]!, v.dtype)),
    );
    return scoped({ overlay }, fn);
  }

  /** The options that make an equal metric, as JSON. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, dtype: this.dtype };
  }

  static fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Metric {
    const given = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, deserializeKerasObject(value, options)]),
    );
    return new (this as unknown as new (config: Record<string, unknown>) => Metric)(given);
  }

  toString(): string {
    return `${(this.constructor as typeof Metric).className ?? this.constructor.name}(name=${this.name})`;
  }
}
