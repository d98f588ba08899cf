// Gradients of every op, compiled on ONNX Runtime, are those of the reference engine, whose gradients are compared with numerical ones in
// the tests of each family.
import "../core/backend.ts";
import { describe, expect, it } from "vitest";
import { jit, setBackend, sum, vjp, multiply, toTensor, type Tensor } from "@keras/ops";
import { list, values } from "../every-op.ts";
import { CASES as IMAGE } from "../image/cases.ts";
import { CASES as LINALG } from "../linalg/cases.ts";
import { CASES as MATH } from "../math/cases.ts";
import { CASES as NN } from "../nn/cases.ts";
import { CASES as NUMPY, dtypeOf, type Case } from "../numpy/cases.ts";
import { flat, numbers, tensor } from "../numpy/support.ts";

const families = { numpy: NUMPY, nn: NN, math: MATH, linalg: LINALG, image: IMAGE };

/** Cotangents of the float operands for fixed cotangents of the float results. */
function gradients(c: Case, xs: readonly Tensor[]): Tensor[] {
  const loss = (...args: Tensor[]): Tensor => {
    const parts = list(c.call(...args)).filter((y) => y.dtype === "float32");
    return parts
      .map((y, k) => sum(multiply(y, tensor(numbers(y.shape, -1, 1, k + 7), y.shape))))
      .reduce((a, b) => a.add(b), toTensor(0, "float32"));
  };
  const [, pullback] = vjp(loss, xs);
  return pullback(toTensor(1, "float32")).filter((_, i) => xs[i]!.dtype === "float32");
}

const operands = (c: Case): Tensor[] =>
  c.inputs.map((input, i) => tensor(values(input, i + 1), input.shape, dtypeOf(input, "float32")));

describe.each(Object.entries(families))("%s", (_, cases) => {
  const smooth = cases.filter((c) => c.smooth !== false && c.traceable !== false);

  it.each(smooth)("gradients of $name are equal on both engines", async (c) => {
    await setBackend("ref");
    const wanted = await Promise.all(gradients(c, operands(c)).map(flat));
    await setBackend("onnx");
    const found = await Promise.all(jit((...xs: Tensor[]) => gradients(c, xs))(...operands(c)).map(flat));
    expect(found).toHaveLength(wanted.length);
    found.forEach((g, k) => {
      expect(g).toHaveLength(wanted[k]!.length);
      const scale = Math.max(1, ...wanted[k]!.map(Math.abs));
      g.forEach((x, i) => expect(x / scale, `operand ${k}, element ${i}`).toBeCloseTo(wanted[k]![i]! / scale, 3));
    });
  });
});
