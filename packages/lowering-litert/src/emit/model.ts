import { Builder, type Offset } from "flatbuffers";
import { OPERATOR, VERSION, type Options, type OperatorName } from "./schema.ts";

/** A tensor of a subgraph. */
export interface TensorEntry {
  readonly name: string;
  readonly type: number;
  /** Sizes; -1 where they vary. */
  readonly shape: readonly number[];
  /** Number of its buffer; 0: it is computed. */
  readonly buffer: number;
  /** Scales of 8-bit weights, one for each place on an axis. */
  readonly quantization?: { readonly scales: readonly number[]; readonly axis: number } | undefined;
}

/** One operator of a subgraph. */
export interface OperatorEntry {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Options | null;
}

/** One graph of a model. */
export interface SubgraphEntry {
  name: string;
  readonly tensors: TensorEntry[];
  readonly operators: OperatorEntry[];
  inputs: readonly number[];
  outputs: readonly number[];
}

/** How a subgraph is called from outside. */
export interface SignatureEntry {
  readonly key: string;
  readonly subgraph: number;
  readonly inputs: readonly { readonly name: string; readonly tensor: number }[];
  readonly outputs: readonly { readonly name: string; readonly tensor: number }[];
}

/** A model in LiteRT's format, before it is written. */
export class ModelBuilder {
  /** The first one is empty, by convention. */
  readonly buffers: Uint8Array[] = [new Uint8Array(0)];
  readonly subgraphs: SubgraphEntry[] = [];
  readonly signatures: SignatureEntry[] = [];
  readonly counts: Map<string, number> = new Map();
  private readonly codes: OperatorName[] = [];
  private readonly known = new Map<string, number>();

  /** The number of a buffer; equal small ones are stored once. */
  buffer(bytes: Uint8Array): number {
    const key = bytes.length <= 256 ? bytes.join() : null;
    const found = key === null ? undefined : this.known.get(key);
    if (found !== undefined) return found;
    const at = this.buffers.push(bytes) - 1;
    if (key !== null) this.known.set(key, at);
    return at;
  }

  code(name: OperatorName): number {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const found = this.codes.indexOf(name);
    return found >= 0 ? found : this.codes.push(name) - 1;
  }

  subgraph(name: string): { readonly index: number; readonly entry: SubgraphEntry } {
    const entry: SubgraphEntry = { name, tensors: [], operators: [], inputs: [], outputs: [] };
    return { index: this.subgraphs.push(entry) - 1, entry };
  }

  /** The model's bytes. */
  write(description: string): Uint8Array<ArrayBuffer> {
    const b = new Builder(1024 + this.buffers.reduce((n, x) => n + x.length + 64, 0));
    const buffers = vector(
      b,
      this.buffers.map((bytes) => writeBuffer(b, bytes)),
    );
    const subgraphs = vector(
      b,
      this.subgraphs.map((s) => writeSubgraph(b, s)),
    );
    const codes = vector(
      b,
      this.codes.map((name) => writeCode(b, name)),
    );
    const signatures = vector(
      b,
      this.signatures.map((s) => writeSignature(b, s)),
    );
    const text = b.createString(description);
    b.startObject(10);
    b.addFieldInt32(0, 3, 0);
    b.addFieldOffset(1, codes, 0);
    b.addFieldOffset(2, subgraphs, 0);
    b.addFieldOffset(3, text, 0);
    b.addFieldOffset(4, buffers, 0);
    b.addFieldOffset(7, signatures, 0);
    b.finish(b.endObject(), "TFL3");
    return b.asUint8Array().slice();
  }
}

function vector(b: Builder, offsets: readonly Offset[]): Offset {
  b.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) b.addOffset(offset);
  return b.endVector();
}

function ints(b: Builder, values: readonly number[]): Offset {
  b.startVector(4, values.length, 4);
  for (const value of values.toReversed()) b.addInt32(value);
  return b.endVector();
}

/** Data starts at a multiple of 16 bytes. The library would copy it byte by byte. */
function writeBuffer(b: Builder, bytes: Uint8Array): Offset {
  let data: Offset = 0;
  if (bytes.length > 0) {
    b.startVector(1, bytes.length, 16);
    // The place of the vector's elements, as its own byte-wise writer finds it.
    const inner = b as unknown as { space: number; bb: { bytes(): Uint8Array; setPosition(at: number): void } };
    inner.space -= bytes.length;
    inner.bb.bytes().set(bytes, inner.space);
    data = b.endVector();
  }
  b.startObject(3);
  if (data !== 0) b.addFieldOffset(0, data, 0);
  return b.endObject();
}

