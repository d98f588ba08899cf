// What vmap does around and inside of everything else, against a loop over the examples.
import "../core/backend.ts";
import { beforeEach, describe, expect, it } from "vitest";
import * as ops from "@keras/ops";
import * as random from "@keras/ops/random";
import {
  add,
  array,
  grad,
  jit,
  multiply,
  sin,
  square,
  sum,
  vectorizedMap,
  vmap,
  Variable,
  type Tensor,
} from "@keras/ops";

const engines = ["ref", "onnx"] as const;

/** Stacked results of a loop. */
function loop(fn: (x: Tensor) => Tensor, xs: Tensor): Tensor {
  return ops.stack(ops.unstack(xs).map(fn), { axis: 0 });
}

async function same(found: Tensor, wanted: Tensor): Promise<void> {
  expect([found.shape, found.dtype]).toEqual([wanted.shape, wanted.dtype]);
  const [a, b] = [await found.data(), await wanted.data()] as [Float32Array, Float32Array];
  a.forEach((x, i) => expect(Number(x), `element ${i}`).toBeCloseTo(Number(b[i]), 4));
}

/** Values that differ from each other, of any shape. */
function numbers(...shape: number[]): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return ops.reshape(array(Array.from({ length: n }, (_, i) => Math.sin(i * 1.7 + n))), shape);
}

const scalar = (x: number): Tensor => array(x, { dtype: "float32" });
const ints = (values: readonly number[]): Tensor => array([...values], { dtype: "int32" });

