// vmap of every op gives what a loop over the examples gives: with every operand mapped, and with each one alone, its gradients too.
import "../core/backend.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cast, enable64Bit, setBackend, stack, sum, toTensor, vjp, vmap, type DType, type Tensor } from "@keras/ops";
import { list, values, weighed } from "../every-op.ts";
import { CASES as IMAGE } from "../image/cases.ts";
import { CASES as LINALG } from "../linalg/cases.ts";
import { CASES as MATH } from "../math/cases.ts";
import { CASES as NN } from "../nn/cases.ts";
import { CASES as NUMPY, dtypeOf, type Case } from "../numpy/cases.ts";
import { flat, tensor } from "../numpy/support.ts";

const EXAMPLES = 3;
const families = { numpy: NUMPY, nn: NN, math: MATH, linalg: LINALG, image: IMAGE };

/** The operands of each example; those that are not mapped are the same tensor in all. */
function operands(c: Case, mapped: readonly boolean[], float: DType): Tensor[][] {
  const one = (i: number, example: number): Tensor => {
    const input = c.inputs[i]!;
    return tensor(values(input, i + 1 + 11 * example), input.shape, dtypeOf(input, float));
  };
  const shared = c.inputs.map((_, i) => one(i, 0));
  return Array.from({ length: EXAMPLES }, (_, b) => shared.map((x, i) => (mapped[i] && b > 0 ? one(i, b) : x)));
}

/** Which operands are mapped: all, then each alone. */
function patterns(c: Case): boolean[][] {
  const all = c.inputs.map(() => true);
  return c.inputs.length === 1 ? [all] : [all, ...c.inputs.map((_, k) => c.inputs.map((__, i) => i === k))];
}

function batchedArguments(examples: readonly Tensor[][], mapped: readonly boolean[]): Tensor[] {
  return mapped.map((flag, i) =>
    flag
      ? stack(
          examples.map((xs) => xs[i]!),
          { axis: 0 },
        )
      : examples[0]![i]!,
  );
}

const axes = (mapped: readonly boolean[]): (0 | null)[] => mapped.map((flag) => (flag ? 0 : null));

async function expectEqual(found: Tensor, wanted: readonly Tensor[], what: string, digits = 4): Promise<void> {
  const expected = stack([...wanted], { axis: 0 });
  expect([what, found.shape, found.dtype]).toEqual([what, expected.shape, expected.dtype]);
  if (found.dtype.startsWith("complex")) return;
  const [a, b] = [await flat(found), await flat(expected)];
  a.forEach((x, i) => {
    const near =
      Object.is(x, b[i]) || x === b[i] || Math.abs(x - b[i]!) <= 10 ** -digits * Math.max(1, Math.abs(b[i]!));
    if (!near) throw new Error(`${what}, element ${i}: ${x} in place of ${b[i]}`);
  });
}

async function checkValues(c: Case): Promise<void> {
  for (const mapped of patterns(c)) {
    const examples = operands(c, mapped, "float32");
    const wanted = examples.map((xs) => list(c.call(...xs)));
    const found = vmap((...xs: Tensor[]) => [...list(c.call(...xs))], { inAxes: axes(mapped) })(
      ...batchedArguments(examples, mapped),
    );
    expect(found).toHaveLength(wanted[0]!.length);
    for (const [k, y] of found.entries()) {
      await expectEqual(
        y,
        wanted.map((ys) => ys[k]!),
        `operands ${axes(mapped).join()}, output ${k}`,
      );
    }
  }
}

describe.each(["ref", "onnx"] as const)("on %s", (engine) => {
  beforeEach(() => setBackend(engine));

  describe.each(Object.entries(families))("%s", (_, cases) => {
    const traceable = cases.filter((c) => c.traceable !== false);
    it.each(traceable)("vmap of $name is a loop", checkValues);
  });
});

describe("gradients", () => {
  beforeAll(() => enable64Bit(true));
  afterAll(() => enable64Bit(false));
  beforeEach(() => setBackend("ref"));

  const all = Object.values(families).flat();
  const smooth = all.filter((c) => c.smooth !== false && c.traceable !== false);

  it.each(smooth)("of vmap of $name, and vmap of its gradients, are those of the loop", async (c) => {
    for (const mapped of patterns(c)) {
      const examples = operands(c, mapped, "float64");
      const loss = (...xs: Tensor[]): Tensor => weighed(list(c.call(...xs)));
      const pull = (xs: readonly Tensor[]): Tensor[] => {
        const [, pullback] = vjp(loss, xs);
        return pullback(toTensor(1, "float64"));
      };
      const wanted = examples.map(pull);
      const stacked = batchedArguments(examples, mapped);
      const inside = vmap((...xs: Tensor[]) => pull(xs), { inAxes: axes(mapped) })(...stacked);
      const [, pullback] = vjp((...xs: Tensor[]) => sum(vmap(loss, { inAxes: axes(mapped) })(...xs)), stacked);
      const outside = pullback(toTensor(1, "float64"));
      for (const [i, input] of c.inputs.entries()) {
        if (input.kind === "int" || input.kind === "bool") continue;
        const parts = wanted.map((gs) => gs[i]!);
        await expectEqual(inside[i]!, parts, `vmap of the gradient, operand ${i} of ${axes(mapped).join()}`);
        const rows = mapped[i] ? parts : [parts.reduce((a, b) => a.add(b))];
        const found = mapped[i] ? outside[i]! : stack([outside[i]!], { axis: 0 });
        await expectEqual(cast(found, "float64"), rows, `gradient of vmap, operand ${i} of ${axes(mapped).join()}`);
      }
    }
  });
});
