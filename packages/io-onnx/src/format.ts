import {
  constantBytes,
  prepareEndpoint,
  type ExportEndpoint,
  type ExportFormat,
  type ExportSource,
  type ExportTarget,
} from "@keras/models";
import { ArgumentError, type Attrs, type GraphInput, type OpDef, type Spec } from "@keras/ops";
import { encodeModel, lowerToModel, onnxSupports, type LowerOptions, type ModelProto } from "@keras/lowering-onnx";

/** What the format ONNX takes, beside the options of every export. */
export interface OnnxOptions {
  /** Version of ONNX's operators, 18 to 26. Default 21. */
  readonly opset?: number | undefined;
  /** Text that the file carries, by key, beside the model's config. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Puts the weights into a file beside the model, `NAME.onnx.data`. Default: only where the model would exceed 2 GB. */
  readonly externalData?: boolean | undefined;
  /**
   * `constants`: weights are part of the model, for inference. `inputs`: they are inputs under their paths, and new values of those that
   * the function assigns are outputs called `PATH/updated`: a train step becomes a graph to be run in a loop. Default `constants`.
   */
  readonly variables?: "constants" | "inputs" | undefined;
  /** Which endpoint the file holds, where there are several. Default: the only one. */
  readonly endpoint?: string | undefined;
}

/** Version of the operators that is written unless another is asked for. */
export const DEFAULT_OPSET = 21;
/** Protobuf's limit, with room for what is not weights. */
const LARGEST_FILE = 2 ** 31 - 2 ** 24;

/**
 * The format ONNX, for `exportModel` and `ExportArchive`.
 *
 * @example
 * ```ts
 * import { exportModel } from "@keras/models";
 * import { onnx } from "@keras/io-onnx";
 * import { Input, Sequential, layers } from "keras";
 * const model = new Sequential([Input({ shape: [4] }), new layers.Dense({ units: 2 })]);
 * const report = await exportModel(model, undefined, { format: onnx, opset: 18 });
 * console.log(report.ops); // { MatMul: 1, Add: 1 }
 * ```
 */
export const onnx: ExportFormat<OnnxOptions> = {
  name: "onnx",
  title: "ONNX",
  ending: ".onnx",
  write: async (source, options) => {
    const opset = options.opset ?? DEFAULT_OPSET;
    const asInputs = options.variables === "inputs";
    const endpoint = chosen(source, options.endpoint);
    const target = {
      title: `ONNX (opset ${opset})`,
      supports: (op: OpDef, inputs: readonly Spec[], attrs: Attrs) =>
        onnxSupports(op, inputs, attrs, { target: "portable", opset }),
    } satisfies ExportTarget;
    const ready = await prepareEndpoint(endpoint, target, { freeze: !asInputs });
    const isExternal = options.externalData ?? constantBytes(ready) > LARGEST_FILE;
    const store = isExternal ? externalStore(`${source.fileName}.data`) : null;
    const proto = lowerToModel(ready.graph, {
      target: "portable",
      opset,
      name: source.name,
      inputNames: ready.graph.inputs.map((input) => input.name),
      outputNames: ready.outputNames,
      freeze: (input: GraphInput) => ready.data.get(input) ?? null,
      external: store?.place,
      metadata: { ...source.metadata, ...options.metadata },
      producer: { name: "keras", version: "3.15.1" },
    });
    const files = [{ name: source.fileName, bytes: encodeModel(proto) }];
    if (store) files.unshift({ name: `${source.fileName}.data`, bytes: store.bytes() });
    return { files, ops: countOps(proto), warnings: ready.warnings };
  },
};

/** A file holds one graph. @throws {ArgumentError} where it is not clear which. */
function chosen({ endpoints }: ExportSource, name: string | undefined): ExportEndpoint {
  const found = name === undefined ? endpoints[0]! : endpoints.find((e) => e.name === name);
  if (found && (name !== undefined || endpoints.length === 1)) return found;
  const names = endpoints.map((e) => `'${e.name}'`).join(", ");
  throw new ArgumentError(
    found
      ? `an ONNX file holds one function: say which with \`endpoint\`, one of ${names}`
      : `there is no endpoint '${name}': there are ${names}`,
  );
}

function countOps(proto: ModelProto): Record<string, number> {
  const ops: Record<string, number> = {};
  for (const node of proto.graph?.node ?? []) ops[node.opType ?? ""] = (ops[node.opType ?? ""] ?? 0) + 1;
  return ops;
}

/** Collects tensors' bytes for a file beside the model, each at a multiple of a page. */
function externalStore(location: string): {
  place: NonNullable<LowerOptions["external"]>;
  bytes: () => Uint8Array<ArrayBuffer>;
} {
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
