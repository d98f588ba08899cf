import {
  decodeSmallFloats,
  dim,
  encodeSmallFloat,
  isSmallFloat,
  ShapeError,
  UnsupportedError,
  type Dim,
  type DType,
  type Graph,
  type HostArray,
  type Shape,
  type SymDim,
} from "@keras/ops";
import type { ModelBuilder, SubgraphEntry } from "./model.ts";
import { OPTIONS, type OperatorName, type Options } from "./schema.ts";

/** A value of a subgraph. `dtype` is that of the tensor that stands for it: half types stand as float32, as does float64. */
export interface Val {
  readonly tensor: number;
  readonly dtype: DType;
  readonly shape: Shape;
  /** The bytes of a constant, with which weights are turned around beforehand. */
  readonly data?: HostArray | undefined;
}

/** What an operator gives. */
export interface Result {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** How large weights are stored. */
export type WeightType = "float32" | "float16" | "int8";

const CODES: Partial<Record<DType, number>> = { float32: 0, float16: 1, int32: 2, uint8: 3, int64: 4, bool: 6, int16: 7, int8: 9, uint32: 15, uint16: 16 }; // prettier-ignore

/** The type in which values of a dtype stand; null where there is none. */
export function storageOf(dtype: DType): DType | null {
  if (dtype === "float16" || dtype === "bfloat16" || dtype === "float64") return "float32";
  return CODES[dtype] === undefined ? null : dtype;
}

/** Code of a type. */
export const typeCode = (dtype: DType): number => CODES[dtype]!;

export type EmitGraph = (e: Emitter, graph: Graph, inputs: readonly Val[]) => readonly Val[];

interface Source {
  readonly value: Val;
  readonly axis: number;
  readonly scale: number;
  readonly offset: number;
}

/** Elements from which on weights are compressed. */
const LARGE = 256;
const SCALAR: Result = { dtype: "int32", shape: [1] };

/** Builds one subgraph. Equal operators are emitted once. */
export class Emitter {
  readonly model: ModelBuilder;
  readonly index: number;
  readonly weights: WeightType;
  scope = "";
  private readonly entry: SubgraphEntry;
  private readonly emitGraph: EmitGraph;
  private readonly memo = new Map<string, readonly Val[]>();
  private readonly sources = new Map<string, Source>();
  private readonly names = new Set<string>();

  constructor(model: ModelBuilder, name: string, weights: WeightType, emitGraph: EmitGraph) {
    this.model = model;
    this.weights = weights;
    this.emitGraph = emitGraph;
    const { index, entry } = model.subgraph(name);
    this.index = index;
    this.entry = entry;
  }

  /** An emitter for a body. */
  child(name: string): Emitter {
    const child = new Emitter(this.model, `${this.entry.name}/${name}`, this.weights, this.emitGraph);
    child.scope = this.scope;
    return child;
  }

  graph(graph: Graph, inputs: readonly Val[]): readonly Val[] {
    return this.emitGraph(this, graph, inputs);
  }

  /** One operator with one output. A negative input stands for one that is left out. */
  op(name: OperatorName, inputs: readonly (Val | null)[], result: Result, options: Options | null = null): Val {
    return this.ops(name, inputs, [result], options)[0]!;
  }

  ops(
    name: OperatorName,
    inputs: readonly (Val | null)[],
    results: readonly Result[],
    options: Options | null = null,
  ): readonly Val[] {
    const operands = inputs.map((x) => x?.tensor ?? -1);
    const key = `${name}(${operands.join()})${JSON.stringify(options?.fields ?? [])}`;
    const known = this.memo.get(key);
    if (known) return known;
    const base = this.scope === "" ? name : `${this.scope}/${name}`;
    const outputs = results.map((r): Val => ({ dtype: r.dtype, shape: r.shape, tensor: this.tensor(base, r, 0) }));
    this.entry.operators.push({
      code: this.model.code(name),
      inputs: operands,
      outputs: outputs.map((y) => y.tensor),
      options,
    });
    this.memo.set(key, outputs);
    return outputs;
  }

  private tensor(
    name: string,
    { dtype, shape }: Result,
    buffer: number,
    quantization?: { scales: readonly number[]; axis: number },
  ): number {
    let free = name;
    for (let i = 1; this.names.has(free); i++) free = `${name}_${i}`;
    this.names.add(free);
    const sizes = shape.map((d) => (dim.isStatic(d) ? d : -1));
    return this.entry.tensors.push({ name: free, type: typeCode(dtype), shape: sizes, buffer, quantization }) - 1;
  }

