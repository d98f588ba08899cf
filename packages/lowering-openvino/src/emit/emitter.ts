import {
  allocateHost,
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
import { elementType, Ir, shapeText, Weights, type Data, type Result, type Val } from "./ir.ts";

/** How large constants are stored: as they are, or floats in half precision. */
export type WeightType = "float32" | "float16";

/** Emits a graph whose inputs have values. */
export type EmitGraph = (e: Emitter, graph: Graph, inputs: readonly Val[]) => readonly Val[];

interface Source {
  readonly value: Val;
  readonly axis: number;
  readonly scale: number;
  readonly offset: number;
}

const SCALAR: Result = { dtype: "int64", shape: [1] };
/** Numbers up to which a constant's values stay at hand. */
const SMALL = 64;

/** Builds one graph: a model, or the body of a control-flow layer. Equal layers are emitted once. */
export class Emitter {
  readonly ir: Ir;
  readonly weights: Weights;
  readonly weightType: WeightType;
  /** Name of the layers emitted now: the path and op they come from. */
  scope = "";
  private readonly memo = new Map<string, readonly Val[]>();
  private readonly sources = new Map<string, Source>();
  private readonly emitGraph: EmitGraph;

  constructor(emitGraph: EmitGraph, weights: Weights, weightType: WeightType, counts?: Map<string, number>) {
    this.emitGraph = emitGraph;
    this.weights = weights;
    this.weightType = weightType;
    this.ir = new Ir(counts);
  }

  /** An emitter for a body, with the same weights. */
  child(): Emitter {
    const child = new Emitter(this.emitGraph, this.weights, this.weightType, this.ir.counts);
    child.scope = this.scope;
    return child;
  }

  graph(graph: Graph, inputs: readonly Val[]): readonly Val[] {
    return this.emitGraph(this, graph, inputs);
  }

  /** One layer with one output. */
  op(type: string, inputs: readonly Val[], result: Result, data: Data = {}, version = "opset1"): Val {
    return this.ops(type, inputs, [result], data, version)[0]!;
  }

  ops(
    type: string,
    inputs: readonly Val[],
    results: readonly Result[],
    data: Data = {},
    version = "opset1",
  ): readonly Val[] {
    const key = `${type}(${inputs.map((x) => `${x.layer}:${x.port}`).join()})${JSON.stringify(data)}${results.map((r) => r.dtype).join()}`;
    const known = this.memo.get(key);
    if (known) return known;
    const made = this.ir.add(type, version, data, inputs, results, {
      name: this.scope === "" ? type : `${this.scope}/${type}`,
    });
    this.memo.set(key, made);
    return made;
  }

  /** A named input. */
  parameter(name: string, { dtype, shape }: Result): Val {
    const value = this.ir.add(
      "Parameter",
      "opset1",
      { shape: shapeText(shape), element_type: elementType(dtype) },
      [],
      [{ dtype, shape }],
      { name, names: [name] },
    )[0]!;
    this.bind(value);
    return value;
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

  result(value: Val, name: string): void {
    this.ir.add("Result", "opset1", {}, [value], [], { name });
  }

  /** Constant data. Large floats are stored in half precision where that is asked for. */
  data(values: HostArray, shape: readonly number[], dtype: DType, name?: string): Val {
    if (Array.isArray(values)) throw new UnsupportedError("OpenVINO graphs made here hold no strings");
    const numbers =
      values.length <= SMALL && typeof values[0] !== "bigint" && !isSmallFloat(dtype)
        ? Array.from(values as ArrayLike<number>)
        : undefined;
    if (this.weightType === "float16" && dtype === "float32" && values.length >= SMALL) {
      const half = Uint16Array.from(values as Float32Array, (v) => encodeSmallFloat(v, "float16"));
      const stored = this.constant(new Uint8Array(half.buffer), shape, "float16", name);
      const inner = '<rt_info><attribute name="decompression" version="0"/></rt_info>';
      return this.ir.add("Convert", "opset1", { destination_type: "f32" }, [stored], [{ dtype, shape }], { inner })[0]!;
    }
    const key = numbers
      ? `const:${dtype}[${shape.join()}]${numbers.map((n) => (Object.is(n, -0) ? "-0" : n)).join()}`
      : null;
    const known = key === null ? undefined : this.memo.get(key);
    if (known) return known[0]!;
    const value = {
      ...this.constant(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), shape, dtype, name),
      known: numbers,
    };
    if (key !== null) this.memo.set(key, [value]);
    return value;
  }

  private constant(bytes: Uint8Array, shape: readonly number[], dtype: DType, name = "constant"): Val {
    const offset = this.weights.add(bytes);
    return this.ir.add(
      "Const",
      "opset1",
      { element_type: elementType(dtype), shape: shape.join(","), offset, size: bytes.length },
      [],
      [{ dtype, shape }],
      { name },
    )[0]!;
  }

  /** Constant numbers. */
  numbers(numbers: readonly (number | bigint | boolean)[], shape: readonly number[], dtype: DType): Val {
    const values = allocateHost(dtype, numbers.length) as Exclude<HostArray, string[]>;
    const big = values instanceof BigInt64Array || values instanceof BigUint64Array;
    numbers.forEach((n, i) => {
      values[i] = big ? BigInt(n) : isSmallFloat(dtype) ? encodeSmallFloat(Number(n), dtype) : Number(n);
    });
    const value = this.data(values, shape, dtype);
    return big && numbers.length <= SMALL ? { ...value, known: numbers.map(Number) } : value;
  }

  scalar(value: number | bigint | boolean, dtype: DType): Val {
    return this.numbers([value], [], dtype);
  }

  int64(values: readonly number[]): Val {
    return this.numbers(values, [values.length], "int64");
  }

  /** A size as int64 of shape [1]. */
  size(d: Dim): Val {
    if (dim.isStatic(d)) return this.int64([d]);
    let sum: Val | null = null;
    for (const { coefficient, factors } of d.terms) {
      let product: Val | null = coefficient === 1 && factors.length > 0 ? null : this.int64([coefficient]);
      for (const factor of factors) {
        const value =
          factor.kind === "symbol" ? this.symbol(factor.name) : this.quotient(factor.kind, factor.a, factor.b);
        product = product ? this.op("Multiply", [product, value], SCALAR, { auto_broadcast: "numpy" }) : value;
      }
      sum = sum ? this.op("Add", [sum, product!], SCALAR, { auto_broadcast: "numpy" }) : product;
    }
    return sum!;
  }

  /** Sizes as an int64 vector. */
  sizes(shape: Shape): Val {
    if (shape.every(dim.isStatic)) return this.int64(shape);
    return this.op(
      "Concat",
      shape.map((d) => this.size(d)),
      { dtype: "int64", shape: [shape.length] },
      { axis: 0 },
    );
  }

  private symbol(name: string): Val {
    const source = this.sources.get(name);
    if (!source) throw new ShapeError(`the size '${name}' cannot be computed from the shapes of the graph's inputs`);
    const { value, axis, scale, offset } = source;
    const all = this.op(
      "ShapeOf",
      [value],
      { dtype: "int64", shape: [value.shape.length] },
      { output_type: "i64" },
      "opset3",
    );
    let size = this.op(
      "Gather",
      [all, this.int64([axis]), this.scalar(0, "int64")],
      SCALAR,
      { batch_dims: 0 },
      "opset8",
    );
    if (offset !== 0) size = this.op("Subtract", [size, this.int64([offset])], SCALAR, { auto_broadcast: "numpy" });
    return scale === 1
      ? size
      : this.op("Divide", [size, this.int64([scale])], SCALAR, { auto_broadcast: "numpy", m_pythondiv: true });
  }

  private quotient(kind: "floordiv" | "mod", a: SymDim, b: Dim): Val {
    const [x, y] = [this.size(a), this.size(b)];
    const rest = this.op("FloorMod", [x, y], SCALAR, { auto_broadcast: "numpy" });
    if (kind === "mod") return rest;
    // The CPU plugin divides integers toward zero, whatever `m_pythondiv` says: the remainder is taken off first.
    const whole = this.op("Subtract", [x, rest], SCALAR, { auto_broadcast: "numpy" });
    return this.op("Divide", [whole, y], SCALAR, { auto_broadcast: "numpy", m_pythondiv: true });
  }
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
