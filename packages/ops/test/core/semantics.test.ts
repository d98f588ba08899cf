// Further rules of the core's semantics, by subject: each test fails when its rule is broken.
import "./backend.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as ops from "@keras/ops";
import * as random from "@keras/ops/random";
import { array, jit, multiply, sum, vjp, Variable, type DType, type Graph, type Tensor } from "@keras/ops";
import { list, values } from "../every-op.ts";
import { CASES as IMAGE } from "../image/cases.ts";
import { CASES as LINALG } from "../linalg/cases.ts";
import { CASES as MATH } from "../math/cases.ts";
import { CASES as NN } from "../nn/cases.ts";
import { CASES as NUMPY, dtypeOf } from "../numpy/cases.ts";
import { flat, numbers, tensor } from "../numpy/support.ts";

const engines = ["ref", "onnx"] as const;
const float = (x: number): Tensor => array(x, { dtype: "float32" });

describe("ops end in primitives", () => {
  beforeAll(() => ops.setBackend("ref"));
  const target = { name: "primitives", supports: (op: { readonly name: string }) => op.name in ops.PRIMITIVES };
  const all = [...NUMPY, ...NN, ...MATH, ...LINALG, ...IMAGE].filter((c) => c.traceable !== false);

  function namesOf(graph: Graph): string[] {
    return graph.nodes.flatMap(({ op, attrs }) => [
      op.name,
      ...Object.values(attrs)
        .flat()
        .filter((v): v is Graph => (v as Graph | null)?.kind === "graph")
        .flatMap(namesOf),
    ]);
  }

  it.each(all)("$name and its gradient, without going round in circles", (c) => {
    const specs = c.inputs.map((input) => ({ shape: input.shape, dtype: dtypeOf(input, "float32") }));
    const { graph } = ops.traceFunction(
      (...xs: Tensor[]) => {
        const [ys, pullback] = vjp((...args: Tensor[]) => [...list(c.call(...args))], xs);
        if (c.smooth === false) return ys;
        return [...ys, ...pullback(ys.map((y) => ops.onesLike(y)))];
      },
      specs,
      (results) => results,
    );
    const expanded = ops.legalize(graph, target);
    expect(namesOf(expanded).filter((name) => !(name in ops.PRIMITIVES))).toEqual([]);
    ops.verify(expanded);
  });
});

