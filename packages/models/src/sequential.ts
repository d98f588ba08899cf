import {
  ArgumentError,
  BuildError,
  deserializeKerasObject,
  isKerasTensor,
  tree,
  type DeserializeOptions,
  type KerasTensor,
  type SerializedObject,
  type Tensor,
} from "@keras/ops";
import {
  Input,
  InputLayer,
  isLayer,
  type CallOptions,
  type Layer,
  type LayerShape,
  type ShapeTree,
} from "@keras/layers";
import { serializeOperation } from "./functional-config.ts";
import { Functional, Model } from "./model.ts";

/** Options of `new Sequential(layers, …)`. */
export interface SequentialOptions {
  readonly name?: string | null | undefined;
  readonly trainable?: boolean | undefined;
}

/** What a Sequential is made of: layers, beginning with an `Input(...)` where the shape is known. */
export type SequentialPart = Layer | KerasTensor;

/**
 * Layers one after another, each with one input and one output.
 *
 * @example
 * ```ts
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 8, activation: "relu" }), new layers.Dense({ units: 1 })]);
 * console.log(model.countParams()); // 49
 * ```
 */
export class Sequential extends Model<Tensor, Tensor> {
  static override readonly className: string = "Sequential";
  static override readonly module: string = "keras";
  /** All parts, the input layer included. */
  readonly parts: Layer[] = [];
  /** The same layers as a graph, once the input's shape is known. */
  functional: Functional | null = null;

  /** @throws {ArgumentError} when a part is neither a layer nor an Input, or a name repeats. */
  constructor(layers: readonly SequentialPart[] = [], options: SequentialOptions = {}) {
    super(options);
    for (const layer of layers) this.append(layer);
    this.rebuild();
  }

  /** Appends a layer. */
  add(layer: SequentialPart): void {
    this.append(layer);
    this.rebuild();
  }

  /** Removes the last layer and gives it back. */
  pop(): Layer | undefined {
    const last = this.parts.pop();
    this.rebuild();
    return last;
  }

  append(part: SequentialPart): void {
    const layer = isKerasTensor(part) ? part.node?.operation : part;
    if (!isLayer(layer))
      throw new ArgumentError("a Sequential is made of layers, or begins with Input(...)", { layer: this.path });
    if (layer instanceof InputLayer && this.parts.length > 0)
      throw new ArgumentError(`the Input '${layer.name}' must come first`, { layer: this.path });
    if (this.parts.some((p) => p.name === layer.name))
      throw new ArgumentError(`two layers are named '${layer.name}': names must differ`, { layer: this.path });
    this.parts.push(layer);
  }

  /** Makes the graph anew where the input is known. */
  rebuild(): void {
    this.functional = null;
    this.built = false;
    this.resetFunctions();
    const [first] = this.parts;
    if (first instanceof InputLayer && this.parts.length > 1) this.connect(first.inboundNodes[0]!.outputs[0]!);
  }

  connect(input: KerasTensor): void {
    let x = input;
    for (const layer of this.layers) {
      const y: unknown = layer.applyAny(x);
      if (!isKerasTensor(y))
        throw new ArgumentError(
          `the layer '${layer.name}' gives several outputs: a Sequential needs one each. Use new Model({ inputs, outputs })`,
          { layer: this.path },
        );
      x = y;
    }
    this.functional = new Functional({ inputs: input, outputs: x, name: this.name });
    this.built = true;
  }

  override get layers(): Layer[] {
    return this.parts.filter((p) => !(p instanceof InputLayer));
  }

  override tracked(): ReturnType<Layer["tracked"]> {
    return { variables: [], seeds: [], layers: this.layers };
  }

  override build(inputShape: LayerShape): void {
    if (this.layers.length === 0) throw new BuildError("the model has no layers: add some", { layer: this.path });
    if (this.functional) return;
    const input = Input({ batchShape: inputShape, dtype: this.layers[0]!.inputDtype });
    this.parts.splice(0, this.parts[0] instanceof InputLayer ? 1 : 0, input.node!.operation as Layer);
    this.connect(input);
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (this.functional) return this.functional.call(inputs as never, options) as Tensor;
    return this.layers.reduce<unknown>(
      (x, layer) =>
        layer.applyAny(
          x,
          options.training === undefined || options.training === null ? {} : { training: options.training },
        ),
      inputs,
    ) as Tensor;
  }

  get inputs(): readonly KerasTensor[] {
    return this.known().inputs;
  }
  get outputs(): readonly KerasTensor[] {
    return this.known().outputs;
  }
  get inputShape(): ShapeTree {
    return this.known().inputShape;
  }
  get outputShape(): ShapeTree {
    return this.known().outputShape;
  }

  known(): Functional {
    if (!this.functional)
      throw new BuildError(
        "the model's input shape is not known yet: begin with Input({ shape }), or call it on data",
        { layer: this.path },
      );
    return this.functional;
  }

  override computeOutputShape(...shapes: readonly ShapeTree[]): ShapeTree {
    return super.computeOutputShape(...shapes);
  }

  override getBuildConfig(): Record<string, unknown> | null {
    return this.functional ? { inputShape: this.functional.inputShape } : super.getBuildConfig();
  }

  override getConfig(): Record<string, unknown> {
    const config: Record<string, unknown> = {
      name: this.name,
      trainable: this.trainable,
      dtype: super.getConfig()["dtype"],
      layers: this.parts.map((layer) => serializeOperation(layer)),
    };
    if (this.functional) config["buildInputShape"] = this.functional.inputShape;
    return config;
  }

  static override fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Sequential {
    const parts = (config["layers"] as readonly SerializedObject[]).map(
      (layer) => deserializeKerasObject(layer, options) as Layer,
    );
    const model = new Sequential(parts, { name: (config["name"] as string | undefined) ?? null });
    const shape = config["buildInputShape"] as LayerShape | null | undefined;
    if (shape && !model.built && tree.flatten(shape as never).length > 0) model.build(shape);
    if (config["trainable"] === false) model.trainable = false;
    return model;
  }
}