function writeCode(b: Builder, name: OperatorName): Offset {
  const code = OPERATOR[name];
  b.startObject(4);
  b.addFieldInt8(0, Math.min(code, 127), 0);
  b.addFieldInt32(2, VERSION[name] ?? 1, 1);
  b.addFieldInt32(3, code, 0);
  return b.endObject();
}

function writeSubgraph(b: Builder, graph: SubgraphEntry): Offset {
  const tensors = vector(
    b,
    graph.tensors.map((t) => writeTensor(b, t)),
  );
  const operators = vector(
    b,
    graph.operators.map((o) => writeOperator(b, o)),
  );
  const [inputs, outputs, name] = [ints(b, graph.inputs), ints(b, graph.outputs), b.createString(graph.name)];
  b.startObject(6);
  b.addFieldOffset(0, tensors, 0);
  b.addFieldOffset(1, inputs, 0);
  b.addFieldOffset(2, outputs, 0);
  b.addFieldOffset(3, operators, 0);
  b.addFieldOffset(4, name, 0);
  return b.endObject();
}

function writeTensor(b: Builder, { name, type, shape, buffer, quantization }: TensorEntry): Offset {
  const label = b.createString(name);
  const isOpen = shape.includes(-1);
  const signature = isOpen ? ints(b, shape) : 0;
  const sizes = ints(
    b,
    shape.map((d) => (d === -1 ? 1 : d)),
  );
  const scales = quantization ? writeQuantization(b, quantization) : 0;
  b.startObject(11);
  b.addFieldOffset(0, sizes, 0);
  b.addFieldInt8(1, type, 0);
  b.addFieldInt32(2, buffer, 0);
  b.addFieldOffset(3, label, 0);
  if (scales !== 0) b.addFieldOffset(4, scales, 0);
  if (isOpen) b.addFieldOffset(7, signature, 0);
  b.addFieldInt8(8, 1, 0);
  return b.endObject();
}

function writeQuantization(b: Builder, { scales, axis }: NonNullable<TensorEntry["quantization"]>): Offset {
  b.startVector(4, scales.length, 4);
  for (const s of scales.toReversed()) b.addFloat32(s);
  const scale = b.endVector();
  b.startVector(8, scales.length, 8);
  for (let i = 0; i < scales.length; i++) b.addInt64(0n);
  const zero = b.endVector();
  b.startObject(7);
  b.addFieldOffset(2, scale, 0);
  b.addFieldOffset(3, zero, 0);
  b.addFieldInt32(6, axis, 0);
  return b.endObject();
}

function writeOperator(b: Builder, { code, inputs, outputs, options }: OperatorEntry): Offset {
  const [taken, given] = [ints(b, inputs), ints(b, outputs)];
  const table = options ? writeOptions(b, options) : 0;
  b.startObject(14);
  b.addFieldInt32(0, code, 0);
  b.addFieldOffset(1, taken, 0);
  b.addFieldOffset(2, given, 0);
  if (options) {
    b.addFieldInt8(3, options.type, 0);
    b.addFieldOffset(4, table, 0);
  }
  return b.endObject();
}

function writeOptions(b: Builder, { fields }: Options): Offset {
  b.startObject(8);
  for (const [slot, kind, value] of fields) {
    if (kind === "float32") b.addFieldFloat32(slot, Number(value), 0);
    else if (kind === "int32") b.addFieldInt32(slot, Number(value), 0);
    else b.addFieldInt8(slot, Number(value), 0);
  }
  return b.endObject();
}

function writeSignature(b: Builder, { key, subgraph, inputs, outputs }: SignatureEntry): Offset {
  const ports = (list: SignatureEntry["inputs"]): Offset =>
    vector(
      b,
      list.map(({ name, tensor }) => {
        const label = b.createString(name);
        b.startObject(2);
        b.addFieldOffset(0, label, 0);
        b.addFieldInt32(1, tensor, 0);
        return b.endObject();
      }),
    );
  const [taken, given, label] = [ports(inputs), ports(outputs), b.createString(key)];
  b.startObject(5);
  b.addFieldOffset(0, taken, 0);
  b.addFieldOffset(1, given, 0);
  b.addFieldOffset(2, label, 0);
  b.addFieldInt32(4, subgraph, 0);
  return b.endObject();
}