describe.each(engines)("on %s", (engine) => {
  beforeEach(() => ops.setBackend(engine));

  describe("what a compiled function was traced under", () => {
    afterEach(() => {
      ops.setEpsilon(1e-7);
      ops.setFloatx("float32");
      ops.setImageDataFormat("channels_last");
      ops.enable64Bit(false);
    });

    it("is part of its signature", async () => {
      let traced = 0;
      const f = jit((x: Tensor) => (traced++, multiply(x, ops.ones([2]))));
      const call = (): unknown => f(array([1, 2], { dtype: "float32" })).array();
      const changes = [
        () => {},
        () => ops.setEpsilon(1e-3),
        () => ops.setFloatx("float16"),
        () => ops.setImageDataFormat("channels_first"),
        () => ops.enable64Bit(true),
      ];
      for (const [i, change] of changes.entries()) {
        change();
        await call();
        await call();
        expect([String(change), traced]).toEqual([String(change), i + 1]);
      }
      const other = engine === "ref" ? "onnx" : "ref";
      ops.setEpsilon(1e-7);
      ops.setFloatx("float32");
      ops.setImageDataFormat("channels_last");
      ops.enable64Bit(false);
      await ops.setBackend(other);
      await call();
      expect(traced).toBe(changes.length + 1);
      await ops.setBackend(engine);
      await call();
      expect(traced).toBe(changes.length + 1);
    });

    it("tells -0, NaN, strings and functions apart, not equal values", async () => {
      let traced = 0;
      const f = jit((x: Tensor, how: unknown) => (traced++, typeof how === "number" ? multiply(x, how) : x));
      const [g, h] = [() => 1, () => 1];
      for (const how of [0, -0, Number.NaN, Number.NaN, "a", "b", g, h, g, true, "true"]) f(array([1]), how);
      expect(traced).toBe(9);
      expect(1 / (await f(array([1]), -0).item())).toBe(Number.NEGATIVE_INFINITY);
    });
  });

  describe("predicates", () => {
    it("choose one branch and run no other", async () => {
      const w = new Variable(0);
      const x = array([1, 2]);
      const y = ops.cond(
        ops.greater(sum(x), 0),
        () => (w.assignAdd(1), multiply(x, 2)),
        () => (w.assignAdd(10), x),
      );
      expect(await y.array()).toEqual([2, 4]);
      expect(await w.value.item()).toBe(1);
    });

    it("of a scope are synchronous", () => {
      expect(() => ops.withBackend(engine, (async () => array(1)) as never)).toThrow(/synchronous/);
    });
  });

  describe("values whose shape depends on data", () => {
    const x = (): Tensor => array([0, 3, 0, 5]);

    it("have one as soon as the data is there", async () => {
      const data = await multiply(x(), 2).ready();
      const [places] = ops.nonzero(data);
      expect(await places!.array()).toEqual([1, 3]);
    });

    it("cannot be compiled without a size, and say so", async () => {
      expect(() => jit((y: Tensor) => ops.nonzero(y))(x())).toThrow(ops.KerasError);
      expect(() => jit((y: Tensor) => ops.unique(y))(x())).toThrow(/size/);
      const sized = jit((y: Tensor) => ops.unique(y, { size: 3 }) as Tensor)(x());
      expect(await sized.array()).toEqual([0, 3, 5]);
    });
  });

  describe("dtypes of numbers", () => {
    it("parameters that are floats promote nothing", () => {
      const half = array([1, -1], { dtype: "float16" });
      const results = [
        ops.leakyRelu(half, { negativeSlope: 1 }),
        ops.elu(half, { alpha: 1 }),
        ops.layerNormalization(half, { epsilon: 1 }),
        ops.clip(half, 0, 1),
        random.dropout(half, 0.5, { seed: 1 }),
      ];
      expect(results.map((y) => y.dtype)).toEqual(results.map(() => "float16"));
    });

    it("bigints are integers, booleans booleans, and indices are cast", async () => {
      const ints = array([1, 2], { dtype: "int32" });
      expect([ops.add(ints, 1n).dtype, ops.add(ints, true).dtype]).toEqual(["int32", "int32"]);
      expect(ops.add(array([true]), true).dtype).toBe("bool");
      expect(await ops.take(array([5, 6, 7]), [2, 0]).array()).toEqual([7, 5]);
    });

    it("half precision rounds once per op, eagerly and compiled", async () => {
      const half = (v: number): Tensor => array([v], { dtype: "float16" });
      // (1 + 2⁻¹⁰)² is 1 + 2⁻⁹ + 2⁻²⁰: the last bit is lost when the product is rounded.
      const f = (x: Tensor): Tensor => ops.subtract(multiply(x, x), half(1 + 2 ** -9));
      for (const g of [f, jit(f)]) expect(await flat(g(half(1 + 2 ** -10)))).toEqual([0]);
      // Added up in float16, ones stop at 2048.
      const ones = ops.ones([4096], { dtype: "float16" });
      for (const g of [sum, jit((x: Tensor) => sum(x))]) expect(await g(ones).item()).toBe(4096);
    });
  });

  describe("random numbers", () => {
    it("are the same everywhere, whatever the engine", async () => {
      const draw = (): Tensor[] => [
        random.uniform([3, 5], { seed: 1337 }),
        random.randint([7], 0, 1000, { seed: 5 }),
        ops.cast(random.categorical(ops.zeros([2, 4]), 3, { seed: 3 }), "int32"),
        random.dropout(ops.ones([6]), 0.5, { seed: 9 }),
      ];
      const here = await Promise.all(draw().map(flat));
      const compiled = await Promise.all(jit(() => draw())().map(flat));
      await ops.setBackend("ref");
      const wanted = await Promise.all(draw().map(flat));
      expect([here, compiled]).toEqual([wanted, wanted]);
      // 23 bits, without a bit cast.
      expect(wanted[0]!.every((v) => Number.isInteger(v * 2 ** 23))).toBe(true);
    });
  });

  describe("ownership", () => {
    it("a value that was read stays when the Variable moves on", async () => {
      const w = new Variable([1, 2, 3]);
      const step = jit(() => w.assign(multiply(w, 2)));
      const before = w.value;
      const alias = before.alias();
      for (let i = 0; i < 3; i++) step();
      before.dispose();
      expect(await alias.array()).toEqual([1, 2, 3]);
      expect(await w.value.array()).toEqual([8, 16, 24]);
    });

    it("disposed tensors say so, and what was made of them stays", async () => {
      const x = array([1, 2]);
      const y = multiply(x, 2);
      x.dispose();
      expect(await y.array()).toEqual([2, 4]);
      expect(() => ops.add(x, 1)).toThrow(/disposed/);
    });

    it("compiled calls free what nobody keeps", async () => {
      const w = new Variable(ops.ones([32, 32]));
      const step = jit((x: Tensor) => {
        w.assign(ops.tanh(ops.matmul(w, x)));
        return sum(w);
      });
      const x = multiply(ops.ones([32, 32]), 0.01);
      await x.ready();
      for (let i = 0; i < 3; i++) await step(x).item();
      const before = ops.liveBytes();
      for (let i = 0; i < 20; i++) {
        const y = step(x);
        await y.item();
        y.dispose();
      }
      expect(ops.liveBytes()).toBeLessThanOrEqual(before);
    });
  });

  it("an overlay takes what bodies read and assign", async () => {
    const w = new Variable(1, { dtype: "float32" });
    const run = (): Tensor => {
      const overlay = new ops.StateOverlay(null);
      const seen = ops.scoped({ overlay }, () => {
        w.assign(5);
        ops.scan((c: Tensor, v: Tensor) => [ops.add(c, w.assignAdd(v)), null] as const, float(0), array([1, 2]));
        ops.vectorizedMap((x: Tensor) => ops.add(x, w.assignAdd(1)), array([0, 0]));
        return ops.add(w, 0);
      });
      expect(overlay.written.has(w)).toBe(true);
      return seen;
    };
    expect(await run().item()).toBe(9);
    expect(await jit(run)().item()).toBe(9);
    expect(await w.value.item()).toBe(1);
  });

  it("passes go into bodies", () => {
    const { graph } = ops.traceFunction(
      (x: Tensor) =>
        ops.scan(
          (c: Tensor, v: Tensor) => {
            ops.exp(ops.sin(v));
            return [ops.add(c, multiply(v, 1)), null] as const;
          },
          float(0),
          x,
        )[0],
      [{ shape: [3], dtype: "float32" }],
      (y) => [y],
    );
    const bodyOf = (g: Graph): string[] =>
      (g.nodes.find((n) => n.op.name === "scan")!.attrs as { body: Graph }).body.nodes.map((n) => n.op.name);
    expect(bodyOf(graph)).toContain("exp");
    expect(bodyOf(ops.eliminateDeadCode(graph))).not.toContain("exp");
  });
});

