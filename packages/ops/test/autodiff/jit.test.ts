// A compiled function under a tape is one op: traced once, its gradient another compiled graph.
import "../core/backend.ts";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  array,
  cond,
  customGradient,
  exp,
  getItem,
  grad,
  greater,
  hessian,
  jacobian,
  jit,
  liveBytes,
  matmul,
  multiply,
  ones,
  relu,
  scan,
  setBackend,
  sin,
  square,
  stopGradient,
  sum,
  tanh,
  Tape,
  valueAndGrad,
  Variable,
  vjp,
  vmap,
  zeros,
  type Tensor,
} from "@keras/ops";
import { tensor } from "../numpy/support.ts";

const count = (fn: (x: Tensor) => Tensor): { traced: () => number; fn: (x: Tensor) => Tensor } => {
  let n = 0;
  return { traced: () => n, fn: (x) => (n++, fn(x)) };
};

async function same(found: Tensor, wanted: Tensor): Promise<void> {
  expect([found.shape, found.dtype]).toEqual([wanted.shape, wanted.dtype]);
  const [a, b] = [(await found.data()) as Float32Array, (await wanted.data()) as Float32Array];
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 4));
}

const x3 = (): Tensor => array([0.5, -1, 2]);

describe.each(["ref", "onnx"] as const)("on %s", (engine) => {
  beforeEach(() => setBackend(engine));

  it("is noted as one op, traced once, and gives the gradient", async () => {
    const { traced, fn } = count((x) => sum(multiply(sin(x), exp(x))));
    const f = jit(fn);
    const wanted = grad((x) => sum(multiply(sin(x), exp(x))))(x3());
    for (let i = 0; i < 3; i++) await same(grad(f)(x3()), wanted);
    await f(x3()).item();
    expect(traced()).toBe(1);
    const entries: string[] = [];
    const record = Tape.prototype.record;
    Tape.prototype.record = function (op, ...rest) {
      entries.push(op.name);
      record.call(this, op, ...rest);
    };
    try {
      grad((x) => multiply(f(x), 2))(x3());
    } finally {
      Tape.prototype.record = record;
    }
    expect(entries.filter((name) => ["sin", "exp", "sum"].includes(name))).toEqual([]);
    expect(entries).toContain("compiled_call");
  });

  it("nests: second and third derivatives, Jacobians, inside and outside of compiled functions", async () => {
    const cube = (x: Tensor): Tensor => sum(multiply(x, multiply(x, x)));
    const f = jit(cube);
    const scalar = (g: (x: Tensor) => Tensor) => (x: Tensor) => sum(g(x));
    await same(grad(scalar(grad(f)))(x3()), multiply(x3(), 6));
    await same(grad(scalar(grad(scalar(grad(f)))))(x3()), ones([3]).multiply(6));
    await same(jit((x: Tensor) => grad(f)(x))(x3()), multiply(square(x3()), 3));
    await same(grad(scalar(jit((x: Tensor) => grad(f)(x))))(x3()), multiply(x3(), 6));
    await same(grad(jit((x: Tensor) => f(multiply(x, 2))))(x3()), multiply(square(x3()), 24));
    const g = (x: Tensor): Tensor => multiply(tanh(x), sum(sin(x)));
    await same(jacobian(jit(g))(x3()), jacobian(g)(x3()));
    await same(jacobian(jit(g), { mode: "forward" })(x3()), jacobian(g)(x3()));
    const h = (x: Tensor): Tensor => sum(multiply(exp(sin(x)), tanh(x)));
    await same(hessian(jit(h))(x3()), hessian(h)(x3()));
    await same(hessian((x) => jit(h)(multiply(x, x)))(x3()), hessian((x) => h(multiply(x, x)))(x3()));
    const third = (k: (x: Tensor) => Tensor) => grad(scalar(grad(scalar(grad(k)))));
    await same(third(jit(h))(x3()), third(h)(x3()));
    await same(vmap(grad(jit(h)))(ones([2, 3])), vmap(grad(h))(ones([2, 3])));
  });

  it("takes Variables as state, with gradients, and updates them", async () => {
    const [w, b, calls] = [new Variable([1, 2]), new Variable(0.5), new Variable(0)];
    const f = jit((x: Tensor) => {
      calls.assignAdd(1);
      return sum(square(add(multiply(x, w), b)));
    });
    for (let i = 1; i <= 3; i++) {
      const { value, grads } = valueAndGrad(() => multiply(f(array([3, 4])), 2), [w, b]);
      const residual = [3 * i + 0.5, 8.5];
      expect(await value.item()).toBeCloseTo(2 * (residual[0]! ** 2 + residual[1]! ** 2), 3);
      expect(await grads[0]!.array()).toEqual([4 * 3 * residual[0]!, 4 * 4 * residual[1]!]);
      expect(await grads[1]!.item()).toBe(4 * (residual[0]! + residual[1]!));
      w.assign([i + 1, 2]);
      expect(await calls.value.item()).toBe(i);
    }
  });

  it("lets gradients flow through an assignment", async () => {
    const w = new Variable([1, 1]);
    const step = (x: Tensor): Tensor => {
      w.assign(multiply(x, 3));
      return sum(x);
    };
    for (const f of [step, jit(step)])
      expect(await grad((x) => add(f(x), sum(multiply(w, x))))(array([1, 2])).array()).toEqual([7, 13]);
  });

  it("differentiates only what is asked for, and several results", async () => {
    const f = jit((x: Tensor, y: Tensor) => ({ p: multiply(x, y), q: [sin(y), array([1])] }));
    const g = (a: Tensor, b: Tensor): Tensor => {
      const { p, q } = f(a, b);
      return add(sum(p), sum(q[0]!));
    };
    const [da, db] = grad(g, { argnums: [0, 1] })(array([2, 3]), array([0, 0]));
    expect([await da!.array(), await db!.array()]).toEqual([
      [0, 0],
      [3, 4],
    ]);
    expect(await grad((a) => sum(f(a, array([5, 6])).p))(array([1, 1])).array()).toEqual([5, 6]);
    const [, pullback] = vjp((a: Tensor) => [f(a, a).p, f(a, a).q[0]!], [array([1, 2])]);
    const first = await pullback([ones([2]), zeros([2])])[0]!.array();
    expect(first).toEqual([2, 4]);
    expect(await pullback([ones([2]), zeros([2])])[0]!.array()).toEqual(first);
  });

  it("sees what it takes from outside", async () => {
    const found = grad((x) => {
      const inner = jit((y: Tensor) => sum(multiply(y, x)));
      return inner(multiply(x, 2));
    })(array([1, 2]));
    expect(await found.array()).toEqual([4, 8]);
  });

  it("differentiates control flow, custom gradients and ends of gradients in it", async () => {
    const tripled = customGradient((x: Tensor) => [square(x), (g: Tensor) => multiply(g, multiply(x, 3))] as const);
    const f = (x: Tensor): Tensor => {
      const branch = cond(
        greater(sum(x), 0),
        () => multiply(x, 2),
        () => x,
      );
      const [, ys] = scan((c: Tensor, v: Tensor) => [add(c, v), multiply(c, v)] as const, getItem(x, 0), branch);
      return add(add(sum(ys), sum(tripled(x))), sum(multiply(stopGradient(x), x)));
    };
    await same(grad(jit(f))(x3()), grad(f)(x3()));
    await same(jit(grad(f))(x3()), grad(f)(x3()));
  });

  it("holds no memory from step to step", async () => {
    const w = new Variable(ones([16, 16]));
    const model = jit((x: Tensor) => sum(square(relu(matmul(tanh(matmul(x, w)), w)))));
    const step = async (): Promise<void> => {
      const x = tensor(
        Array.from({ length: 64 }, (_, i) => Math.sin(i)),
        [4, 16],
      );
      const { value, grads } = valueAndGrad(() => model(x), [w]);
      const update = multiply(grads[0]!, 1e-3);
      w.assignSub(update);
      await value.item();
      for (const y of [x, value, update, ...grads]) y.dispose();
    };
    for (let i = 0; i < 5; i++) await step();
    globalThis.gc?.();
    const before = liveBytes();
    for (let i = 0; i < 40; i++) await step();
    // What stays are old values of the Variable that a tape has seen, until they are collected: no more than those.
    expect(liveBytes() - before).toBeLessThanOrEqual(40 * 2 * 16 * 16 * 4);
  });
});
