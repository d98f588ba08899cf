import "@keras/backend-ref";
import { add, array, grad, ones, sum, type Tensor, type TensorLike } from "@keras/ops";
import { expect, test } from "vitest";
import * as losses from "../src/index.ts";

type Fn = (yTrue: TensorLike, yPred: TensorLike) => Tensor;

const regression: readonly (readonly [string, Fn])[] = [
  ["meanSquaredError", losses.meanSquaredError],
  ["meanAbsoluteError", losses.meanAbsoluteError],
  // In percent of targets that are not 0.
  ["meanAbsolutePercentageError", (t, p) => losses.meanAbsolutePercentageError(add(t, 0.5), p)],
  ["meanSquaredLogarithmicError", losses.meanSquaredLogarithmicError],
  ["logCosh", losses.logCosh],
  ["huber", (t, p) => losses.huber(t, p, { delta: 0.3 })],
  ["cosineSimilarity", (t, p) => losses.cosineSimilarity(t, p)],
  ["poisson", losses.poisson],
  ["klDivergence", losses.klDivergence],
  ["hinge", losses.hinge],
  ["squaredHinge", losses.squaredHinge],
  ["categoricalHinge", losses.categoricalHinge],
  ["binaryCrossentropy", (t, p) => losses.binaryCrossentropy(t, p, { labelSmoothing: 0.1 })],
  ["binaryCrossentropy of logits", (t, p) => losses.binaryCrossentropy(t, p, { fromLogits: true })],
  ["binaryFocalCrossentropy", (t, p) => losses.binaryFocalCrossentropy(t, p, { applyClassBalancing: true })],
  ["categoricalCrossentropy", (t, p) => losses.categoricalCrossentropy(t, p)],
  ["categoricalCrossentropy of logits", (t, p) => losses.categoricalCrossentropy(t, p, { fromLogits: true })],
  ["categoricalFocalCrossentropy", (t, p) => losses.categoricalFocalCrossentropy(t, p)],
  ["dice", (t, p) => losses.dice(t, p)],
  ["tversky", (t, p) => losses.tversky(t, p, { alpha: 0.3, beta: 0.7 })],
];

const targets = [
  [0, 1, 0],
  [1, 0, 0],
];
const scores = [0.21, 0.62, 0.17, 0.55, 0.13, 0.32];

/** Central differences of the sum of the losses. */
async function numerical(
  fn: (p: Tensor) => Tensor,
  at: readonly number[],
  shape: readonly number[],
): Promise<number[]> {
  const h = 1e-2;
  const total = async (flat: readonly number[]): Promise<number> =>
    Number(await sum(fn(reshapeTo(flat, shape))).item());
  const out: number[] = [];
  for (let i = 0; i < at.length; i++) {
    const [up, down] = [h, -h].map((d) => at.map((x, j) => (j === i ? x + d : x)));
    out.push(((await total(up!)) - (await total(down!))) / (2 * h));
  }
  return out;
}

function reshapeTo(flat: readonly number[], shape: readonly number[]): Tensor {
  const width = shape.at(-1)!;
  return array(Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width)));
}

test.each(regression)("gradient of %s equals the numerical one", async (_, fn) => {
  const exact = (await grad((p: Tensor) => sum(fn(targets, p)))(reshapeTo(scores, [2, 3])).data()) as Float32Array;
  const rough = await numerical((p) => fn(targets, p), scores, [2, 3]);
  Array.from(exact).forEach((g, i) =>
    expect(Math.abs(g - rough[i]!)).toBeLessThan(2e-2 * Math.max(1, Math.abs(rough[i]!))),
  );
});

test("gradients of sparse cross-entropy, ctc and circle equal the numerical ones", async () => {
  const cases: readonly (readonly [(p: Tensor) => Tensor, readonly number[], readonly number[]])[] = [
    [(p) => losses.sparseCategoricalCrossentropy([2, 0], p, { fromLogits: true, ignoreClass: null }), scores, [2, 3]],
    [(p) => losses.sparseCategoricalCrossentropy([2, 0], p, { fromLogits: true, ignoreClass: 2 }), scores, [2, 3]],
    [(p) => losses.circle([0, 0, 1], p, { gamma: 1 }), [0.6, 0.8, 0.8, 0.6, 1, 0.1], [3, 2]],
  ];
  for (const [fn, at, shape] of cases) {
    const exact = Array.from((await grad((p: Tensor) => sum(fn(p)))(reshapeTo(at, shape)).data()) as Float32Array);
    const rough = await numerical(fn, at, shape);
    exact.forEach((g, i) => expect(Math.abs(g - rough[i]!)).toBeLessThan(2e-2));
  }
});

test("the gradient of ctc sums to 0 over the classes and pulls to the label", async () => {
  const g = await grad((p: Tensor) => sum(losses.ctc([[1, 2]], p)))(ones([1, 4, 3])).array<3>();
  for (const step of g[0]!) expect(step.reduce((a, b) => Number(a) + Number(b), 0)).toBeCloseTo(0, 5);
  expect(Number(g[0]![0]![1])).toBeLessThan(0);
  expect(Number(g[0]![3]![2])).toBeLessThan(0);
});

test("extreme logits and probabilities give finite losses and gradients", async () => {
  const extreme = array([[1000, -1000]]);
  const fns: readonly Fn[] = [
    (t, p) => losses.binaryCrossentropy(t, p, { fromLogits: true }),
    (t, p) => losses.categoricalCrossentropy(t, p, { fromLogits: true }),
    losses.logCosh,
  ];
  for (const fn of fns) {
    expect(Number.isFinite(await sum(fn([[0, 1]], extreme)).item())).toBe(true);
    for (const g of (await grad((p: Tensor) => sum(fn([[0, 1]], p)))(extreme).data()) as Float32Array)
      expect(Number.isFinite(g)).toBe(true);
  }
  const certain = array([[0, 1]]);
  for (const fn of [losses.binaryCrossentropy, losses.categoricalCrossentropy, losses.klDivergence] as readonly Fn[]) {
    for (const g of (await grad((p: Tensor) => sum(fn([[1, 0]], p)))(certain).data()) as Float32Array)
      expect(Number.isFinite(g)).toBe(true);
  }
});
