import { allocateHost, BackendError, NDArray, type DType, type StaticSpec } from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { onnxBackend, onnxStatus } from "../src/backend.ts";
import { ortError } from "../src/errors.ts";
import { configureOnnx, settings } from "../src/settings.ts";
import { array, generator, GraphBuilder, random, runGraph } from "./kit.ts";

beforeAll(() => onnxBackend.init!());

describe("buffers", () => {
  const all: DType[] = [
    "bool",
    "int4",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint4",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float8_e4m3fn",
    "float8_e5m2",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
  ];
  for (const dtype of all) {
    it(`${dtype} comes back as it went`, () => {
      for (const shape of [[3, 2], [], [0, 4]]) {
        const spec = { dtype, shape };
        const values = allocateHost(
          dtype,
          shape.reduce((a, b) => a * b, 1),
        );
        for (let i = 0; i < values.length; i++) values[i] = (typeof values[i] === "bigint" ? BigInt(i) : i) as never;
        const buffer = onnxBackend.upload(values, spec);
        const expected = values.slice();
        if (values.length > 0) values[0] = (typeof values[0] === "bigint" ? 9n : 9) as never;
        expect(onnxBackend.downloadSync!(buffer, spec)).toEqual(expected);
      }
    });
  }
  it("strings come back", () => {
    const spec: StaticSpec = { dtype: "string", shape: [2] };
    expect(onnxBackend.downloadSync!(onnxBackend.upload(["a", "ß"], spec), spec)).toEqual(["a", "ß"]);
  });
  it("a freed buffer is used again", () => {
    const spec: StaticSpec = { dtype: "float32", shape: [5, 5] };
    const first = onnxBackend.upload(new Float32Array(25), spec);
    onnxBackend.free!(first);
    expect(onnxBackend.upload(new Float32Array(25), spec)).toBe(first);
  });
  it("the pool keeps no more than it may", () => {
    const before = settings().poolBytes;
    configureOnnx({ poolBytes: 1000 });
    for (let i = 1; i < 50; i++) {
      const spec: StaticSpec = { dtype: "float32", shape: [i] };
      onnxBackend.free!(onnxBackend.upload(new Float32Array(i), spec));
    }
    expect(onnxStatus().idleBytes).toBeLessThanOrEqual(1000);
    configureOnnx({ poolBytes: before });
  });
});

describe("graphs", () => {
  it("an input may be an output, and twice", async () => {
    const g = new GraphBuilder();
    const x = g.input("float32", [3]);
    const y = g.op("add", [x, x]);
    const a = array("float32", [3], [1, 2, 3]);
    const [first, second, third] = await runGraph(g.finish(x, y, y), [a]);
    expect(Array.from(first!.values as Float32Array)).toEqual([1, 2, 3]);
    expect(Array.from(second!.values as Float32Array)).toEqual([2, 4, 6]);
    expect(Array.from(third!.values as Float32Array)).toEqual([2, 4, 6]);
  });
  it("an input may be unused", async () => {
    const g = new GraphBuilder();
    g.input("float32", [3]);
    const x = g.input("float32", [1]);
    const [y] = await runGraph(g.finish(g.op("add", [x, x])), [
      array("float32", [3], [1, 2, 3]),
      array("float32", [1], [4]),
    ]);
    expect(Array.from(y!.values as Float32Array)).toEqual([8]);
  });
  it("half types are rounded after each op, whatever ONNX Runtime optimizes", async () => {
    const g = new GraphBuilder();
    const x = g.input("bfloat16", [64]);
    const y = g.input("bfloat16", [64]);
    const z = g.op("multiply", [g.op("add", [g.op("multiply", [x, y]), y]), x]);
    const next = generator(1);
    const [a, b] = [random("bfloat16", [64], next), random("bfloat16", [64], next)];
    const { refBackend } = await import("@keras/backend-ref");
    const call = (op: string, u: NDArray, v: NDArray): NDArray => {
      const spec = { dtype: "bfloat16" as const, shape: [64] };
      const [r] = refBackend.kernels![op]!({
        inputs: [refBackend.upload(u.values, u), refBackend.upload(v.values, v)],
        inputSpecs: [u, v],
        attrs: {},
        outputSpecs: [spec],
      });
      return new NDArray(refBackend.downloadSync!(r, spec) as never, [64], "bfloat16");
    };
    const expected = call("multiply", call("add", call("multiply", a, b), b), a);
    const [actual] = await runGraph(g.finish(z), [a, b]);
    expect(Array.from(actual!.values as Uint16Array)).toEqual(Array.from(expected.values as Uint16Array));
  });
  it("memory stays flat over 10,000 runs that feed their results back", async () => {
    const g = new GraphBuilder();
    const [x, w] = [g.input("float32", [8, 64]), g.input("float32", [64, 64])];
    const dot = { contract: [[1], [0]], batch: [[], []] };
    const y = g.op("tanh", [g.op("dot_general", [x, w], dot, [{ dtype: "float32", shape: [8, 64] }])]);
    const grad = g.op("dot_general", [x, y], { contract: [[0], [0]], batch: [[], []] }, [
      { dtype: "float32", shape: [64, 64] },
    ]);
    const next = g.op("subtract", [w, g.op("multiply", [grad, g.scalar(1e-3)])]);
    const executable = await onnxBackend.compile!(g.finish(next, y));
    const spec: StaticSpec = { dtype: "float32", shape: [64, 64] };
    const input = onnxBackend.upload(random("float32", [8, 64], generator(1)).values, {
      dtype: "float32",
      shape: [8, 64],
    });
    let weights = onnxBackend.upload(random("float32", [64, 64], generator(2), { low: -0.1, high: 0.1 }).values, spec);
    const buffers = new Set<unknown>();
    let before = 0;
    for (let i = 0; i < 10_000; i++) {
      const [w2, y2] = await executable.run([input, weights]);
      onnxBackend.free!(weights);
      onnxBackend.free!(y2);
      weights = w2;
      buffers.add(w2);
      if (i === 4000) before = process.memoryUsage().rss;
    }
    expect(buffers.size).toBeLessThanOrEqual(3);
    expect(process.memoryUsage().rss - before).toBeLessThan(96 * 2 ** 20);
    expect(Array.from(onnxBackend.downloadSync!(weights, spec) as Float32Array).every(Number.isFinite)).toBe(true);
    executable.dispose!();
  });
});

