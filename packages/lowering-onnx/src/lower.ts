import { UnsupportedError, type DType, type Graph, type GraphNode, type GraphValue } from "@keras/ops";
import { Emitter, nodeProto, valueInfo } from "./emit/emitter.ts";
import { cast } from "./emit/ops.ts";
import { tensorProto } from "./emit/tensors.ts";
import type { Val } from "./emit/value.ts";
import { roundHalf, storageOf } from "./families/cast.ts";
import { targetOf, type ExternalData, type LowerOptions } from "./options.ts";
import { nameOutputs } from "./optimize/outputs.ts";
import { optimize } from "./optimize/optimize.ts";
import { removeUnused } from "./optimize/unused.ts";
import { MODEL, type ModelProto, type TensorProto, type ValueInfoProto } from "./proto/messages.ts";
import { encode } from "./proto/wire.ts";
import { EMITTERS } from "./table.ts";

/** Version of the file format that goes with an operator set. */
const irVersion = (opset: number): number =>
  opset >= 26 ? 13 : opset >= 25 ? 12 : opset >= 23 ? 11 : opset >= 21 ? 10 : 9;

const HALF: ReadonlySet<DType> = new Set<DType>(["float16", "bfloat16"]);

/** Emits the nodes of a graph whose inputs have values; gives the values of its outputs. */
function emitGraph(e: Emitter, graph: Graph, inputs: readonly Val[]): Val[] {
  const values = new Map<GraphValue, Val>(graph.inputs.map((input, i) => [input.value, inputs[i]!]));
  for (const node of graph.nodes) {
    const results = emitNode(
      e,
      node,
      node.inputs.map((x) => values.get(x)!),
    );
    node.outputs.forEach((output, i) => values.set(output, results[i]!));
  }
  return graph.outputs.map((output) => values.get(output)!);
}

function emitNode(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const emitter = Object.hasOwn(EMITTERS, node.op.name) ? EMITTERS[node.op.name] : undefined;
  if (!emitter) {
    throw new UnsupportedError("ONNX has no equivalent of this op: decompose it, or run it outside the graph", {
      op: node.op.name,
      layer: node.path || undefined,
    });
  }
  const outer = e.scope;
  e.scope = node.path === "" ? node.op.name : `${node.path}/${node.op.name}`;
  const emitted = emitter.emit(e, node, inputs);
  const results = (Array.isArray(emitted) ? emitted : [emitted]) as readonly Val[];
  const rounded = results.map((x, i) => {
    const { dtype } = node.outputs[i]!;
    return emitter.rounds && HALF.has(dtype) ? roundHalf(e, x, dtype) : x;
  });
  e.scope = outer;
  return rounded;
}

/**
 * Lowers a graph to an ONNX model as an object, for those who add to it before they write it; see {@link lowerToOnnx}.
 */
export function lowerToModel(graph: Graph, options: LowerOptions = {}): ModelProto {
  const target = targetOf(options);
  const e = new Emitter(target, emitGraph);
  const declared: ValueInfoProto[] = [];
  const inputs = graph.inputs.map((input, i): Val => {
    const { dtype, shape } = input.value;
    const name = e.unique(options.inputNames?.[i] ?? input.name);
    // bfloat16 is computed in float32 everywhere; whether it also crosses the graph's boundary so is the caller's choice.
    const boundary = target.half === "emulated" ? storageOf(e, dtype) : dtype;
    const frozen = options.freeze?.(input) ?? null;
    if (frozen) e.initializer(tensorProto(frozen.values, frozen.shape, dtype, name));
    else declared.push(valueInfo(name, boundary, shape));
    const value: Val = { dtype: frozen ? dtype : boundary, shape, name };
    e.symbols.bind(value);
    return cast(e, value, storageOf(e, dtype));
  });
  const results = emitGraph(e, target.target === "runtime" ? optimize(graph) : graph, inputs);
  const wanted: (readonly [string, string])[] = [];
  const outputs = graph.outputs.map((output, i): ValueInfoProto => {
    const boundary = target.half === "emulated" ? storageOf(e, output.dtype) : output.dtype;
    const name = e.unique(options.outputNames?.[i] ?? `output_${i}`);
    wanted.push([name, cast(e, results[i]!, boundary).name]);
    return valueInfo(name, boundary, output.shape);
  });
  for (const [name, inner] of nameOutputs(e.nodes, wanted)) {
    e.nodes.push({
      op: "Identity",
      domain: "",
      inputs: [inner],
      outputs: [name],
      attributes: {},
      name: `${name}/identity`,
    });
  }
  return assemble(e, declared, outputs, options);
}

function assemble(e: Emitter, inputs: ValueInfoProto[], outputs: ValueInfoProto[], options: LowerOptions): ModelProto {
  const nodes = removeUnused(
    e.nodes,
    outputs.map((o) => o.name),
    e.initializers,
  );
  return {
    irVersion: irVersion(e.target.opset),
    producerName: options.producer?.name ?? "keras",
    producerVersion: options.producer?.version,
    opsetImport: [{ domain: "", version: e.target.opset }, ...[...e.domains].map((domain) => ({ domain, version: 1 }))],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name ?? "graph",
      node: nodes.nodes.map(nodeProto),
      initializer: nodes.initializers.map((tensor) => placed(tensor, options)),
      input: inputs,
      output: outputs,
    },
  };
}

/** The tensor with its data moved to another file, where the caller wants that. */
function placed(tensor: TensorProto, { external }: LowerOptions): TensorProto {
  const place: ExternalData | null | undefined = tensor.rawData && external?.(tensor.name!, tensor.rawData);
  if (!place) return tensor;
  const entry = (key: string, value: string | number): { key: string; value: string } => ({
    key,
    value: String(value),
  });
  return {
    dims: tensor.dims,
    dataType: tensor.dataType,
    name: tensor.name,
    dataLocation: 1,
    externalData: [
      entry("location", place.location),
      entry("offset", place.offset),
      entry("length", tensor.rawData!.byteLength),
    ],
  };
}

/**
 * Lowers a graph to an ONNX model. All its ops must be supported ({@link onnxSupports}): the core's `legalize` pass sees to that.
 * Symbolic sizes become named ones; nodes are named after the layer and the op they come from.
 *
 * @param graph Traced graph.
 * @param options Target, names, constants; see {@link LowerOptions}.
 * @returns The model in protobuf's binary form.
 * @throws {UnsupportedError} on an op or type that ONNX does not have.
 */
export function lowerToOnnx(graph: Graph, options: LowerOptions = {}): Uint8Array<ArrayBuffer> {
  return encode(MODEL, lowerToModel(graph, options));
}
