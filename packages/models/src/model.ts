import {
  ArgumentError,
  BuildError,
  ensureBackend,
  getBackend,
  jit,
  mapGraph,
  NDArray,
  NotFoundError,
  runGraph,
  runtime,
  scoped,
  startBackend,
  StateError,
  tree,
  type DeserializeOptions,
  type KerasTensor,
  type Operation,
  type OperationGraph,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { InputLayer, isLayer, Layer, type CallOptions, type LayerConfig, type ShapeTree } from "@keras/layers";
import { functionalConfig, functionalFromConfig, type GraphDeserializeOptions } from "./functional-config.ts";
import { arrayBatches, isArrayData, toHostTree } from "./data.ts";
import { concatenateHost } from "./host.ts";
import { standIn } from "./stand-in.ts";
import { summarize, type SummaryOptions } from "./summary.ts";
import type { Concrete, Feed, Host, SymbolicTree } from "./types.ts";

/** What other packages add to models: `@keras/training` puts compile, fit, evaluate and trainOnBatch here. */
export interface ModelExtensions<I, O> {
  /** Keeps the parameters in the type; never set. */
  structure?(inputs: I): O;
}

/** Options of `predict`. */
export interface PredictOptions {
  /** Samples per run. Default 32. */
  readonly batchSize?: number | null | undefined;
  /** Batches to run; default: all there are. */
  readonly steps?: number | null | undefined;
  /** Stops between batches. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `new Model({ inputs, outputs })`. */
export interface FunctionalConfig<
  In extends SymbolicTree = SymbolicTree,
  Out extends SymbolicTree = SymbolicTree,
> extends LayerConfig {
  /** Symbolic inputs: one, or arrays and dictionaries of them. */
  readonly inputs: In;
  /** What was computed from them. */
  readonly outputs: Out;
}

/** A stream of inputs, one batch at a time. */
export type InputStream<I> = AsyncIterable<Feed<I>> | Iterable<Feed<I>>;

export interface BaseModel<I, O> extends ModelExtensions<I, O> {}

/** The implementation of {@link Model}, whose constructors tell the types of a graph's inputs and outputs. */
export class BaseModel<I = Tensor, O = Tensor> extends Layer<LayerConfig> {
  static override readonly className: string | undefined = undefined;
  static {
    standIn(this.prototype);
  }
  /** Compiled functions, by what they do; dropped when the model changes. */
  readonly functions: Map<string, (...args: never[]) => unknown> = new Map();

  constructor(config: LayerConfig | FunctionalConfig = {}) {
    super(ownOptions(config), {});
    if (new.target === BaseModel && isFunctional(config)) return new Functional(config) as unknown as BaseModel<I, O>;
  }

  override call(_inputs: never, _options?: CallOptions): unknown {
    throw new StateError(
      `the model '${this.name}' has no \`call\`: write one in the subclass, or build it of a graph with new Model({ inputs, outputs })`,
      { layer: this.path },
    );
  }

  /** The layers, in the order in which they run. */
  override get layers(): Layer[] {
    return super.layers;
  }

  /**
   * One layer, by name or number.
   *
   * @throws {NotFoundError} naming the layers there are.
   */
  getLayer(which: { readonly name?: string | undefined; readonly index?: number | undefined } | string): Layer {
    const { name, index } = typeof which === "string" ? { name: which, index: undefined } : which;
    const { layers } = this;
    const found = index !== undefined ? layers.at(index) : layers.find((l) => l.name === name);
    if (found) return found;
    throw new NotFoundError(
      index !== undefined
        ? `there is no layer ${index}: the model has ${layers.length}`
        : `there is no layer '${name}': there are ${layers.map((l) => `'${l.name}'`).join(", ")}`,
      { layer: this.path },
    );
  }

  /** The table of layers, shapes and parameters as Keras prints it; to the console unless `printFn` is given. */
  summary(options: SummaryOptions = {}): void {
    summarize(this as never, options);
  }

  /** Number of scalars in the weights. @throws {BuildError} before the weights exist. */
  override countParams(): number {
    if (!this.built)
      throw new BuildError("the model is not built yet: call it on data, or give its first layer an Input", {
        layer: this.path,
      });
    return super.countParams();
  }

  /** The backend that it runs on; null: the active one. */
  placement: string | null = null;

  /**
   * Moves the model to another backend, bit for bit: weights, seeds, and once it is compiled the optimizer's slots and the state of
   * metrics. From then on it runs there, whichever backend is active, and training goes on where it was.
   *
   * @param backend - Name of an imported backend; null: whichever is active, as at first.
   * @throws {NoBackendError} when it is not imported.
   * @throws {BackendError} when it cannot start on this machine.
   * @example
   * ```ts
   * import { Input, Sequential, layers } from "keras";
   * const model = new Sequential([Input({ shape: [3] }), new layers.Dense({ units: 2 })]);
   * await model.to("ref");
   * console.log(model.weights.map((w) => w.value.backend.name)); // ["ref", "ref"]
   * ```
   */
  async to(backend: string | null): Promise<this> {
    const target = backend === null ? null : await startBackend(backend);
    this.placement = backend;
    for (const variable of this.stateVariables()) variable.place(target);
    return this;
  }

  /** Everything that changes when the model trains: weights, seeds, and what `compile` added. */
  stateVariables(): readonly Variable[] {
    return this.variables;
  }

  /** Runs `fn` on the model's backend. Inside a compiled function that function's backend counts. */
  placed<R>(fn: () => R): R {
    if (this.placement === null || runtime().trace) return fn();
    const backend = getBackend(this.placement);
    return scoped({ backend, placement: backend }, fn);
  }

  override applyAny(...args: unknown[]): unknown {
    return this.placed(() => super.applyAny(...args));
  }

  /** One batch forward, as `predict` runs it; override it for other inference. */
  predictStep(x: I): O {
    return this.applyAny(x, { training: false }) as O;
  }

  /** The compiled `predictStep`. */
  predictFunction(): (x: unknown) => unknown {
    let compiled = this.functions.get("predict");
    if (!compiled) {
      const step = jit((x: never): unknown => this.predictStep(x));
      this.functions.set("predict", (compiled = (x: never) => this.placed(() => step(x))));
    }
    return compiled as (x: unknown) => unknown;
  }

  /**
   * Runs the model on data, batch by batch, and gives the joined outputs as host arrays.
   *
   * @param x - Data in memory in the structure of the inputs, or a stream of batches.
   * @throws {ArgumentError} when arrays differ in their number of samples.
   */
  async predict(x: Feed<I> | InputStream<I>, options: PredictOptions = {}): Promise<Host<O>> {
    await ensureBackend();
    const batches = (
      isArrayData(x) ? arrayBatches(x, options.batchSize ?? 32, this.templates.inputs) : x
    ) as AsyncIterable<unknown>;
    const parts: unknown[] = [];
    for await (const batch of batches) {
      options.signal?.throwIfAborted();
      parts.push(await this.readBatch(this.predictFunction()(await batchTensors(batch, this.templates.inputs))));
      if (parts.length === options.steps) break;
    }
    if (parts.length === 0) throw new ArgumentError("there is no data to predict on", { layer: this.path });
    const columns = parts.map((p) => tree.flatten<NDArray>(p as never));
    const joined = columns[0]!.map((_, i) => concatenateHost(columns.map((c) => c[i]!)));
    return tree.packSequenceAs(parts[0], joined) as Host<O>;
  }

  /** As `predict`, on one batch. */
  async predictOnBatch(x: Feed<I>): Promise<Host<O>> {
    await ensureBackend();
    return (await this.readBatch(this.predictFunction()(await batchTensors(x, this.templates.inputs)))) as Host<O>;
  }

  /** A structure of tensors as host arrays; frees the tensors. */
  async readBatch(outputs: unknown): Promise<unknown> {
    const leaves = tree.flatten<Tensor>(outputs as never);
    const host = await Promise.all(leaves.map((y) => y.ndarray()));
    for (const y of leaves) y.dispose();
    return tree.packSequenceAs(outputs, host);
  }

  /** Structures of inputs and outputs, where they are known before any data. */
  get templates(): { readonly inputs: unknown; readonly outputs: unknown } {
    return { inputs: null, outputs: null };
  }

  /** Forgets compiled functions; needed only after changing what `call` does. */
  resetFunctions(): void {
    this.functions.clear();
  }

  /** Runs a graph of layers inside this model's call. */
  runLayers(
    graph: OperationGraph,
    inputs: readonly KerasTensor[],
    outputs: readonly KerasTensor[],
    structure: unknown,
    values: readonly unknown[],
    options: CallOptions,
  ): unknown {
    return runGraph(graph, inputs, outputs, structure, values, (operation, args, kwargs) =>
      callOperation(operation, args, kwargs, options),
    );
  }
}

/** Context arguments go to layers; what the graph fixed at a call stands before them. */
function callOperation(
  operation: Operation,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  options: CallOptions,
): unknown {
  if (!isLayer(operation)) return operation.applyAny(...args);
  const training = kwargs["training"] ?? options.training;
  const given = { ...kwargs, ...(training === undefined || training === null ? {} : { training }) };
  return operation.applyAny(...args, given);
}

async function batchTensors(batch: unknown, template: unknown): Promise<unknown> {
  return isArrayData(batch) && !isPlainTensor(batch) ? toHostTree(batch, template) : batch;
}

const isPlainTensor = (x: unknown): boolean => (x as { kind?: unknown }).kind === "tensor";

function isFunctional(config: object): config is FunctionalConfig {
  return "inputs" in config && "outputs" in config;
}

function ownOptions(config: LayerConfig | FunctionalConfig): LayerConfig {
  if (!isFunctional(config)) return config;
  const { inputs: _, outputs: __, ...rest } = config;
  return rest;
}

/** Constructors of {@link Model}. */
export interface ModelConstructor {
  /** A model of the graph between symbolic inputs and outputs. `Graph` is inferred; it keeps this signature out of `extends Model`. */
  new <In extends SymbolicTree, Out extends SymbolicTree, Graph>(
    config: FunctionalConfig<In, Out> & { readonly graph?: Graph },
  ): FunctionalOf<In, Out>;
  /** For subclasses that write `call`. */
  new <I = Tensor, O = Tensor>(config?: LayerConfig): Model<I, O>;
  readonly prototype: BaseModel<never, unknown>;
  readonly className: string | undefined;
  readonly module: string | null;
  readonly callArguments: readonly string[];
  fromConfig(config: Record<string, unknown>, options?: DeserializeOptions): Layer;
}

export interface Model<I = Tensor, O = Tensor> extends BaseModel<I, O> {}

/**
 * A layer that can be run on data, trained, summarized and saved. Made of a graph (`new Model({ inputs, outputs })`, a `Sequential`), or
 * by a subclass that writes `call`.
 *
 * @example
 * ```ts
 * import { Input, Model, layers } from "keras";
 * const x = Input({ shape: [3] });
 * const y = new layers.Dense({ units: 2 }).apply(x);
 * const model = new Model({ inputs: x, outputs: y });
 * console.log((await model.predict([[1, 2, 3]])).shape); // [1, 2]
 * ```
 */
export const Model: ModelConstructor = BaseModel as unknown as ModelConstructor;

/** A model made of a graph of layers and ops. */
export class Functional<I = Tensor, O = Tensor> extends BaseModel<I, O> {
  static override readonly className: string = "Functional";
  static override readonly module: string = "keras.src.models.functional";
  readonly inputStructure: SymbolicTree;
  readonly outputStructure: SymbolicTree;
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly graph: OperationGraph;

  constructor(config: FunctionalConfig) {
    super({ ...ownOptions(config), name: config.name ?? null });
    this.inputStructure = config.inputs;
    this.outputStructure = config.outputs;
    this.inputs = leaves(config.inputs, "inputs");
    this.outputs = leaves(config.outputs, "outputs");
    for (const x of this.inputs) {
      if (!(x.node?.operation instanceof InputLayer) && !x.node?.isInput)
        throw new ArgumentError(`the input '${x.name}' must come from Input(...)`);
    }
    this.graph = mapGraph(this.inputs, this.outputs);
    this.built = true;
  }

  override get layers(): Layer[] {
    return this.graph.operations.filter(isLayer);
  }

  override tracked(): ReturnType<Layer["tracked"]> {
    return { ...super.tracked(), layers: this.layers };
  }

  override call(inputs: I, options: CallOptions = {}): O {
    const values = this.arrange(inputs);
    return this.runLayers(this.graph, this.inputs, this.outputs, this.outputStructure, values, options) as O;
  }

  override get templates(): { readonly inputs: unknown; readonly outputs: unknown } {
    return { inputs: this.inputStructure, outputs: this.outputStructure };
  }

  /** Values in the order of the inputs: by name for a dictionary, else in order. @throws {ArgumentError} when some are missing. */
  arrange(inputs: unknown): readonly unknown[] {
    const names = this.inputs.map((x) => x.node?.operation.name ?? x.name);
    if (isDictionary(inputs) && !isDictionary(this.inputStructure)) {
      return names.map((name) => {
        if (!(name in inputs))
          throw new ArgumentError(`the input '${name}' is missing; given are ${Object.keys(inputs).join(", ")}`, {
            layer: this.path,
          });
        return inputs[name];
      });
    }
    const values = tree.flatten<unknown>(inputs as never);
    if (values.length !== this.inputs.length) {
      throw new ArgumentError(
        `the model has ${this.inputs.length} inputs (${names.join(", ")}), but ${values.length} were given`,
        { layer: this.path },
      );
    }
    return values;
  }

  override get input(): KerasTensor | KerasTensor[] {
    return this.inputStructure as KerasTensor;
  }
  override get output(): KerasTensor | KerasTensor[] {
    return this.outputStructure as KerasTensor;
  }

  override getConfig(): Record<string, unknown> {
    return functionalConfig(this as unknown as Functional);
  }

  static override fromConfig(config: Record<string, unknown>, options: GraphDeserializeOptions = {}): Functional {
    const model = new Functional({
      ...functionalFromConfig(config, options),
      name: (config["name"] as string | undefined) ?? null,
    });
    if (config["trainable"] === false) model.trainable = false;
    return model;
  }

  get inputShape(): ShapeTree {
    return tree.mapStructure((x: KerasTensor) => x.shape, this.inputStructure as never) as ShapeTree;
  }
  get outputShape(): ShapeTree {
    return tree.mapStructure((x: KerasTensor) => x.shape, this.outputStructure as never) as ShapeTree;
  }
}

const isDictionary = (x: unknown): x is Record<string, unknown> => tree.isNested(x) && !Array.isArray(x);

function leaves(structure: SymbolicTree, what: string): readonly KerasTensor[] {
  const found = tree.flatten<KerasTensor>(structure as never);
  for (const x of found) {
    if ((x as { kind?: unknown } | null)?.kind !== "keras_tensor")
      throw new ArgumentError(`${what} must be symbolic tensors, made by Input(...) and what was applied to it`);
  }
  return found;
}

/** What a model has that is made of a graph. */
export interface GraphModel<I, O> {
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly inputShape: ShapeTree;
  readonly outputShape: ShapeTree;
  call(inputs: I, options?: CallOptions): O;
}

/** A model of a graph between such inputs and outputs. */
export type FunctionalOf<In extends SymbolicTree, Out extends SymbolicTree> = Model<Concrete<In>, Concrete<Out>> &
  GraphModel<Concrete<In>, Concrete<Out>>;
