import { lowerToOnnx, onnxSupports } from "@keras/lowering-onnx";
import { NDArray, type DType, type Graph } from "@keras/ops";
import ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { CASES, graphOf, type Case } from "../../lowering-onnx/test/cases.ts";
import { expectClose, generator, random, runOnRef } from "./kit.ts";

/** Runs a portable model in ONNX Runtime as any user would. */
async function runPortable(graph: Graph, inputs: readonly NDArray[]): Promise<NDArray[]> {
  const session = await ort.InferenceSession.create(lowerToOnnx(graph), { logSeverityLevel: 4 });
  const feeds = Object.fromEntries(
    inputs.map((x, i) => [`x${i}`, new ort.Tensor(x.dtype as "float32", x.values as Float32Array, x.shape)]),
  );
  const results = await session.run(Object.fromEntries(session.inputNames.map((n) => [n, feeds[n]!])));
  await session.release();
  return graph.outputs.map((o, i) => {
    const { data, dims } = results[`output_${i}`]!;
    return new NDArray(data as never, dims, o.dtype);
  });
}

/** Composites have no kernel: what they mean, in numbers. */
const COMPOSITES: Readonly<Record<string, (x: number, attrs: Record<string, number>) => number>> = {
  relu: (x) => Math.max(x, 0),
  square: (x) => x * x,
  softsign: (x) => x / (1 + Math.abs(x)),
  reciprocal: (x) => 1 / x,
  softplus: (x) => Math.log1p(Math.exp(x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  hard_sigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  hard_silu: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  elu: (x, { alpha }) => (x > 0 ? x : alpha! * Math.expm1(x)),
  leaky_relu: (x, { negativeSlope }) => (x >= 0 ? x : negativeSlope! * x),
};

function expected(c: Case, inputs: readonly NDArray[]): NDArray[] | null {
  const one = COMPOSITES[c.op];
  const spec = c.outputs[0] as { shape: readonly number[]; dtype: DType };
  if (one)
    return [
      new NDArray(
        Float32Array.from(inputs[0]!.values as Float32Array, (x) => one(x, c.attrs as Record<string, number>)),
        spec.shape,
        "float32",
      ),
    ];
  if (["gelu", "softmax", "log_softmax"].includes(c.op)) return null;
  return runOnRef({
    op: c.op,
    inputs,
    attrs: c.attrs,
    outputs: c.outputs as { shape: readonly number[]; dtype: DType }[],
  });
}

/** Ranges in which a function is defined. */
const RANGE: Readonly<Record<string, { low: number; high: number }>> = {
  log: { low: 0.1, high: 4 },
  sqrt: { low: 0, high: 4 },
  rsqrt: { low: 0.1, high: 4 },
  log1p: { low: -0.9, high: 4 },
  arcsin: { low: -1, high: 1 },
  arccos: { low: -1, high: 1 },
  arctanh: { low: -0.9, high: 0.9 },
  arccosh: { low: 1, high: 4 },
  erfinv: { low: -0.9, high: 0.9 },
  power: { low: 0, high: 3 },
  gather: { low: 0, high: 4 },
  gather_nd: { low: 0, high: 4 },
  scatter_nd: { low: 0, high: 4 },
  left_shift: { low: 0, high: 31 },
  right_shift: { low: 0, high: 31 },
  cast: { low: 0, high: 100 },
};

describe("portable models compute in ONNX Runtime what the reference backend does", () => {
  for (const c of CASES) {
    const supported = onnxSupports({ name: c.op, infer: () => [] }, c.inputs, c.attrs);
    // bfloat16 crosses no boundary of the JavaScript API, and neither does float16 where JavaScript has a Float16Array: the checker's
    // test runs those in Python.
    if (!supported || [...c.inputs, ...c.outputs].some((s) => s.dtype === "bfloat16" || s.dtype === "float16"))
      continue;
    it(`${c.name} ${JSON.stringify(c.attrs)}`, async () => {
      const next = generator(5);
      const inputs = c.inputs.map((s) => random(s.dtype, s.shape as readonly number[], next, RANGE[c.op]));
      const actual = await runPortable(graphOf(c), inputs);
      const wanted = expected(c, inputs);
      if (wanted) wanted.forEach((w, i) => expectClose(actual[i]!, w, 1e-5));
      else expect(Array.from(actual[0]!.values as Float32Array).every(Number.isFinite)).toBe(true);
    });
  }
  it("softmax sums to one", async () => {
    const c = CASES.find((x) => x.op === "softmax")!;
    const [y] = await runPortable(graphOf(c), [random("float32", [2, 5], generator(1))]);
    for (let k = 0; k < 5; k++) expect((y!.values[k] as number) + (y!.values[k + 5] as number)).toBeCloseTo(1, 6);
  });
});