describe("errors", () => {
  it("name the op and the layer that a node of ONNX Runtime came from", () => {
    const error = ortError(
      new Error("Non-zero status code. Name:'net/dense_1/dot_general/MatMul_3' Status Message: left operand"),
      "run",
    );
    expect(error).toBeInstanceOf(BackendError);
    expect(error.op).toBe("dot_general");
    expect(error.layer).toBe("net/dense_1");
  });
  it("settings are checked", () => {
    expect(() => configureOnnx({ threads: 0 })).toThrow(/threads/);
    expect(() => configureOnnx({ threads: 1.5 })).toThrow(/threads/);
    expect(() => configureOnnx({ optimization: "fast" as never })).toThrow(/optimization/);
    expect(() => configureOnnx({ poolBytes: -1 })).toThrow(/poolBytes/);
    expect(() => configureOnnx({ executionProviders: ["webgpu"] })).toThrow(/before the ONNX backend starts/);
  });
});

describe("sessions", () => {
  it("are shared by equal graphs, and survive the end of one of them", async () => {
    const build = (): ReturnType<GraphBuilder["finish"]> => {
      const g = new GraphBuilder();
      const x = g.input("float32", [3]);
      return g.finish(g.op("multiply", [x, g.scalar(3)]));
    };
    const spec: StaticSpec = { dtype: "float32", shape: [3] };
    const x = onnxBackend.upload(Float32Array.of(1, 2, 3), spec);
    const [first, second] = [await onnxBackend.compile!(build()), await onnxBackend.compile!(build())];
    first.dispose!();
    first.dispose!();
    const [y] = await second.run([x]);
    expect(onnxBackend.downloadSync!(y, spec)).toEqual(Float32Array.of(3, 6, 9));
    second.dispose!();
    const [z] = await (await onnxBackend.compile!(build())).run([x]);
    expect(onnxBackend.downloadSync!(z, spec)).toEqual(Float32Array.of(3, 6, 9));
  });
  it("values of types that ONNX lacks pass through", async () => {
    const g = new GraphBuilder();
    const [z, x] = [g.input("complex64", [2]), g.input("float32", [2])];
    const [same, twice] = await runGraph(g.finish(z, g.op("add", [x, x])), [
      new NDArray(Float32Array.of(1, 2, 3, 4), [2], "complex64"),
      array("float32", [2], [1, 2]),
    ]);
    expect(same!.values).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(twice!.values).toEqual(Float32Array.of(2, 4));
  });
  it("survive garbage collection", async () => {
    const { setFlagsFromString } = await import("node:v8");
    const { runInNewContext } = await import("node:vm");
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    for (let i = 1; i < 200; i++) {
      const g = new GraphBuilder();
      const x = g.input("float32", [i % 20]);
      const [y] = await runGraph(g.finish(g.op("add", [x, x])), [
        array("float32", [i % 20], new Array(i % 20).fill(i)),
      ]);
      expect((y!.values as Float32Array).every((v) => v === 2 * i)).toBe(true);
      onnxBackend.upload(new Float32Array(i), { dtype: "float32", shape: [i] });
      if (i % 10 === 0) gc();
    }
  });
});
