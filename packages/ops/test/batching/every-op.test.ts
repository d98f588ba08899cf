// vmap of every op gives what a loop over the examples gives: with every operand mapped, and with each one alone, its gradients too.
import "../core/backend.ts";
import * as ops from "@keras/ops";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cast, enable64Bit, setBackend, stack, sum, toTensor, vjp, vmap, type DType, type Tensor } from "@keras/ops";
import type { BatchRule } from "../../src/batching/mapped.ts";
import { BATCH_RULES } from "../../src/batching/rules.ts";
import { list, values, weighed } from "../every-op.ts";
import { CASES as IMAGE } from "../image/cases.ts";
import { CASES as LINALG } from "../linalg/cases.ts";
import { CASES as MATH } from "../math/cases.ts";
import { CASES as NN } from "../nn/cases.ts";
import { CASES as NUMPY, dtypeOf, type Case, type Input } from "../numpy/cases.ts";
import { flat, tensor } from "../numpy/support.ts";

const EXAMPLES = 3;

/** The primitives whose rule was used. */
const used = new Set<string>();
for (const [name, rule] of Object.entries(BATCH_RULES)) {
  (BATCH_RULES as Record<string, BatchRule>)[name] = (context) => (used.add(name), rule(context));
}
const ints: Input = { shape: [2, 3], low: 0, high: 9, kind: "int" };

/** Calls that reach the primitives which the cases of the families do not. */
const FURTHER: readonly Case[] = [
  { name: "bitwiseOr", inputs: [ints, ints], call: (x, y) => ops.bitwiseOr(x!, y!), smooth: false },
  { name: "bitwiseXor", inputs: [ints, ints], call: (x, y) => ops.bitwiseXor(x!, y!), smooth: false },
  { name: "eig", inputs: [{ shape: [3, 3] }], call: (x) => ops.absolute(ops.eig(x!)[0]), smooth: false },
  {
    name: "gradient of averagePool",
    inputs: [{ shape: [1, 5, 2] }],
    call: (x) => ops.grad((y) => sum(ops.square(ops.averagePool(y, 2, { strides: 1, padding: "same" }))))(x!),
  },
  {
    name: "random numbers of a key",
    inputs: [{ shape: [2], low: 0, high: 999, kind: "int" }],
    call: (key) => ops.random.uniform([3, 2], { seed: ops.cast(key!, "uint32") }),
    smooth: false,
  },
  {
    name: "cond",
    inputs: [{ shape: [3] }, { shape: [3] }],
    call: (x, y) =>
      ops.cond(
        ops.less(sum(x!), 0.3),
        () => ops.multiply(x!, y!),
        () => ops.sin(y!),
      ),
  },
];

/** Primitives without operands that could be mapped, and those whose result has a shape that depends on data. */
const NEVER: ReadonlySet<string> = new Set(["constant", "full", "iota", "nonzero", "unique"]);

const families = { numpy: NUMPY, nn: NN, math: MATH, linalg: LINALG, image: IMAGE, further: FURTHER };

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

it("uses the rule of every primitive", () => {
  expect(Object.keys(BATCH_RULES).filter((name) => !used.has(name) && !NEVER.has(name))).toEqual([]);
});