describe("sizes", () => {
  beforeAll(() => ops.setBackend("ref"));
  const { dim } = ops;
  const [n, m] = [dim.symbol("n"), dim.symbol("m")];

  it("throw where they are taken for numbers", () => {
    expect(() => (n as unknown as number) * 2).toThrow(/'n' is not known while tracing.*ops\.shape/);
    expect(() => Math.max(n as unknown as number, 1)).toThrow(/not known/);
    expect(`${String(dim.mul(n, 2))}`).toBe("2*n");
  });

  it("have one form each", () => {
    const same = (a: ops.Dim, b: ops.Dim): void => expect(String(a)).toBe(String(b));
    same(dim.mul(dim.add(n, 1), dim.sub(n, 1)), dim.sub(dim.mul(n, n), 1));
    same(dim.floordiv(dim.mul(dim.mul(n, m), 6), dim.mul(n, 2)), dim.mul(m, 3));
    same(dim.floordiv(dim.add(dim.mul(n, 4), 7), 4), dim.add(n, 1));
    same(dim.mod(dim.add(dim.mul(n, 4), 7), 4), 3);
    same(dim.ceildiv(dim.mul(n, 2), 2), n);
  });

  it("show as null in symbolic tensors and keep their arithmetic in graphs", () => {
    const x = new ops.KerasTensor([null, null, 3]);
    expect(ops.reshape(x, [-1, 3]).shape).toEqual([null, 3]);
    const { graph } = ops.traceFunction(
      (y: Tensor) => ops.reshape(ops.concatenate([y, y], { axis: 1 }), [-1]),
      [{ shape: [n, m], dtype: "float32" }],
      (y) => [y],
    );
    expect(String(graph.outputs[0]!.shape[0])).toBe(String(dim.mul(dim.mul(n, m), 2)));
  });
});

describe("provenance", () => {
  beforeAll(() => ops.setBackend("ref"));

  it("every node has the path of its layer, every input its role", () => {
    const w = ops.withNameScope("model", () =>
      ops.withNameScope("dense", () => new Variable([1, 2], { name: "kernel" })),
    );
    const constant = array([3, 4]);
    const { graph } = ops.traceFunction(
      (x: Tensor) =>
        ops.withNameScope("model", () => ops.withNameScope("dense", () => ops.add(multiply(x, w), constant))),
      [{ shape: [2], dtype: "float32" }],
      (y) => [y],
    );
    expect(graph.nodes.map((node) => node.path)).toEqual(["model/dense", "model/dense"]);
    expect(graph.inputs.map((i) => i.role)).toEqual(["argument", "variable", "constant"]);
    expect(graph.inputs[1]!.name).toBe("model/dense/kernel");
  });

  it("no pass folds a Variable into the graph", () => {
    const w = new Variable([1, 2]);
    const { graph } = ops.traceFunction(
      () => multiply(w, ops.ones([2])),
      [],
      (y) => [y],
    );
    const ready = ops.prepareGraph(ops.activeBackend(), graph);
    expect(ready.inputs.map((i) => i.role)).toEqual(["variable"]);
    expect(ready.outputs[0]).toBe(ready.inputs[0]!.value);
  });
});

it("operands of every kind make one value", async () => {
  await ops.setBackend("ref");
  const kinds: readonly (readonly [unknown, DType])[] = [
    [[1, 2], "float32"],
    [Float32Array.of(1, 2), "float32"],
    [Int32Array.of(1, 2), "int32"],
    [new ops.NDArray(Float32Array.of(1, 2), [2], "float32"), "float32"],
    [new Variable([1, 2]), "float32"],
    [tensor(numbers([2]), [2]), "float32"],
    [values({ shape: [2] }, 1), "float32"],
  ];
  for (const [x, dtype] of kinds) expect(multiply(x as Tensor, 1).dtype).toBe(dtype);
});
