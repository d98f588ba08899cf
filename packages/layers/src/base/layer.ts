import {
  ArgumentError,
  cast,
  hasKerasTensor,
  isFloat,
  isKerasTensor,
  KerasTensor,
  Node,
  runtime,
  scoped,
  toDTypePolicy,
  toTensor,
  traceSpec,
  type DeserializeOptions,
  type DType,
  type DTypePolicy,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import * as tree from "@keras/ops/tree";
import { getRegularizer } from "../regularizers/get.ts";
import type { Regularizer } from "../regularizers/regularizer.ts";
import { isNumericArray, shapesOf, splitOptions, withoutEmpty } from "./arguments.ts";
import { buildConfigOf, buildOnce, shapesInConfig } from "./building.ts";
import { currentCall, enterCall, inheritedArgument, outsideCalls, type CallContext } from "./call-context.ts";
import {
  configOf,
  resolveConfig,
  type Defaults,
  type LayerArguments,
  type LayerConfig,
  type Resolved,
} from "./config.ts";
import { deserializeOptions } from "./from-config.ts";
import { checkInputSpec, type InputSpec } from "./input-spec.ts";
import { checkHeld } from "./held.ts";
import { collectLosses, regularizeActivity } from "./losses.ts";
import { attachMasks, carriedMask, getMask, setMask } from "./masking.ts";
import { callStateless, type LayerState, type StatelessResult } from "./stateless-call.ts";
import type { Eager, ShapeTree, Symbolic, SymbolicResult } from "./types.ts";
import { WeightHolder } from "./weight-holder.ts";

type AnyCall = (...args: unknown[]) => unknown;

/**
 * Base of all layers: weights, and a function of tensors that uses them. Subclasses write `call`, and `build` where weights depend on
 * the input's shape. Weights and inner layers are found by walking the layer's own properties: assign them, nothing else.
 *
 * @throws {ArgumentError} on a missing or an unknown option.
 * @example
 * ```ts
 * import { layers, ops, Variable } from "keras";
 * class Linear extends layers.Layer<layers.LayerConfig & { units: number }> {
 *   declare w: Variable;
 *   override build(inputShape: layers.LayerShape): void {
 *     this.w = this.addWeight({ name: "w", shape: [inputShape.at(-1)!, this.config.units], initializer: "ones" });
 *   }
 *   override call(x: ops.Tensor): ops.Tensor {
 *     return ops.matmul(x, this.w);
 *   }
 * }
 * const layer = new Linear({ units: 2 });
 * console.log(await layer.apply([[1, 2, 3]]).array()); // [[6, 6]]
 * ```
 */
export abstract class Layer<C extends LayerConfig = LayerConfig> extends WeightHolder {
  readonly kind: "layer" = "layer";
  /** Name in files; set it where a bundler renames classes. */
  static readonly className: string | undefined = undefined;
  /** Python module in files; null for custom layers. */
  static readonly module: string | null = null;
  /** Camel-case names of the tensors of `call`, for build configs. */
  static readonly callArguments: readonly string[] = ["inputs"];
  /** Options of `call` that inner layers inherit from the layers around them. */
  static readonly contextArguments: readonly string[] = ["training"];

  /** The options it was made with, defaults filled in. */
  readonly config: Resolved<C>;
  /** Options that a file gave as integral floats. */
  readonly floatOptions: ReadonlySet<string>;
  policy: DTypePolicy;
  activityRegularizer: Regularizer | null;
  inputSpec: InputSpec | readonly InputSpec[] | null = null;
  /** Whether it passes masks on; true by default for layers that write `computeMask`. */
  supportsMasking: boolean;
  /** Float inputs are cast to the compute dtype. */
  autocast: boolean = true;
  lastCall: CallContext | null = null;

  constructor(...[config = {} as C, defaults]: LayerArguments<C>) {
    super({ name: config.name ?? null, className: new.target.className });
    // A class with a name in files lists all its options; subclasses of it may have more.
    const listed = defaults !== undefined && Object.hasOwn(new.target, "className");
    const resolved = resolveConfig<C>(
      config,
      (defaults as Defaults | undefined) ?? {},
      listed ? (new.target.className ?? this.name) : null,
    );
    this.config = resolved.config;
    this.floatOptions = resolved.floats;
    if (typeof (config.trainable ?? true) !== "boolean")
      throw new ArgumentError(`trainable is true or false, got ${String(config.trainable)}`, { layer: this.name });
    this.isTrainable = config.trainable ?? true;
    this.policy = toDTypePolicy(config.dtype);
    this.activityRegularizer = getRegularizer(config.activityRegularizer ?? null);
    this.supportsMasking = this.computeMask !== Layer.prototype.computeMask;
    // `build` may be called by anyone: whoever does gets scopes, bookkeeping, and one set of weights.
    const build = this.build as unknown as AnyCall;
    const once = (...shapes: ShapeTree[]): void => buildOnce(this as Layer, build, shapes);
    Object.defineProperty(this, "build", { value: once, writable: true, configurable: true });
  }

  get dtypePolicy(): DTypePolicy {
    return this.policy;
  }
  get computeDtype(): DType {
    return this.policy.computeDtype;
  }
  override get variableDtype(): DType {
    return this.policy.variableDtype;
  }
  get dtype(): DType {
    return this.variableDtype;
  }
  /** Dtype that float inputs are cast to. */
  get inputDtype(): DType {
    return this.computeDtype;
  }

  // ---- building ----

  /** Makes the weights. Gets the shape of each positional tensor of `call`, in the structure in which it comes. Runs once. */
  build(..._shapes: never[]): void {}

  /** Builds where that has not happened. */
  ensureBuilt(shapes: readonly ShapeTree[]): void {
    if (!this.built) (this.build as unknown as AnyCall)(...shapes);
  }

  /** What a file needs to build the layer again; null where it was not built on shapes. */
  getBuildConfig(): Record<string, unknown> | null {
    return buildConfigOf(this as Layer);
  }

  /** Builds from what `getBuildConfig` gave; inner layers that only a call would build are built by a symbolic one. */
  buildFromConfig(config: Readonly<Record<string, unknown>>): void {
    const shapes = shapesInConfig(config);
    this.ensureBuilt(shapes);
    const writesNoBuild = (Object.getPrototypeOf(this) as Layer).build === Layer.prototype.build;
    if (writesNoBuild && shapes.length > 0 && this.flattenLayers().some((layer) => !layer.built))
      this.computeOutputShape(...shapes);
  }

  // ---- calling ----

  /** The layer's function. Positional tensors first, then one options object. Synchronous. */
  abstract override call(...args: never[]): unknown;

  /**
   * Calls the layer: builds it if need be, and gives what `call` gives. Symbolic tensors in, symbolic tensors out.
   *
   * @throws {BuildError} when it cannot be built from these inputs.
   * @throws {ShapeError} when an input is not what the layer expects.
   */
  apply<L extends Layer<LayerConfig>>(
    this: L,
    ...args: Symbolic<Parameters<L["call"]>>
  ): SymbolicResult<ReturnType<L["call"]>>;
  apply<L extends Layer<LayerConfig>>(this: L, ...args: Eager<Parameters<L["call"]>>): ReturnType<L["call"]>;
  apply(...args: unknown[]): unknown {
    return this.applyAny(...args);
  }

  override applyAny(...args: unknown[]): unknown {
    const [positional, options] = splitOptions(args);
    const inputs = positional.map((x) => this.standardizeInput(x));
    if (this.inputSpec) checkInputSpec(this.inputSpec, inputs[0], this.path);
    if (hasKerasTensor(inputs) || hasKerasTensor(options)) return this.symbolicApply(positional, inputs, options);
    return this.callNow(inputs, options);
  }

  /** Calls it on given values of its variables; its own stay as they are. @throws {BuildError} when it is not built. */
  statelessCall(state: LayerState, ...args: unknown[]): StatelessResult<unknown> {
    return callStateless(this as Layer, state, args);
  }

  /** Tensors of the compute dtype, in the structure in which they came. */
  standardizeInput(x: unknown): unknown {
    if (isNumericArray(x)) return this.castInput(toTensor(x as TensorLike));
    return tree.mapStructure((leaf: unknown) => {
      if (leaf === null || leaf === undefined) return leaf;
      return this.castInput(isKerasTensor(leaf) ? leaf : toTensor(leaf as TensorLike));
    }, x as never);
  }

  castInput<T extends Tensor | KerasTensor>(x: T): T {
    if (!this.autocast || !isFloat(x.dtype) || !isFloat(this.inputDtype) || x.dtype === this.inputDtype) return x;
    const mask = getMask(x);
    const converted = cast(x as Tensor, this.inputDtype);
    if (mask) setMask(converted, mask);
    return converted as T;
  }

  /** A call on symbolic tensors: a node of a graph, with the arguments as they were given. */
  symbolicApply(
    given: readonly unknown[],
    inputs: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
  ): unknown {
    const outputs = this.computeOutputSpec(inputs, options);
    if (this.supportsMasking) {
      const mask = options["mask"] ?? carriedMask(inputs[0]);
      attachMasks(outputs, this.computeMask(inputs[0] as never, (mask ?? null) as never), []);
    }
    new Node(this, given, withoutEmpty(options), outputs);
    return outputs;
  }

  /** Symbolic outputs: the layer is built, and `call` traced once on stand-ins. */
  override computeOutputSpec(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown {
    return outsideCalls(() => traceSpec((a, k) => this.callNow(a, k, true), args, kwargs));
  }

  /** Output shape for the shapes of the inputs. Builds the layer. @throws {ShapeError} when it cannot take such inputs. */
  computeOutputShape(...shapes: readonly ShapeTree[]): ShapeTree {
    const inputs = shapes.map((s) => tree.mapShapeStructure((sizes) => new KerasTensor(sizes, this.inputDtype), s));
    return shapesOf(this.computeOutputSpec(inputs, {}));
  }

  /** The mask of the outputs, given that of the inputs. */
  computeMask(_inputs: never, mask: never): unknown {
    return mask;
  }

  /** Calls it on concrete or traced tensors. */
  callNow(inputs: readonly unknown[], options: Readonly<Record<string, unknown>>, symbolic = false): unknown {
    if (!this.built) this.buildFrom(inputs, options);
    checkHeld(this as Layer);
    const resolved = this.resolveOptions(inputs, options);
    const { contextArguments } = this.constructor as typeof Layer;
    const inherited = Object.fromEntries(contextArguments.map((name) => [name, resolved[name]]));
    return enterCall(this as Layer, inherited, (context) => {
      if (context.stack.length === 1 && !symbolic) this.lastCall = context;
      const scope = { scope: [...runtime().scope, this.name], autocast: this.autocastDtype() };
      return scoped(scope, () => {
        const outputs = (this.call as unknown as AnyCall)(...inputs, resolved);
        if (outputs instanceof Promise)
          throw new ArgumentError("call must be synchronous: it returned a promise", { layer: this.path });
        if (this.activityRegularizer) regularizeActivity(this as Layer, this.activityRegularizer, outputs);
        if (this.supportsMasking)
          attachMasks(outputs, this.computeMask(inputs[0] as never, (resolved["mask"] ?? null) as never), inputs);
        return outputs;
      });
    });
  }

  /** What float Variables are read as inside `call`; null: as they are. */
  autocastDtype(): DType | null {
    if (!this.autocast || !isFloat(this.computeDtype)) return null;
    return runtime().autocast !== null || this.computeDtype !== this.variableDtype ? this.computeDtype : null;
  }

  /** Builds for the tensors of a call. */
  buildFrom(inputs: readonly unknown[], _options: Readonly<Record<string, unknown>>): void {
    this.ensureBuilt(inputs.map(shapesOf));
  }

  /** Context arguments and masks: given, else inherited from the layers around or carried by the inputs; what is missing is left out. */
  resolveOptions(inputs: readonly unknown[], options: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const resolved = withoutEmpty(options);
    for (const name of (this.constructor as typeof Layer).contextArguments) {
      const value = resolved[name] ?? inheritedArgument(name);
      if (value !== undefined) resolved[name] = value;
    }
    const mask = resolved["mask"] ?? carriedMask(inputs[0]);
    if (mask !== null) resolved["mask"] = mask;
    return resolved;
  }

  // ---- losses ----

  /** Adds to the loss of whatever model this layer is called in. @throws {ArgumentError} outside of `call`. */
  addLoss(loss: TensorLike | readonly TensorLike[]): void {
    const context = currentCall();
    if (!context)
      throw new ArgumentError("addLoss belongs into `call`: outside of a call there is no model to add it to", {
        layer: this.path,
      });
    const added = (
      Array.isArray(loss) && !isNumericArray(loss) ? (loss as readonly TensorLike[]) : [loss as TensorLike]
    ).map((x) => toTensor(x));
    context.losses.set(this as Layer, [...(context.losses.get(this as Layer) ?? []), ...added]);
  }

  /** What layers added in the last call, then the weights' regularizers. */
  get losses(): Tensor[] {
    return collectLosses(this as Layer);
  }

  /** Forgets what was added to the loss. */
  clearLosses(): void {
    for (const layer of this.flattenLayers()) layer.lastCall = null;
  }

  // ---- configs ----

  /** The options that make an equal layer, as JSON. Subclasses whose options are not their config extend it. */
  getConfig(): Record<string, unknown> {
    return configOf(this as Layer);
  }

  /** A layer from what `getConfig` gave; classes that the config names are looked up in `objects`. */
  static fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Layer {
    const Class = this as unknown as new (config: unknown) => Layer;
    return new Class(deserializeOptions(config, options));
  }

  override toString(): string {
    return `<${(this.constructor as typeof Layer).className ?? this.constructor.name} name=${this.name}, built=${String(this.built)}>`;
  }
}