  /** A named input. */
  parameter(name: string, { dtype, shape }: Result): Val {
    const value: Val = { dtype, shape, tensor: this.tensor(name, { dtype, shape }, 0) };
    this.entry.inputs = [...this.entry.inputs, value.tensor];
    this.bind(value);
    return value;
  }

  /** Declares what the subgraph gives. An input or a constant is copied, for it cannot be an output itself. */
  finish(values: readonly Val[]): readonly Val[] {
    const seen = new Set<number>(this.entry.inputs);
    const made = new Set(this.entry.operators.flatMap((o) => o.outputs));
    const outputs = values.map((value, i): Val => {
      if (made.has(value.tensor) && !seen.has(value.tensor)) {
        seen.add(value.tensor);
        return value;
      }
      const copy: Val = { ...value, tensor: this.tensor(`output_${i}`, value, 0) };
      const target = this.sizes(value.shape);
      this.entry.operators.push({
        code: this.model.code("RESHAPE"),
        inputs: [value.tensor, target.tensor],
        outputs: [copy.tensor],
        options: null,
      });
      return copy;
    });
    this.entry.outputs = outputs.map((y) => y.tensor);
    return outputs;
  }

  /** Notes which symbols the shape of a value defines. */
  bind(value: Val): void {
    value.shape.forEach((d, axis) => {
      const linear = dim.isStatic(d) ? null : asLinear(d);
      if (!linear) return;
      const known = this.sources.get(linear.name);
      const bare = linear.scale === 1 && linear.offset === 0;
      if (!known || (bare && !(known.scale === 1 && known.offset === 0)))
        this.sources.set(linear.name, { value, axis, scale: linear.scale, offset: linear.offset });
    });
  }

