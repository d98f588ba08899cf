// What holds for every op, on one call of each: compiled it gives what it gives at once, it announces what it gives, its gradients are the
// numerical ones.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  cast,
  enable64Bit,
  Function as KerasFunction,
  jit,
  KerasError,
  KerasTensor,
  multiply,
  sum,
  toTensor,
  vjp,
  type DType,
  type Tensor,
} from "@keras/ops";
import { dtypeOf, type Case, type Input } from "./numpy/cases.ts";
import { flat, numbers, tensor, useReference } from "./numpy/support.ts";

export function values({ shape, low = -2, high = 2, kind = "float" }: Input, seed: number): number[] {
  const all = numbers(shape, low, high, seed);
  return kind === "float" ? all : kind === "int" ? all.map(Math.floor) : all.map((x) => Number(x > 0));
}

function operands({ inputs }: Case, float: DType): Tensor[] {
  return inputs.map((input, i) => tensor(values(input, i + 1), input.shape, dtypeOf(input, float)));
}

export const list = <T>(results: T | readonly T[]): readonly T[] => (Array.isArray(results) ? results : [results as T]);

/** Σ over outputs of each element times a number of its own: a scalar to differentiate. */
export function weighed(results: readonly Tensor[]): Tensor {
  const parts = results
    .filter((y) => y.dtype.startsWith("float"))
    .map((y, k) => sum(multiply(cast(y, "float64"), tensor(numbers(y.shape, -1, 1, k + 7), y.shape, "float64"))));
  return parts.reduce((a, b) => a.add(b), toTensor(0, "float64"));
}

/** Compares the gradient of a loss of the case's operands with central differences. */
async function checkGradients(c: Case, loss: (...xs: Tensor[]) => Tensor): Promise<void> {
  const xs = operands(c, "float64");
  const [value, pullback] = vjp(loss, xs);
  const exact = pullback(toTensor(1, "float64"));
  expect(value.shape).toEqual([]);
  const [epsilon, digits] = c.coarse || COARSE.has(c.name) ? [1e-2, 2] : [1e-5, 6];
  for (const [k, x] of xs.entries()) {
    if (x.dtype !== "float64") continue;
    const at = await flat(x);
    const found = await flat(exact[k]!);
    expect(exact[k]!.shape).toEqual(x.shape);
    for (let i = 0; i < at.length; i++) {
      const [up, down] = [1, -1].map((sign) => {
        const shifted = at.with(i, at[i]! + sign * epsilon);
        return loss(...xs.map((other, j) => (j === k ? tensor(shifted, x.shape, "float64") : other)));
      });
      const slope = ((await up!.item()) - (await down!.item())) / (2 * epsilon);
      expect(found[i], `operand ${k}, element ${i}`).toBeCloseTo(slope, digits);
    }
  }
}

/** What is rounded to float32 on the way needs larger steps. */
const COARSE: ReadonlySet<string> = new Set(["cast", "convertToTensor", "i0"]);

/** Declares the tests of the given calls; `twice`: also of second derivatives. */
export function testEveryOp(cases: readonly Case[], options: { readonly twice?: boolean } = {}): void {
  beforeEach(useReference);

  const traceable = cases.filter((c) => c.traceable !== false);

  it.each(traceable)("$name gives compiled what it gives at once", async (c) => {
    const xs = operands(c, "float32");
    const eager = list(c.call(...xs));
    const compiled = jit((...args: Tensor[]) => [...list(c.call(...args))])(...xs);
    expect(compiled).toHaveLength(eager.length);
    for (const [i, y] of eager.entries()) {
      expect([compiled[i]!.dtype, compiled[i]!.shape]).toEqual([y.dtype, y.shape]);
      expect(await flat(compiled[i]!)).toEqual(await flat(y));
    }
  });

  it.each(traceable)("$name gives the shape and dtype that it announces for symbolic tensors", (c) => {
    const symbolic = c.inputs.map((input) => new KerasTensor(input.shape, dtypeOf(input, "float32")));
    const announced = list(c.call(...(symbolic as never[])) as unknown as KerasTensor | readonly KerasTensor[]);
    const graph = new KerasFunction({ inputs: symbolic, outputs: [...announced] });
    const results = graph.run(operands(c, "float32")) as Tensor[];
    expect(results.map((y) => [y.shape, y.dtype])).toEqual(announced.map((y) => [y.shape, y.dtype]));
  });

  it.each(cases.filter((c) => c.traceable === false))("$name cannot be compiled, and says so", (c) => {
    expect(() => jit((...args: Tensor[]) => [...list(c.call(...args))])(...operands(c, "float32"))).toThrow(KerasError);
  });

  describe("gradients", () => {
    beforeAll(() => enable64Bit(true));
    afterAll(() => enable64Bit(false));

    const smooth = cases.filter((c) => c.smooth !== false);

    it.each(smooth)("of $name are the numerical ones", async (c) => {
      await checkGradients(c, (...xs) => weighed(list(c.call(...xs))));
    });

    it.runIf(options.twice).each(smooth)("of the gradients of $name are the numerical ones", async (c) => {
      await checkGradients(c, (...xs) => {
        const [, pullback] = vjp((...args: Tensor[]) => weighed(list(c.call(...args))), xs);
        return weighed(pullback(toTensor(1, "float64")));
      });
    });
  });
}
