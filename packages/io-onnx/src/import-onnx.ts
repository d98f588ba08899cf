import { files } from "#files";
import {
  ArgumentError,
  FormatError,
  initScope,
  isFloat,
  UnsupportedError,
  Variable,
  type DType,
  type KerasTensor,
  type NDArray,
  type Tensor,
} from "@keras/ops";
import { Input, Layer, type CallOptions } from "@keras/layers";
import { Model } from "@keras/models";
import {
  decodeModel,
  dtypeOfElement,
  type GraphProto,
  type ModelProto,
  type ValueInfoProto,
} from "@keras/lowering-onnx";
import type { Item } from "./import/call.ts";
import { contextOf, runGraph, type ModelContext } from "./import/run-graph.ts";
import { tensorData, type ExternalFiles } from "./import/tensor-data.ts";
import { asValue, Value } from "./import/value.ts";

/** Options of {@link importOnnx}. */
export interface ImportOnnxOptions {
  /** Bytes of files beside the model, by their names in it. Default: read from the model's folder, where it came from a path. */
  readonly externalData?: Readonly<Record<string, Uint8Array>> | undefined;
  /** Sizes of inputs, by name, where those that the model leaves open are to be fixed. `null` stays open. */
  readonly inputShapes?: Readonly<Record<string, readonly (number | null)[]>> | undefined;
  /** Whether the weights can be trained. Default true. */
  readonly trainable?: boolean | undefined;
}

/** A whole ONNX graph as a layer: its floats are weights, under the names that they have in the file. */
class OnnxLayer extends Layer {
  static override readonly className: string = "OnnxLayer";
  readonly weightsByName: ReadonlyMap<string, Variable>;
  private readonly constants: ReadonlyMap<string, Value>;
  private readonly context: ModelContext;
  private readonly proto: GraphProto;
  private readonly names: readonly string[];

  constructor(
    model: ModelProto,
    external: ExternalFiles | undefined,
    inputs: readonly ValueInfoProto[],
    trainable: boolean,
  ) {
    super({ name: layerName(model.graph.name), trainable });
    this.context = contextOf(model, external);
    this.proto = model.graph;
    this.names = inputs.map((x) => x.name);
    const weights = new Map<string, Variable>();
    const constants = new Map<string, Value>();
    for (const tensor of model.graph.initializer ?? []) {
      const data = tensorData(tensor, external);
      // Integers are sizes and indices.
      if (isFloat(data.dtype) && data.shape.length > 0)
        weights.set(tensor.name!, weight(tensor.name!, data, trainable));
      else constants.set(tensor.name!, Value.constant(data));
    }
    this.weightsByName = weights;
    this.constants = constants;
    for (const variable of weights.values()) this.track(variable);
    this.built = true;
  }

  override call(inputs: Tensor | readonly Tensor[], _options?: CallOptions): unknown {
    const given = (Array.isArray(inputs) ? inputs : [inputs]) as readonly Tensor[];
    const known = new Map<string, Value>(this.constants);
    for (const [name, variable] of this.weightsByName) known.set(name, Value.of(variable.value));
    const items = new Map<string, Item>(this.names.map((name, i) => [name, asValue(given[i]!)]));
    const ordered = this.proto.input.map((x) => items.get(x.name) ?? known.get(x.name) ?? null);
    const results = runGraph(this.context, this.proto, ordered, known);
    const outputs = this.proto.output.map((o, i) => [o.name, tensorOf(results[i]!, o.name)] as const);
    return outputs.length === 1 ? outputs[0]![1] : Object.fromEntries(outputs);
  }

  override getConfig(): Record<string, unknown> {
    throw new UnsupportedError(
      "a model that came from ONNX has no config: save its weights with saveWeights, or export it again",
      { layer: this.path },
    );
  }
}

function tensorOf(item: Item, name: string): Tensor {
  if (item instanceof Value) return item.tensor;
  throw new UnsupportedError(`the output '${name}' is no tensor`);
}

