// One test per rule of the core's semantics: each fails when its rule is broken.
import "./backend.ts";
import { beforeEach, describe, expect, it } from "vitest";
import {
  add,
  array,
  cond,
  customGradient,
  defineOp,
  dispatch,
  exp,
  float,
  foriLoop,
  getItem,
  grad,
  greater,
  jit,
  KerasTensor,
  less,
  liveBytes,
  matmul,
  multiply,
  negative,
  scan,
  setBackend,
  sin,
  square,
  stopGradient,
  subtract,
  sum,
  tanh,
  toTensor,
  transpose,
  valueAndGrad,
  Variable,
  vjp,
  whileLoop,
  withBackend,
  withNameScope,
  type Tensor,
  ones,
  reshape,
  maximum,
  concatenate,
  where,
  zeros,
} from "@keras/ops";

const engines = ["ref", "onnx"] as const;

describe.each(engines)("on %s", (engine) => {
  beforeEach(() => setBackend(engine));

  describe("values, variables, tapes", () => {
    it("reads a Variable's value when an op is applied, not when the gradient is taken", async () => {
      const w = new Variable(3);
      const dydx = grad((x) => {
        const y = multiply(w, x);
        w.assign(100);
        return y;
      })(1);
      expect(await dydx.item()).toBe(3);
    });

    it.each([false, true])("takes gradients of what a Variable held at first; jitted: %s", async (jitted) => {
      // What is assigned meanwhile is a result like any other: a constant, or a way back to the first value.
      const run = (assigned: (w: Variable) => Tensor): Promise<unknown> => {
        const w = new Variable([2, 2]);
        const step = (): Tensor =>
          valueAndGrad(() => {
            const first = square(w);
            w.assign(assigned(w));
            return sum(add(first, square(w)));
          }, [w]).grads[0]!;
        return (jitted ? jit(step) : step)().array();
      };
      expect(await run(() => array([5, 5]))).toEqual([4, 4]);
      expect(await run((w) => multiply(w, 3))).toEqual([4 + 36, 4 + 36]);
    });

    it("nests tapes: d²x³ at 2 is 12, d³ is 6", async () => {
      const cube = (x: Tensor): Tensor => multiply(x, multiply(x, x));
      expect(await grad(grad(cube))(2).item()).toBe(12);
      expect(await grad(grad(grad(cube)))(2).item()).toBe(6);
    });

    it("stops gradients", async () => {
      expect(await grad((x) => multiply(x, stopGradient(x)))(3).item()).toBe(3);
    });

    it("uses a custom gradient in place of the function's own, and differentiates it again", async () => {
      const f = customGradient((x: Tensor) => [square(x), (g: Tensor) => multiply(g, multiply(x, 10))] as const);
      expect(await grad((x) => f(x))(3).item()).toBe(30);
      expect(await grad(grad((x) => f(x)))(3).item()).toBe(10);
    });

    it("counts a gradient once when an op runs by its decomposition", async () => {
      const twice = defineOp<Record<never, never>>({
        name: "twice",
        infer: ([x]) => [x!],
        decompose: ([x]) => [add(x!, x!)],
        vjp: ({ grads: [g] }) => [multiply(g!, 2)],
      });
      const derived = defineOp<Record<never, never>>({
        name: "thrice",
        infer: ([x]) => [x!],
        decompose: ([x]) => [add(add(x!, x!), x!)],
      });
      expect(await grad((x) => dispatch(twice, [x], {})[0]!)(1).item()).toBe(2);
      expect(await grad((x) => dispatch(derived, [x], {})[0]!)(1).item()).toBe(3);
      // An operand given twice gets both shares.
      expect(await grad((x) => sum(multiply(x, x)))(toTensor([3])).array()).toEqual([6]);
    });

    it("refuses a gradient where no rule exists", () => {
      const opaque = defineOp<Record<never, never>>({ name: "negative", infer: ([x]) => [x!] });
      expect(() => grad((x) => dispatch(opaque, [x], {})[0]!)(1)).toThrow(/no gradient rule/);
    });
  });

  describe("traces and jit", () => {
    it("takes outer values into bodies as inputs", async () => {
      const outer = toTensor([1, 2]);
      const f = jit((x: Tensor) => {
        const inner = multiply(x, 10);
        return scan(
          (c: Tensor, v: Tensor) => [add(c, multiply(v, add(inner, outer))), null] as const,
          zeros([2]),
          ones([3, 2]),
        )[0];
      });
      expect(await f(toTensor([1, 1])).array()).toEqual([33, 36]);
    });

    it("names the mistake when a traced value escapes", () => {
      let escaped: Tensor | undefined;
      jit((x: Tensor) => (escaped = add(x, 1)))(toTensor([1]));
      expect(() => add(escaped!, 1)).toThrow(/trace/);
    });

    it("is synchronous, and keeps updates of calls in flight", async () => {
      const count = new Variable(0);
      const step = jit(() => {
        count.assignAdd(1);
        return count.value;
      });
      const results = [step(), step(), step()];
      expect(await count.value.item()).toBe(3);
      expect(await Promise.all(results.map((r) => r.item()))).toEqual([1, 2, 3]);
    });

    it("compiles one graph per signature", async () => {
      let traced = 0;
      const f = jit((x: Tensor, options: { scale: number }) => {
        traced++;
        return multiply(x, options.scale);
      });
      await f(toTensor([1]), { scale: 2 }).array();
      await f(toTensor([5]), { scale: 2 }).array();
      expect(traced).toBe(1);
      expect(await f(toTensor([5]), { scale: 3 }).array()).toEqual([15]);
      expect(await f(toTensor([5, 6]), { scale: 3 }).array()).toEqual([15, 18]);
      expect(traced).toBe(3);
    });

    it("traces again when a Variable it reads is frozen", async () => {
      const w = new Variable(2);
      const f = jit((x: Tensor) => (w.trainable ? multiply(x, w) : negative(x)));
      expect(await f(toTensor([1])).array()).toEqual([2]);
      w.trainable = false;
      expect(await f(toTensor([1])).array()).toEqual([-1]);
    });

    it("carries Variables that bodies assign", async () => {
      const f = jit((x: Tensor) => {
        const total = new Variable(0);
        cond(
          greater(sum(x), 0),
          () => total.assign(add(total, 5)),
          () => total.value,
        );
        scan(
          (c: Tensor, v: Tensor) => {
            total.assign(add(total, sum(v)));
            return [c, null] as const;
          },
          zeros([]),
          x,
        );
        return total.value;
      });
      expect(
        await f(
          toTensor([
            [1, 2],
            [3, 4],
          ]),
        ).item(),
      ).toBe(15);
    });

    it("differentiates through scan, cond and bounded loops", async () => {
      const f = (x: Tensor): Tensor =>
        scan((c: Tensor, v: Tensor) => [multiply(c, v), multiply(c, c)] as const, float1(), x)[0];
      expect(await grad(f)(toTensor([2, 3, 4])).array()).toEqual([12, 8, 6]);
      expect(await jit((x: Tensor) => grad(f)(x))(toTensor([2, 3, 4])).array()).toEqual([12, 8, 6]);
      const g = jit((x: Tensor) =>
        grad((y) =>
          cond(
            less(y, 0),
            () => multiply(y, -3),
            () => square(y),
          ),
        )(x),
      );
      expect(await g(toTensor(-2, "float32")).item()).toBe(-3);
      expect(await g(toTensor(5, "float32")).item()).toBe(10);
      const h = jit((x: Tensor) =>
        grad((y) =>
          whileLoop(
            (v: Tensor) => less(v, 50),
            (v: Tensor) => multiply(v, 3),
            y,
            { maximumIterations: 8 },
          ),
        )(x),
      );
      expect(await h(toTensor(1, "float32")).item()).toBe(81);
    });

    it("refuses the gradient of an unbounded loop in compiled code", () => {
      const h = jit((x: Tensor) =>
        grad((y) =>
          whileLoop(
            (v: Tensor) => less(v, 50),
            (v: Tensor) => multiply(v, 3),
            y,
          ),
        )(x),
      );
      expect(() => h(toTensor(1, "float32"))).toThrow(/maximumIterations/);
    });

    it("makes Variables outside of the trace", async () => {
      const made: Variable[] = [];
      const f = jit((x: Tensor) => {
        if (made.length === 0) made.push(new Variable((shape) => ones(shape), { shape: [2] }));
        return add(x, made[0]!);
      });
      expect(await f(toTensor([1, 1])).array()).toEqual([2, 2]);
      expect(await made[0]!.value.array()).toEqual([1, 1]);
    });

    it("rejects async functions", () => {
      expect(() => jit((async () => toTensor(1)) as never)()).toThrow(/synchronous/);
      expect(() => withNameScope("a", (async () => 1) as never)).toThrow(/synchronous/);
      expect(() => valueAndGrad((async () => toTensor(1)) as never, [])).toThrow(/synchronous/);
    });
  });

  describe("deferred execution", () => {
    it("runs very long chains without recursion", async () => {
      let x = toTensor([0]);
      for (let i = 0; i < 3000; i++) x = add(x, 1);
      expect(await x.array()).toEqual([3000]);
    });

    it("keeps NaN and infinite attributes apart", async () => {
      const filled = (v: number): Promise<unknown> => add(where(toTensor([true]), v, 0), 0).array();
      expect(await filled(Number.POSITIVE_INFINITY)).toEqual([Number.POSITIVE_INFINITY]);
      expect(await filled(Number.NEGATIVE_INFINITY)).toEqual([Number.NEGATIVE_INFINITY]);
    });

    it("reads intermediate values after later ones", async () => {
      const a = toTensor([1, 2]);
      const b = exp(a);
      const c = sum(b);
      await c.item();
      expect((await b.data("float32"))[0]).toBeCloseTo(Math.E, 5);
      expect(await add(b, 0).array()).toEqual(await b.array());
    });
  });

  describe("memory", () => {
    it("stays flat over many steps", async () => {
      const w = new Variable(ones([8, 8]));
      const step = jit((x: Tensor) => {
        const { value, grads } = valueAndGrad(() => sum(square(tanh(matmul(x, w)))), [w]);
        w.assignSub(multiply(grads[0]!, 0.01));
        return value;
      });
      const run = async (): Promise<void> => {
        const x = ones([4, 8]);
        const loss = step(x);
        await loss.item();
        loss.dispose();
        x.dispose();
      };
      for (let i = 0; i < 20; i++) await run();
      const before = liveBytes();
      for (let i = 0; i < 200; i++) await run();
      expect(liveBytes()).toBeLessThanOrEqual(before);
    });

    it("does not free what a gradient rule hands on", async () => {
      const x = toTensor([
        [1, 2],
        [3, 4],
      ]);
      const [y, pullback] = vjp((v) => transpose(matmul(v, v)), [x]);
      const g = pullback(ones([2, 2]));
      expect(await y.array()).toEqual([
        [7, 15],
        [10, 22],
      ]);
      expect(await g[0]!.array()).toEqual([
        [7, 11],
        [9, 13],
      ]);
      expect(await x.array()).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });
  });
});

