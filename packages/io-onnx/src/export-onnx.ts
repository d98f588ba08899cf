import { files } from "#files";
import {
  allDTypes,
  ArgumentError,
  eliminateDeadCode,
  ensureBackend,
  itemBytes,
  KerasError,
  prepareGraph,
  serializeObject,
  UnsupportedError,
  verify,
  type Backend,
  type DType,
  type Graph,
  type GraphInput,
  type NDArray,
} from "@keras/ops";
import {
  encodeModel,
  lowerToModel,
  onnxSupports,
  type FrozenData,
  type LowerOptions,
  type ModelProto,
} from "@keras/lowering-onnx";
import { foldConstants } from "./fold-constants.ts";
import { signatureOf, type AnyModel, type InputSignature, type Signature } from "./signature.ts";
import { traceModel } from "./trace-model.ts";

export type { InputSignature } from "./signature.ts";

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** Version of ONNX's operators. Default 21. */
  readonly opset?: number | undefined;
  /** Number of samples where it is to be fixed. Default null: any; the axis is called `batch`. */
  readonly batchSize?: number | null | undefined;
  /** Inputs of a subclassed model. Default: those of its graph, or the shape on which it was built. */
  readonly inputSignature?: readonly InputSignature[] | undefined;
  /** Default: the names of the Input layers. */
  readonly inputNames?: readonly string[] | undefined;
  /** Default: the names of the output layers, the keys of a dictionary of outputs, or `output_0`, `output_1`, …. */
  readonly outputNames?: readonly string[] | undefined;
  /** Text that the file carries, by key, beside the model's config. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Puts the weights into a file beside the model, `NAME.onnx.data`. Default: only where the model would exceed 2 GB. */
  readonly externalData?: boolean | undefined;
}

/** An input or output of the exported model. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: DType;
  /** Sizes; names where they vary. */
  readonly shape: readonly (number | string)[];
}

/** What was exported. */
export interface OnnxExport {
  /** The model in ONNX's binary form. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Content of the file of weights; null where the model holds them itself. */
  readonly externalData: Uint8Array<ArrayBuffer> | null;
  /** Size of everything in bytes. */
  readonly bytes: number;
  readonly opset: number;
  /** Scalars in the weights. */
  readonly parameters: number;
  /** How often each operator occurs. */
  readonly ops: Readonly<Record<string, number>>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly warnings: readonly string[];
}

const DEFAULT_OPSET = 21;
/** Protobuf's limit, with room for what is not weights. */
const LARGEST_FILE = 2 ** 31 - 2 ** 24;

/**
 * Exports a model's inference to ONNX, for any runtime of that format. The batch axis stays free, and so do other unknown sizes.
 *
 * @param model - Built, or with symbolic inputs.
 * @param path - Where to write it (in Node); without one, the result's `data` holds it.
 * @returns The file and what is in it.
 * @throws {UnsupportedError} when ONNX has no equivalent of an op; names the op and the layer.
 * @throws {BuildError} when the shapes of the inputs are not known.
 * @throws {ArgumentError} when the path does not end in `.onnx`.
 * @example
 * ```ts
 * import { exportOnnx } from "@keras/io-onnx";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4], name: "x" }), new layers.Dense({ units: 2, name: "y" })]);
 * const { inputs, outputs, parameters } = await exportOnnx(model);
 * console.log(inputs[0]!.name, inputs[0]!.shape, outputs[0]!.name, parameters); // "x" ["batch", 4] "y" 10
 * ```
 */
export async function exportOnnx(
  model: object,
  path?: string | undefined,
  options: ExportOnnxOptions = {},
): Promise<OnnxExport> {
  if (path !== undefined && !path.endsWith(".onnx"))
    throw new ArgumentError(`an ONNX model is written to a path that ends in '.onnx', not '${path}'`);
  await ensureBackend();
  const source = model as AnyModel;
  const opset = options.opset ?? DEFAULT_OPSET;
  const signature = signatureOf(source, options.inputSignature, options.batchSize ?? null);
  const { graph, outputKeys, written } = traceModel(source, signature);
  const warnings = written.map(
    (v) =>
      `the call changes the variable '${v.path}': the exported model does not, it starts from the same value each time`,
  );
  const ready = prepare(graph, opset);
  const frozen = await readWeights(ready);
  const size = [...frozen.values()].reduce((n, a) => n + bytesOf(a), 0);
  const store = (options.externalData ?? size > LARGEST_FILE) ? externalStore(path) : null;
  const proto = lowerToModel(ready, {
    target: "portable",
    opset,
    name: source.name,
    inputNames: graphInputNames(ready, signature, options.inputNames),
    outputNames: outputNames(ready, options.outputNames ?? outputKeys ?? signature.outputNames),
    freeze: (input) => frozen.get(input) ?? null,
    external: store?.place,
    metadata: { ...configOf(source, warnings), ...options.metadata },
    producer: { name: "keras", version: "3.15.1" },
  });
  const data = encodeModel(proto);
  const externalData = store?.bytes() ?? null;
  if (path !== undefined) {
    // The model comes last: it refers to the other file.
    if (externalData) await files.write(`${path}.data`, externalData);
    await files.write(path, data);
  }
  return {
    data,
    externalData,
    bytes: data.length + (externalData?.length ?? 0),
    opset,
    warnings,
    ...describe(ready, proto, frozen),
  };
}

