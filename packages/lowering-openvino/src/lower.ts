import {
  UnsupportedError,
  type Attrs,
  type DType,
  type Graph,
  type GraphInput,
  type GraphValue,
  type NDArray,
  type OpDef,
  type Spec,
} from "@keras/ops";
import { Emitter, type WeightType } from "./emit/emitter.ts";
import { hasType, Weights, type Val } from "./emit/ir.ts";
import { EMITTERS } from "./table.ts";

/** How a graph is lowered to OpenVINO. */
export interface LowerOptions {
  /** Name of the network. Default `graph`. */
  readonly name?: string | undefined;
  /** Names of the inputs, in order. Default: those of the graph. */
  readonly inputNames?: readonly string[] | undefined;
  /** Names of the outputs, in order. Default `output_0`, `output_1`, …. */
  readonly outputNames?: readonly string[] | undefined;
  /** Data of inputs that become constants, such as weights; null where one stays an input. */
  readonly freeze?: ((input: GraphInput) => NDArray | null) | undefined;
  /** How large floats are stored. Default `float32`; `float16` halves the file, and the runtime computes in what it likes. */
  readonly weights?: WeightType | undefined;
  /** Text that the file carries, by key. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** A network in OpenVINO's Intermediate Representation. */
export interface OpenVinoModel {
  /** Content of the `.xml` file. */
  readonly xml: string;
  /** Content of the `.bin` file. */
  readonly bin: Uint8Array<ArrayBuffer>;
  /** How often each type of layer occurs. */
  readonly ops: Readonly<Record<string, number>>;
}

const emitterOf = (name: string): (typeof EMITTERS)[string] | undefined =>
  Object.hasOwn(EMITTERS, name) ? EMITTERS[name] : undefined;

/** Whether {@link lowerToOpenVino} can emit an op for inputs of these shapes and dtypes with these attributes. */
export function openVinoSupports(op: OpDef, inputs: readonly Spec[], attrs: Attrs): boolean {
  const emitter = emitterOf(op.name);
  if (!emitter || !inputs.every((x) => hasType(x.dtype))) return false;
  const { dtype } = attrs as { dtype?: unknown };
  if (typeof dtype === "string" && !hasType(dtype as DType)) return false;
  return emitter.supports?.(inputs, attrs) ?? true;
}

function emitGraph(e: Emitter, graph: Graph, inputs: readonly Val[]): readonly Val[] {
  const values = new Map<GraphValue, Val>(graph.inputs.map((input, i) => [input.value, inputs[i]!]));
  for (const node of graph.nodes) {
    const emitter = emitterOf(node.op.name);
    if (!emitter)
      throw new UnsupportedError("OpenVINO has no equivalent of this op: decompose it", {
        op: node.op.name,
        layer: node.path || undefined,
      });
    const outer = e.scope;
    e.scope = node.path === "" ? node.op.name : `${node.path}/${node.op.name}`;
    const emitted = emitter.emit(
      e,
      node,
      node.inputs.map((x) => values.get(x)!),
    );
    const results = (Array.isArray(emitted) ? emitted : [emitted]) as readonly Val[];
    node.outputs.forEach((output, i) => values.set(output, results[i]!));
    e.scope = outer;
  }
  return graph.outputs.map((output) => values.get(output)!);
}

const attribute = (s: string): string => s.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/**
 * Lowers a graph to OpenVINO's Intermediate Representation, version 11. All its ops must be supported ({@link openVinoSupports}).
 * Unknown sizes stay free.
 *
 * @throws {UnsupportedError} on an op or type that OpenVINO does not have.
 */
export function lowerToOpenVino(graph: Graph, options: LowerOptions = {}): OpenVinoModel {
  const weights = new Weights();
  const e = new Emitter(emitGraph, weights, options.weights ?? "float32");
  const inputs = graph.inputs.map((input, i): Val => {
    const name = options.inputNames?.[i] ?? input.name;
    const frozen = options.freeze?.(input) ?? null;
    if (frozen) return e.data(frozen.values, frozen.shape, frozen.dtype, name);
    return e.parameter(name, input.value);
  });
  const outputs = emitGraph(e, graph, inputs);
  outputs.forEach((value, i) => {
    const name = options.outputNames?.[i] ?? `output_${i}`;
    e.ir.label(value, name);
    e.result(value, `${name}/result`);
  });
  const info = Object.entries(options.metadata ?? {}).map(([key, value]) => `<${key} value="${attribute(value)}"/>`);
  const xml = `<?xml version="1.0"?>\n<net name="${attribute(options.name ?? "graph")}" version="11">${e.ir.content()}<rt_info><framework>${info.join("")}</framework></rt_info></net>\n`;
  return { xml, bin: weights.bytes(), ops: Object.fromEntries(e.ir.counts) };
}