const weight = (name: string, data: NDArray, trainable: boolean): Variable =>
  initScope(() => new Variable(data as never, { name: name.replaceAll("/", "_"), dtype: data.dtype, trainable }));

const layerName = (name: string): string => name.replace(/[^A-Za-z0-9_.\\-]+/g, "_") || "onnx";

/**
 * Reads an ONNX model as a Functional model that predicts, trains and exports again. Its inputs and outputs have the names that they
 * have in the file; its floating-point initializers are its weights.
 *
 * @param source - A path (in Node), or the file's bytes.
 * @throws {FormatError} when the bytes are no ONNX model.
 * @throws {UnsupportedError} when it has an operator that is not known here; names the node.
 * @example
 * ```ts
 * import { exportOnnx, importOnnx } from "@keras/io-onnx";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [3], name: "x" }), new layers.Dense({ units: 2, name: "y" })]);
 * const { data } = await exportOnnx(model);
 * const again = await importOnnx(data);
 * console.log(again.countParams(), (await again.predict([[1, 2, 3]])).shape); // 8 [1, 2]
 * ```
 */
export async function importOnnx(source: string | Uint8Array, options: ImportOnnxOptions = {}): Promise<Model> {
  const bytes = typeof source === "string" ? await files.read(source) : source;
  const model = decodeModel(bytes);
  if (!model.graph || (model.graph.output ?? []).length === 0)
    throw new FormatError("the file holds no ONNX graph with outputs");
  const external = await externalFiles(model, source, options);
  const own = new Set((model.graph.initializer ?? []).map((t) => t.name));
  const inputs = model.graph.input.filter((x) => !own.has(x.name));
  if (inputs.length === 0) throw new UnsupportedError("the graph has no inputs");
  const layer = new OnnxLayer(model, external, inputs, options.trainable ?? true);
  const symbolic = inputs.map((x) => inputOf(x, options.inputShapes?.[x.name]));
  const outputs = layer.applyAny(symbolic.length === 1 ? symbolic[0] : symbolic) as KerasTensor;
  const structure =
    symbolic.length === 1 ? symbolic[0]! : Object.fromEntries(symbolic.map((x, i) => [inputs[i]!.name, x]));
  return new Model({ inputs: structure as KerasTensor, outputs, name: layer.name }) as unknown as Model;
}

function inputOf({ name, type }: ValueInfoProto, given: readonly (number | null)[] | undefined): KerasTensor {
  const tensor = type?.tensorType;
  const dtype = tensor && dtypeOfElement(tensor.elemType);
  if (!dtype) throw new UnsupportedError(`the input '${name}' is no tensor of a known type`);
  const shape = given ?? tensor.shape?.dim.map((d) => (d.dimValue === undefined ? null : Number(d.dimValue)));
  if (!shape)
    throw new ArgumentError(
      `the model does not say the rank of '${name}': pass \`inputShapes: { ${JSON.stringify(name)}: [null, …] }\``,
    );
  return Input({ batchShape: shape as number[], dtype: dtype as DType, name: layerName(name) }) as KerasTensor;
}

/** All files that tensors refer to, read beforehand. */
async function externalFiles(
  model: ModelProto,
  source: string | Uint8Array,
  { externalData }: ImportOnnxOptions,
): Promise<ExternalFiles | undefined> {
  const locations = new Set<string>();
  for (const tensor of model.graph.initializer ?? [])
    if (tensor.dataLocation === 1) locations.add(tensor.externalData?.find((e) => e.key === "location")?.value ?? "");
  if (locations.size === 0) return undefined;
  const found = new Map<string, Uint8Array>(Object.entries(externalData ?? {}));
  for (const location of locations) {
    if (found.has(location)) continue;
    if (typeof source !== "string")
      throw new ArgumentError(
        `the weights lie in '${location}': pass its bytes as \`externalData: { ${JSON.stringify(location)}: … }\``,
      );
    if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:/.test(location))
      throw new FormatError(`the weights lie outside the model's folder, at '${location}'`);
    found.set(location, await files.read(source.replace(/[^/\\]*$/, location)));
  }
  return (location) => found.get(location)!;
}