/** A graph of ops that ONNX has. @throws {UnsupportedError} where there is no way. */
function prepare(graph: Graph, opset: number): Graph {
  const options: LowerOptions = { target: "portable", opset };
  const target = {
    name: "onnx",
    dtypes: new Set(allDTypes()),
    supports: (op, inputs, attrs) => onnxSupports(op, inputs, attrs, options),
  } as Partial<Backend> as Backend;
  try {
    const ready = eliminateDeadCode(foldConstants(prepareGraph(target, graph)));
    verify(ready);
    return ready;
  } catch (cause) {
    if (!(cause instanceof KerasError) || cause.code !== "backend") throw cause;
    throw new UnsupportedError(
      `the model cannot be exported: ONNX (opset ${opset}) has no equivalent of an op in it. Export a model without that layer, write the layer with other ops, or give a newer \`opset\``,
      { op: cause.op, layer: cause.layer, cause },
    );
  }
}

/** Values of the weights and constants, now. */
async function readWeights(graph: Graph): Promise<Map<GraphInput, NDArray>> {
  const frozen = new Map<GraphInput, NDArray>();
  for (const input of graph.inputs) {
    if (input.role === "argument") continue;
    const tensor = input.role === "variable" ? input.variable.held() : input.tensor;
    frozen.set(input, await tensor.ndarray());
  }
  return frozen;
}

const bytesOf = (a: NDArray): number => Math.ceil(a.shape.reduce((n, d) => n * d, itemBytes(a.dtype)));

/** Collects tensors' bytes for a file beside the model, each at a multiple of a page. */
function externalStore(path: string | undefined): {
  place: NonNullable<LowerOptions["external"]>;
  bytes: () => Uint8Array<ArrayBuffer>;
} {
  const location = `${(path ?? "model.onnx").replace(/^.*[/\\]/, "")}.data`;
  const parts: { offset: number; bytes: Uint8Array }[] = [];
  let end = 0;
  return {
    place: (_name, bytes) => {
      if (bytes.length < 1024) return null;
      const offset = Math.ceil(end / 4096) * 4096;
      parts.push({ offset, bytes });
      end = offset + bytes.length;
      return { location, offset };
    },
    bytes: () => {
      const out = new Uint8Array(end);
      for (const { offset, bytes } of parts) out.set(bytes, offset);
      return out;
    },
  };
}

/** Names of all inputs of the graph: the model's by theirs, weights by their paths. @throws {ArgumentError} on a wrong number. */
function graphInputNames(graph: Graph, signature: Signature, given: readonly string[] | undefined): string[] {
  const names = given ?? signature.inputs.map((x) => x.name);
  if (names.length !== signature.inputs.length)
    throw new ArgumentError(`the model has ${signature.inputs.length} inputs, but ${names.length} names were given`);
  let next = 0;
  return graph.inputs.map((input) => (input.role === "argument" ? names[next++]! : input.name));
}

function outputNames(graph: Graph, given: readonly string[]): string[] {
  if (given.length > 0 && given.length !== graph.outputs.length)
    throw new ArgumentError(`the model has ${graph.outputs.length} outputs, but ${given.length} names were given`);
  return graph.outputs.map((_, i) => given[i] ?? `output_${i}`);
}

/** The model's config as metadata; a model without one is exported all the same. */
function configOf(model: AnyModel, warnings: string[]): Record<string, string> {
  try {
    return { keras_version: "3.15.1", keras_config: JSON.stringify(serializeObject(model)) };
  } catch (error) {
    warnings.push(`the model's config is left out: ${error instanceof Error ? error.message : String(error)}`);
    return { keras_version: "3.15.1" };
  }
}

type Description = Pick<OnnxExport, "ops" | "parameters" | "inputs" | "outputs">;

function describe(graph: Graph, proto: ModelProto, frozen: ReadonlyMap<GraphInput, FrozenData>): Description {
  const ops: Record<string, number> = {};
  for (const node of proto.graph?.node ?? []) ops[node.opType ?? ""] = (ops[node.opType ?? ""] ?? 0) + 1;
  const port = (
    name: string | undefined,
    { shape, dtype }: { readonly shape: readonly unknown[]; readonly dtype: DType },
  ): OnnxPort => ({
    name: name ?? "",
    dtype,
    shape: shape.map((d) => (typeof d === "number" ? d : String(d))),
  });
  const weights = graph.inputs.filter((input) => input.role === "variable");
  return {
    ops,
    parameters: weights.reduce((n, input) => n + (frozen.get(input)?.shape.reduce((m, d) => m * d, 1) ?? 0), 0),
    inputs: graph.inputs
      .filter((input) => input.role === "argument")
      .map(({ value }, i) => port(proto.graph?.input?.[i]?.name, value)),
    outputs: graph.outputs.map((value, i) => port(proto.graph?.output?.[i]?.name, value)),
  };
}