  /** Constant data. Weights are compressed where that is asked for: `axis` is that of their channels. */
  data(given: HostArray, shape: readonly number[], dtype: DType, name = "constant", axis?: number): Val {
    if (Array.isArray(given)) throw new UnsupportedError("LiteRT graphs made here hold no strings");
    const values = widened(given, dtype);
    const type = storageOf(dtype)!;
    const isWeight = values instanceof Float32Array && values.length >= LARGE;
    if (isWeight && this.weights === "float16") return this.half(values, shape, name);
    if (isWeight && this.weights === "int8" && shape.length >= 2)
      return this.bytes(values, shape, name, axis ?? shape.length - 1);
    const key =
      values.length <= 64
        ? `const:${type}[${shape.join()}]${Array.from(values as ArrayLike<number>, (v) => (Object.is(v, -0) ? "-0" : String(v))).join()}`
        : null;
    const known = key === null ? undefined : this.memo.get(key);
    if (known) return known[0]!;
    const buffer = this.model.buffer(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const value: Val = { dtype: type, shape, tensor: this.tensor(name, { dtype: type, shape }, buffer), data: values };
    if (key !== null) this.memo.set(key, [value]);
    return value;
  }

  private half(values: Float32Array, shape: readonly number[], name: string): Val {
    const bits = Uint16Array.from(values, (v) => encodeSmallFloat(v, "float16"));
    const stored = this.tensor(name, { dtype: "float16", shape }, this.model.buffer(new Uint8Array(bits.buffer)));
    return this.op("DEQUANTIZE", [{ tensor: stored, dtype: "float16", shape }], { dtype: "float32", shape });
  }

  /** One signed byte a weight, with a scale per channel. */
  private bytes(values: Float32Array, shape: readonly number[], name: string, axis: number): Val {
    const inner = shape.slice(axis + 1).reduce((n, d) => n * d, 1);
    const channels = shape[axis]!;
    const largest = new Float32Array(channels);
    values.forEach((v, i) => {
      const c = Math.floor(i / inner) % channels;
      largest[c] = Math.max(largest[c]!, Math.abs(v));
    });
    const scales = Array.from(largest, (m) => (m === 0 ? 1 : m / 127));
    const small = Int8Array.from(values, (v, i) => Math.round(v / scales[Math.floor(i / inner) % channels]!));
    const stored = this.tensor(name, { dtype: "int8", shape }, this.model.buffer(new Uint8Array(small.buffer)), {
      scales,
      axis,
    });
    return this.op("DEQUANTIZE", [{ tensor: stored, dtype: "int8", shape }], { dtype: "float32", shape });
  }

  /** Constant numbers. */
  numbers(numbers: readonly (number | bigint | boolean)[], shape: readonly number[], dtype: DType): Val {
    const type = storageOf(dtype)!;
    const plain = numbers.map(Number);
    const values =
      type === "float32"
        ? Float32Array.from(plain)
        : type === "int64"
          ? BigInt64Array.from(numbers, (n) => BigInt(n))
          : type === "int32"
            ? Int32Array.from(plain)
            : type === "uint32"
              ? Uint32Array.from(plain)
              : type === "int16"
                ? Int16Array.from(plain)
                : type === "uint16"
                  ? Uint16Array.from(plain)
                  : type === "int8"
                    ? Int8Array.from(plain)
                    : Uint8Array.from(plain);
    return this.data(values as HostArray, shape, type);
  }

  scalar(value: number | bigint | boolean, dtype: DType): Val {
    return this.numbers([value], [], dtype);
  }

  int32(values: readonly number[]): Val {
    return this.numbers(values, [values.length], "int32");
  }

  /** A size as int32 of shape [1]. */
  size(d: Dim): Val {
    if (dim.isStatic(d)) return this.int32([d]);
    let sum: Val | null = null;
    for (const { coefficient, factors } of d.terms) {
      let product: Val | null = coefficient === 1 && factors.length > 0 ? null : this.int32([coefficient]);
      for (const factor of factors) {
        const value =
          factor.kind === "symbol" ? this.symbol(factor.name) : this.quotient(factor.kind, factor.a, factor.b);
        product = product ? this.op("MUL", [product, value], SCALAR, OPTIONS.mul()) : value;
      }
      sum = sum ? this.op("ADD", [sum, product], SCALAR, OPTIONS.add()) : product;
    }
    return sum!;
  }

  /** Sizes as an int32 vector. */
  sizes(shape: Shape): Val {
    if (shape.every(dim.isStatic)) return this.int32(shape);
    const parts = shape.map((d) => this.size(d));
    return parts.length === 1
      ? parts[0]!
      : this.op("CONCATENATION", parts, { dtype: "int32", shape: [shape.length] }, OPTIONS.concatenation(0));
  }

  private symbol(name: string): Val {
    const source = this.sources.get(name);
    if (!source) throw new ShapeError(`the size '${name}' cannot be computed from the shapes of the graph's inputs`);
    const { value, axis, scale, offset } = source;
    const all = this.op("SHAPE", [value], { dtype: "int32", shape: [value.shape.length] }, OPTIONS.shape());
    let size = this.op(
      "STRIDED_SLICE",
      [all, this.int32([axis]), this.int32([axis + 1]), this.int32([1])],
      SCALAR,
      OPTIONS.stridedSlice(0),
    );
    if (offset !== 0) size = this.op("SUB", [size, this.int32([offset])], SCALAR, OPTIONS.sub());
    return scale === 1 ? size : this.op("FLOOR_DIV", [size, this.int32([scale])], SCALAR);
  }

  private quotient(kind: "floordiv" | "mod", a: SymDim, b: Dim): Val {
    return this.op(kind === "mod" ? "FLOOR_MOD" : "FLOOR_DIV", [this.size(a), this.size(b)], SCALAR);
  }
}

function widened(values: Exclude<HostArray, string[]>, dtype: DType): Exclude<HostArray, string[]> {
  if (isSmallFloat(dtype)) return Float32Array.from(decodeSmallFloats(values as Uint16Array, dtype as "float16"));
  return dtype === "float64" ? Float32Array.from(values as Float64Array) : values;
}

/** A size as `scale * symbol + offset`, or null. */
function asLinear(d: SymDim): { name: string; scale: number; offset: number } | null {
  let found: { name: string; scale: number } | null = null;
  let offset = 0;
  for (const { coefficient, factors } of d.terms) {
    if (factors.length === 0) {
      offset = coefficient;
      continue;
    }
    const factor = factors[0]!;
    if (factors.length > 1 || factor.kind !== "symbol" || found) return null;
    found = { name: factor.name, scale: coefficient };
  }
  return found && { ...found, offset };
}