describe.each(engines)("on %s", (engine) => {
  beforeEach(() => ops.setBackend(engine));

  describe("arguments and results", () => {
    it("may be trees, at any axis, or shared", async () => {
      const f = vmap(
        (p: { a: Tensor; b: readonly [Tensor, Tensor] }, c: Tensor, k: number) => ({
          s: add(multiply(p.a, p.b[0]), multiply(p.b[1], k)),
          t: [c, sum(p.a)] as const,
        }),
        { inAxes: [{ a: 1, b: [0, null] }, null, null], outAxes: { s: 1, t: [null, 0] } },
      );
      const [a, b0, b1, c] = [numbers(4, 3), numbers(3, 4), numbers(4), numbers(2)];
      const found = f({ a, b: [b0, b1] }, c, 2);
      const rows = ops.unstack(ops.transpose(a)).map((x, i) => add(multiply(x, ops.unstack(b0)[i]!), multiply(b1, 2)));
      await same(found.s, ops.stack(rows, { axis: 1 }));
      await same(found.t[0], c);
      await same(found.t[1], sum(a, 0));
    });

    it("takes negative axes, typed arrays, and results that no example changes", async () => {
      const found = vmap((x: Tensor) => [sum(x), array([1, 2])] as const, { inAxes: -1, outAxes: [0, -1] })(
        numbers(2, 3),
      );
      await same(found[0], sum(numbers(2, 3), 0));
      expect(await found[1].array()).toEqual([
        [1, 1, 1],
        [2, 2, 2],
      ]);
      const typed = vmap((x: Tensor) => multiply(x, 2))(Float32Array.of(1, 2) as unknown as Tensor);
      expect(await typed.array()).toEqual([2, 4]);
    });

    it("may be empty", async () => {
      const found = vmap((x: Tensor) => sum(x))(ops.zeros([0, 3]));
      expect([found.shape, await found.array()]).toEqual([[0], []]);
    });

    it("are checked", () => {
      const f = (x: Tensor, y?: Tensor): Tensor => (y ? add(x, y) : x);
      expect(() => vmap(f)(array(1))).toThrow(/scalar.*inAxes/);
      expect(() => vmap(f)(ops.zeros([2, 3]), ops.zeros([3, 3]))).toThrow(/different numbers of examples.*2.*3/);
      expect(() => vmap(f, { inAxes: [null, null] })(ops.zeros([2]), ops.zeros([2]))).toThrow(
        /all of `inAxes` are null/,
      );
      expect(() => vmap(f, { inAxes: [0] })(ops.zeros([2]), ops.zeros([2]))).toThrow(/1 entries for 2 arguments/);
      expect(() => vmap(f, { inAxes: [{ a: 0 }] })(ops.zeros([2]))).toThrow(/inAxes/);
      expect(() => vmap(f, { outAxes: null })(ops.zeros([2]))).toThrow(/outAxes/);
      expect(() => vmap(f, { inAxes: 2 })(ops.zeros([2]))).toThrow(/axis 2/);
    });
  });

  describe("closures and state", () => {
    it("shares outer values and Variables, and gives their gradients", async () => {
      const [w, v] = [numbers(3), new Variable([1, 2, 3])];
      const xs = numbers(4, 3);
      const body = (x: Tensor): Tensor => sum(multiply(sin(multiply(x, w)), v));
      await same(vectorizedMap(body, xs), loop(body, xs));
      const { grads } = ops.valueAndGrad(() => sum(vectorizedMap(body, xs)), [v]);
      await same(grads[0]!, sum(sin(multiply(xs, w)), 0));
    });

    it("assigns what all examples agree on, and refuses the rest", async () => {
      const count = new Variable(0);
      const f = vmap((x: Tensor) => {
        count.assignAdd(1);
        return multiply(x, count);
      });
      expect(await f(array([1, 2])).array()).toEqual([1, 2]);
      expect(await count.value.item()).toBe(1);
      expect(() => vmap((x: Tensor) => count.assign(x))(array([1, 2]))).toThrow(/differs between the examples/);
    });

    it("draws the same numbers for all examples from one seed, others from seeds of their own", async () => {
      const shared = vmap((x: Tensor) => add(x, random.uniform([2], { seed: 7 })))(ops.zeros([3, 2]));
      const one = await random.uniform([2], { seed: 7 }).array();
      expect(await shared.array()).toEqual([one, one, one]);
      const generator = new random.SeedGenerator({ seed: 1 });
      const [a, b] = [0, 1].map(() =>
        vmap((x: Tensor) => add(x, random.normal([], { seed: generator })))(ops.zeros([2])),
      );
      expect(await a!.array()).not.toEqual(await b!.array());
      const keys = ops.convertToTensor(new ops.NDArray(Uint32Array.of(7, 0, 2, 0, 3, 9), [3, 2], "uint32"));
      const draw = (seed: Tensor): Tensor => random.uniform([2], { seed });
      const own = vmap(draw)(keys);
      await same(own, loop(draw, keys));
      expect(await ops.unstack(own)[0]!.array()).toEqual(one);
    });

    it("cannot read values, and says so", () => {
      expect(() => vmap((x: Tensor) => (x.dataSync()[0] ? x : x))(array([1, 2]))).toThrow(/not known while tracing/);
    });
  });

  describe("inside and outside of other transformations", () => {
    const f = (x: Tensor, y: Tensor): Tensor => sum(multiply(sin(x), square(y)));

    it("nests: all pairs of two lists", async () => {
      const pairs = vmap((x: Tensor) => vmap((y: Tensor) => f(x, y))(numbers(5, 3)))(numbers(4, 3));
      const wanted = ops.matmul(sin(numbers(4, 3)), ops.transpose(square(numbers(5, 3))));
      await same(pairs, wanted);
    });

    it("compiles, and takes compiled functions", async () => {
      const [xs, ys] = [numbers(4, 3), numbers(4, 3)];
      const wanted = sum(multiply(sin(xs), square(ys)), 1);
      await same(jit((a: Tensor, b: Tensor) => vmap(f)(a, b))(xs, ys), wanted);
      await same(vmap(jit(f))(xs, ys), wanted);
      await same(jit(vmap(jit(f)))(xs, ys), wanted);
    });

    it("takes gradients, and has them, also of each other", async () => {
      const xs = numbers(4, 3);
      const g = (x: Tensor): Tensor => sum(multiply(sin(x), square(x)));
      const wanted = loop((x) => grad(g)(x), xs);
      await same(vmap(grad(g))(xs), wanted);
      await same(grad((z) => sum(vmap(g)(z)))(xs), wanted);
      await same(jit((z: Tensor) => vmap(grad(g))(z))(xs), wanted);
      const second = (x: Tensor): Tensor => grad((y) => sum(sin(grad(g)(y))))(x);
      await same(vmap(second)(xs), loop(second, xs));
      await same(grad((z) => sum(sin(vmap(grad(g))(z))))(xs), loop(second, xs));
    });

    it("keeps custom gradients, and where gradients stop", async () => {
      const clipped = ops.customGradient((x: Tensor) => {
        const e = ops.exp(x);
        return [sum(e), (dy: Tensor) => multiply(multiply(dy, e), 10)] as const;
      });
      const xs = numbers(3, 2);
      const wanted = multiply(ops.exp(xs), 10);
      await same(grad((z) => sum(vmap((x: Tensor) => clipped(x))(z)))(xs), wanted);
      await same(vmap(grad((x) => clipped(x)))(xs), wanted);
      await same(grad((z) => sum(vmap((x: Tensor) => multiply(x, ops.stopGradient(x)))(z)))(xs), xs);
    });
  });

  describe("control flow", () => {
    const xs = (): Tensor => array([-2, 0.5, 3]);

    it("chooses for each example where the predicate differs", async () => {
      const f = (x: Tensor): Tensor => {
        const y = multiply(x, 2);
        return ops.cond(
          ops.less(x, 0),
          () => ops.negative(y),
          () => add(y, 1),
        );
      };
      await same(vmap(f)(xs()), array([4, 2, 7]));
      await same(jit(vmap(f))(xs()), array([4, 2, 7]));
      await same(grad((z) => sum(vmap(f)(z)))(xs()), array([-2, 2, 2]));
      await same(vmap(grad(f))(xs()), array([-2, 2, 2]));
    });

    it("decides once where the predicate is shared", async () => {
      const f = (p: Tensor, x: Tensor): readonly [Tensor, Tensor] =>
        ops.cond(
          ops.greater(p, 0),
          () => [x, p] as const,
          () => [multiply(x, 3), multiply(p, 2)] as const,
        );
      const [a, b] = vmap(f, { inAxes: [null, 0], outAxes: [0, null] })(scalar(-1), xs());
      await same(a, multiply(xs(), 3));
      expect(await b.item()).toBe(-2);
      const mixed = vmap(
        (p: Tensor, x: Tensor) =>
          ops.cond(
            ops.greater(p, 0),
            () => x,
            () => p,
          ),
        { inAxes: [null, 0] },
      )(scalar(-1), xs());
      expect(await mixed.array()).toEqual([-1, -1, -1]);
    });

    it("runs every loop as long as its example wants", async () => {
      const f = (x: Tensor): Tensor =>
        ops.whileLoop(
          (v: Tensor) => ops.less(ops.absolute(v), 50),
          (v: Tensor) => multiply(v, 3),
          x,
        );
      const wanted = array([-54, 121.5, 81]);
      await same(vmap(f)(xs()), wanted);
      await same(jit(vmap(f))(xs()), wanted);
      const bounded = (x: Tensor): Tensor =>
        ops.whileLoop(
          (v: Tensor) => ops.less(ops.absolute(v), 50),
          (v: Tensor) => multiply(v, 3),
          x,
          { maximumIterations: 10 },
        );
      await same(vmap(grad(bounded))(xs()), array([27, 243, 27]));
      await same(grad((z) => sum(vmap(bounded)(z)))(xs()), array([27, 243, 27]));
    });

    it("shares the counter of a loop that all examples leave together", async () => {
      const f = (x: Tensor): Tensor =>
        ops.foriLoop(0, ops.array(4, { dtype: "int32" }), (i, v) => add(multiply(v, 2), i), x);
      await same(vmap(f)(xs()), loop(f, xs()));
      // A carry that begins shared and differs from the second step on.
      const late = (x: Tensor): Tensor =>
        ops.whileLoop(
          (i: Tensor, _a: Tensor, _b: Tensor) => ops.less(i, 3),
          (i: Tensor, a: Tensor, b: Tensor) => [add(i, 1), b, multiply(x, 2)] as [Tensor, Tensor, Tensor],
          [ints([0]).getItem(0), scalar(1), scalar(5)] as [Tensor, Tensor, Tensor],
        )[1];
      await same(vmap(late)(xs()), multiply(xs(), 2));
    });

    it("scans with sequences, carries and constants, mapped and shared", async () => {
      const seq = numbers(4, 2);
      const f = (c: Tensor, s: Tensor, w: Tensor): readonly [Tensor, Tensor] => {
        const [end, ys] = ops.scan(
          (h: Tensor, x: Tensor) => {
            const next = ops.tanh(add(multiply(h, w), sum(x)));
            return [next, multiply(next, x)] as const;
          },
          c,
          s,
          { reverse: true },
        );
        return [end, ys];
      };
      const batch = { c: numbers(3), s: numbers(3, 4, 2), w: numbers(3) };
      for (const inAxes of [
        [0, 0, 0],
        [0, null, null],
        [null, 0, null],
        [null, null, 0],
      ] as const) {
        const args = [
          inAxes[0] === 0 ? batch.c : array(0.3),
          inAxes[1] === 0 ? batch.s : seq,
          inAxes[2] === 0 ? batch.w : array(0.7),
        ] as [Tensor, Tensor, Tensor];
        const pick = (b: number): [Tensor, Tensor, Tensor] =>
          args.map((x, i) => (inAxes[i] === 0 ? ops.unstack(x)[b]! : x)) as [Tensor, Tensor, Tensor];
        const wanted = [0, 1, 2].map((b) => f(...pick(b)));
        const [end, ys] = vmap(f, { inAxes })(...args);
        await same(end, ops.stack(wanted.map(([e]) => e)));
        await same(ys, ops.stack(wanted.map(([, y]) => y)));
        const loss = (...xs_: Tensor[]): Tensor => sum(f(...(xs_ as [Tensor, Tensor, Tensor]))[1]);
        const perExample = [0, 1, 2].map((b) => grad(loss, { argnums: [0, 1, 2] })(...pick(b)));
        const found = vmap((...xs_: Tensor[]) => grad(loss, { argnums: [0, 1, 2] })(...xs_), { inAxes })(...args);
        for (const [k, g] of found.entries()) await same(g, ops.stack(perExample.map((gs) => gs[k]!)));
      }
    });
  });

  describe("indexing with an index per example", () => {
    it("takes, slices, updates and pads", async () => {
      const x = numbers(3, 5, 2);
      const starts = ints([0, 2, 9]);
      const rows = (fn: (x: Tensor, i: Tensor) => Tensor): Tensor =>
        ops.stack([0, 1, 2].map((b) => fn(ops.unstack(x)[b]!, ops.unstack(starts)[b]!)));
      const cases: ((x: Tensor, i: Tensor) => Tensor)[] = [
        (v, i) => ops.take(v, ops.clip(i, 0, 4), { axis: 0 }),
        (v, i) => ops.slice(v, ops.stack([i, ops.zerosLike(i)]), [2, 2]),
        (v, i) => ops.sliceUpdate(v, ops.stack([i, ops.zerosLike(i)]), ops.ones([2, 1])),
        (v, i) =>
          ops.pad(
            v,
            [
              [1, 0],
              [0, 2],
            ],
            { constantValues: ops.cast(i, "float32") as never },
          ),
        (v, i) => ops.scatterUpdate(v, ops.reshape(ops.clip(i, 0, 4), [1, 1]), ops.ones([1, 2])),
      ];
      for (const fn of cases) {
        await same(vmap(fn)(x, starts), rows(fn));
        await same(
          vmap(fn, { inAxes: [null, 0] })(numbers(5, 2), starts),
          ops.stack([0, 1, 2].map((b) => fn(numbers(5, 2), ops.unstack(starts)[b]!))),
        );
        const g = (v: Tensor, i: Tensor): Tensor => grad((y) => sum(square(fn(y, i))))(v);
        await same(vmap(g)(x, starts), rows(g));
      }
    });
  });

  it("takes ops without a rule one example after the other", async () => {
    const plain = ops.defineOp<Record<never, never>>({ name: "user_op_without_rule", infer: ([x]) => [x!] });
    const run = async (): Promise<unknown> =>
      vmap((x: Tensor) => ops.dispatch(plain, [x], {})[0]!)(array([1, 2])).array();
    await expect(run()).rejects.toThrow(/cannot run this op/);
    const decomposed = ops.defineOp<Record<never, never>>({
      name: "user_composite",
      infer: ([x]) => [x!],
      decompose: ([x]) => [sum(x!, { keepdims: true }).subtract(x!)],
    });
    const f = (x: Tensor): Tensor => ops.dispatch(decomposed, [x], {})[0]!;
    await same(vmap(f)(numbers(3, 4)), loop(f, numbers(3, 4)));
  });
});