function float1(): Tensor {
  return toTensor(1, "float32");
}

describe("numbers", () => {
  beforeEach(() => setBackend("ref"));

  it("takes integral numbers as weak ints and others as weak floats", () => {
    const i = array([1, 2], { dtype: "int32" });
    expect(add(i, 2).dtype).toBe("int32");
    expect(add(i, 2.5).dtype).toBe("float32");
    expect(add(i, float(2)).dtype).toBe("float32");
    expect(add(i, -0).dtype).toBe("float32");
    expect(add(array([1, 2], { dtype: "float16" }), 2.5).dtype).toBe("float16");
    expect(array([1, 2]).dtype).toBe("float32");
    expect(array([true]).dtype).toBe("bool");
  });

  it("moves values between engines bit for bit", async () => {
    const x = sin(toTensor([1, 2, 3]));
    await setBackend("onnx");
    const there = await reshape(x, [3]).array();
    expect(there).toEqual(await withBackend("ref", () => reshape(x, [3])).array());
  });
});

describe("sizes", () => {
  it("unifies batches and keeps arithmetic symbolic", () => {
    const a = new KerasTensor([null, 4]);
    const b = new KerasTensor([null, 4]);
    expect(add(a, b).shape).toEqual([null, 4]);
    expect(reshape(a, [-1, 2]).shape).toEqual([null, 2]);
    expect(concatenate([a, b], 1).shape).toEqual([null, 8]);
    expect(maximum(a, getItem(b, { start: 0, stop: 1 })).shape).toEqual([null, 4]);
    expect(subtract(reshape(a, [-1]), reshape(b, [-1])).shape).toEqual([null]);
  });
});

it("counts up to a bound", async () => {
  await setBackend("ref");
  expect(await foriLoop(0, 5, (i, x: Tensor) => add(x, i), toTensor(0)).item()).toBe(10);
});
