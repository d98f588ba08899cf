import "./adapter.ts";
import * as ops from "@keras/ops";
import { getBackend, Graph, GraphNode, GraphValue, NDArray, type Tensor } from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";
import { webGpuBackend } from "../src/index.ts";
import { planOf, type Plan } from "../src/steps.ts";

beforeAll(() => ops.setBackend("webgpu"));

const LIMITS = { maxBindings: 8, sharing: true };
const zeros = (...shape: number[]): Tensor =>
  ops.toTensor(new NDArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, "float32"));

/** What a compiled function becomes: the kinds of its steps. */
async function stepsOf(f: (...xs: Tensor[]) => Tensor, ...xs: Tensor[]): Promise<string[]> {
  const backend = getBackend("webgpu") as { compile: typeof webGpuBackend.compile };
  const { compile } = backend;
  let plan: Plan | undefined;
  backend.compile = (graph) => {
    plan = planOf(graph, LIMITS);
    return compile(graph);
  };
  try {
    await ops
      .jit(f)(...xs)
      .data();
  } finally {
    backend.compile = compile;
  }
  return plan!.steps.map((step) => step.kind);
}

describe("what is computed together", () => {
  it("a chain of elementwise ops is one shader", async () => {
    const f = (x: Tensor): Tensor => ops.tanh(ops.multiply(ops.add(ops.exp(x), 1), ops.sigmoid(x)));
    expect(await stepsOf(f, zeros(4, 5))).toEqual(["shader"]);
  });
  it("so is a product of matrices with bias and activation", async () => {
    const f = (x: Tensor, w: Tensor, b: Tensor): Tensor => ops.relu(ops.add(ops.matmul(x, w), b));
    expect(await stepsOf(f, zeros(32, 20), zeros(20, 24), zeros(24))).toEqual(["shader"]);
    expect(await stepsOf(f, zeros(3, 20), zeros(20, 4), zeros(4))).toEqual(["shader"]);
  });
  it("and a convolution, and a reduction with what it reads and what comes after", async () => {
    const conv = (x: Tensor, k: Tensor, b: Tensor): Tensor => ops.relu(ops.add(ops.conv(x, k), b));
    expect(await stepsOf(conv, zeros(1, 8, 8, 3), zeros(3, 3, 3, 4), zeros(4))).toEqual(["shader"]);
    const norm = (x: Tensor): Tensor => ops.sqrt(ops.add(ops.sum(ops.square(x), { axis: 1 }), 1e-6));
    expect(await stepsOf(norm, zeros(4, 600))).toEqual(["shader"]);
  });
  it("a value that several shaders need is stored once", async () => {
    // The maximum, the exponentials' sum, and their quotient.
    expect((await stepsOf((x) => ops.softmax(x), zeros(6, 7))).length).toBeLessThanOrEqual(4);
  });
  it("views cost nothing", async () => {
    const f = (x: Tensor, y: Tensor): Tensor =>
      ops.add(ops.reshape(ops.transpose(x), [2, 10]), ops.flip(y, { axis: 0 }));
    expect(await stepsOf(f, zeros(5, 4), zeros(2, 10))).toEqual(["shader"]);
  });
  it("what the GPU cannot do is a step on the host", async () => {
    const f = (x: Tensor): Tensor => ops.add(ops.multiply(ops.qr(ops.add(x, 1))[0], 2), 1);
    expect(await stepsOf(f, zeros(3, 3))).toEqual(["shader", "host", "shader"]);
  });
});

describe("shaders have limits", () => {
  it("one that reads too much is cut", () => {
    const spec = { shape: [4], dtype: "float32" } as const;
    const add = { name: "add", infer: () => [spec] };
    const inputs = Array.from({ length: 30 }, (_, i) => new GraphValue(spec, null, i));
    const nodes: GraphNode[] = [];
    let sum = inputs[0]!;
    for (const x of inputs.slice(1)) {
      nodes.push(new GraphNode(add, [sum, x], {}, [spec]));
      sum = nodes.at(-1)!.outputs[0]!;
    }
    const roles = inputs.map((value, i) => ({ role: "argument", value, name: `x${i}` }) as const);
    const { steps } = planOf(new Graph(roles, nodes, [sum]), LIMITS);
    expect(steps.length).toBeGreaterThan(3);
    expect(steps.length).toBeLessThan(15);
    for (const step of steps) if (step.kind === "shader") expect(step.shader.leaves.length).toBeLessThan(8);
  });
});
