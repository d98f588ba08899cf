import { allKernels, refBackend } from "@keras/backend-ref";
import {
  allocateHost,
  decodeSmallFloats,
  encodeSmallFloats,
  Graph,
  GraphNode,
  GraphValue,
  isComplex,
  isFloat,
  isInteger,
  NDArray,
  sizeOf,
  type Attrs,
  type DType,
  type OpDef,
  type StaticSpec,
} from "@keras/ops";
import { expect } from "vitest";
import { onnxBackend } from "../src/backend.ts";

/** Host data of numbers (bits for half types are made here). */
export function array(dtype: DType, shape: readonly number[], numbers: ArrayLike<number | bigint | boolean>): NDArray {
  if (dtype === "float16" || dtype === "bfloat16") {
    return new NDArray(encodeSmallFloats(Array.from(numbers, Number), dtype) as Uint16Array<ArrayBuffer>, shape, dtype);
  }
  const values = allocateHost(dtype, sizeOf(shape)) as Float64Array<ArrayBuffer>;
  for (let i = 0; i < values.length; i++)
    values[i] = (typeof values[i] === "bigint" ? BigInt(numbers[i]!) : Number(numbers[i])) as number;
  return new NDArray(values as never, shape, dtype);
}

/** A repeatable source of numbers in [0, 1). */
export function generator(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Random data that fits a dtype: also negative, fractional and repeated values. */
export function random(
  dtype: DType,
  shape: readonly number[],
  next: () => number,
  { low = -4, high = 4 } = {},
): NDArray {
  const count = sizeOf(shape);
  const numbers = Array.from({ length: count }, () => {
    const x = low + (high - low) * next();
    if (isFloat(dtype)) return x;
    if (dtype === "bool") return x > (low + high) / 2;
    return dtype.startsWith("u") ? Math.floor(Math.abs(x)) : Math.floor(x);
  });
  return array(dtype, shape, numbers);
}

export interface Case {
  readonly op: string;
  readonly inputs: readonly NDArray[];
  readonly attrs?: Attrs;
  readonly outputs: readonly StaticSpec[];
}

const opOf = (name: string, outputs: readonly StaticSpec[]): OpDef => ({ name, infer: () => outputs });

/** A graph of one node. */
export function graphOf({ op, inputs, attrs = {}, outputs }: Case): Graph {
  const values = inputs.map(({ shape, dtype }, i) => new GraphValue({ shape, dtype }, null, i));
  const node = new GraphNode(opOf(op, outputs), values, attrs, outputs, "layer");
  return new Graph(
    values.map((value, i) => ({ role: "argument", value, name: `x${i}` })),
    [node],
    node.outputs,
  );
}

/** Runs a graph on ONNX Runtime. */
export async function runGraph(graph: Graph, inputs: readonly NDArray[]): Promise<NDArray[]> {
  await onnxBackend.init!();
  const executable = await onnxBackend.compile!(graph);
  const buffers = inputs.map((x) => onnxBackend.upload(x.values, x));
  const results = await executable.run(buffers);
  const arrays = await Promise.all(
    graph.outputs.map(async ({ shape, dtype }, i) => {
      const spec = { shape: shape as readonly number[], dtype };
      return new NDArray((await onnxBackend.download(results[i], spec)) as never, spec.shape, dtype);
    }),
  );
  for (const buffer of [...buffers, ...results]) onnxBackend.free!(buffer);
  executable.dispose?.();
  return arrays;
}

export function runOnRef({ op, inputs, attrs = {}, outputs }: Case): NDArray[] {
  const kernel = allKernels[op];
  if (!kernel) throw new Error(`the reference backend has no kernel '${op}'`);
  const buffers = kernel({ inputs: inputs.map((x) => reference(x)), inputSpecs: inputs, attrs, outputSpecs: outputs });
  return outputs.map((spec, i) => new NDArray(hostOf(buffers[i], spec), spec.shape, spec.dtype));
}

// The reference backend holds values its own way: go through its doors.
const reference = (x: NDArray): unknown => refBackend.upload(x.values, x);
const hostOf = (buffer: unknown, spec: StaticSpec): never => refBackend.downloadSync!(buffer, spec) as never;

const numbersOf = (a: NDArray): ArrayLike<number | bigint> =>
  a.dtype === "float16" || a.dtype === "bfloat16"
    ? decodeSmallFloats(a.values as Uint16Array, a.dtype)
    : (a.values as ArrayLike<number | bigint>);

/** Tolerance, relative to the largest of 1 and the values. */
function tolerance(dtype: DType, given: number | undefined): number {
  if (isInteger(dtype) || dtype === "bool") return 0;
  const own = dtype === "float16" ? 2e-3 : dtype === "bfloat16" ? 1.6e-2 : dtype === "float64" ? 1e-10 : 2e-6;
  return Math.max(own, given ?? 0);
}

export function expectClose(actual: NDArray, expected: NDArray, allowed?: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(expected.dtype);
  if (isComplex(actual.dtype)) throw new Error("complex numbers are not compared here");
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  const limit = tolerance(actual.dtype, allowed);
  const bad: string[] = [];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
    if (
      typeof x === "number" &&
      typeof y === "number" &&
      Math.abs(x - y) <= limit * Math.max(1, Math.abs(x), Math.abs(y))
    )
      continue;
    bad.push(`[${i}] ${String(x)}, expected ${String(y)}`);
  }
  expect(bad.slice(0, 5), `${bad.length} of ${a.length} elements differ`).toEqual([]);
}

/** Runs a case on both and compares. It must be supported: what is not is listed by the caller. */
export async function check(c: Case, allowed?: number): Promise<void> {
  const specs = c.inputs.map(({ shape, dtype }) => ({ shape, dtype }));
  expect(
    onnxBackend.supports(opOf(c.op, c.outputs), specs, c.attrs ?? {}),
    `${c.op} is supported for ${specs.map((s) => s.dtype).join(", ")}`,
  ).toBe(true);
  const actual = await runGraph(graphOf(c), c.inputs);
  runOnRef(c).forEach((expected, i) => expectClose(actual[i]!, expected, allowed));
}

/** Builds a graph node by node, with the shapes given. */
export class GraphBuilder {
  readonly inputs: GraphValue[] = [];
  readonly nodes: GraphNode[] = [];

  input(dtype: DType, shape: readonly number[]): GraphValue {
    const value = new GraphValue({ dtype, shape }, null, this.inputs.length);
    this.inputs.push(value);
    return value;
  }

  /** One op; its output has the spec given, or that of the first operand. */
  op(
    name: string,
    inputs: readonly GraphValue[],
    attrs: Attrs = {},
    outputs: readonly StaticSpec[] = [inputs[0] as unknown as StaticSpec],
  ): GraphValue {
    return this.ops(name, inputs, attrs, outputs)[0]!;
  }

  ops(
    name: string,
    inputs: readonly GraphValue[],
    attrs: Attrs,
    outputs: readonly StaticSpec[],
  ): readonly GraphValue[] {
    const node = new GraphNode(opOf(name, outputs), inputs, attrs, outputs);
    this.nodes.push(node);
    return node.outputs;
  }

  scalar(value: number, dtype: DType = "float32"): GraphValue {
    return this.op("full", [], { shape: [], dtype, value }, [{ shape: [], dtype }]);
  }

  finish(...outputs: readonly GraphValue[]): Graph {
    return new Graph(
      this.inputs.map((value, i) => ({ role: "argument", value, name: `x${i}` })),
      this.nodes,
      outputs,
    );
  }
}
