import { beforeEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  binaryCrossentropy,
  cast,
  categoricalCrossentropy,
  ctcDecode,
  ctcLoss,
  depthToSpace,
  dotProductAttention,
  DTypeError,
  fold,
  grad,
  layerNormalization,
  logSigmoid,
  logSoftmax,
  logsumexp,
  moments,
  oneHot,
  ones,
  relu,
  relu6,
  repeat,
  reshape,
  ShapeError,
  softmax,
  softplus,
  spaceToDepth,
  sparseCategoricalCrossentropy,
  sum,
  unfold,
  UnsupportedError,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "../numpy/support.ts";

beforeEach(useReference);

const slope = (f: (x: Tensor) => Tensor, at: readonly number[]): Promise<number[]> =>
  flat(grad((x: Tensor) => sum(f(x)))(tensor(at, [at.length])));

describe("gradients at kinks are JAX's", () => {
  it("0 for relu at 0, for relu6 at 0 and 6", async () => {
    expect(await slope(relu, [-1, 0, 1])).toEqual([0, 0, 1]);
    expect(await slope(relu6, [-1, 0, 1, 6, 7])).toEqual([0, 0, 1, 0, 0]);
  });
});

describe("large numbers", () => {
  it("do not overflow", async () => {
    expect(await flat(softmax([1000, 0]))).toEqual([1, 0]);
    expect(await flat(logSoftmax([1000, 0]))).toEqual([0, -1000]);
    expect(await flat(softplus([-1000, 1000]))).toEqual([0, 1000]);
    expect(await flat(logSigmoid([-1000, 1000]))).toEqual([-1000, -0]);
    expect(await logsumexp([-1000, -1000]).item()).toBeCloseTo(-1000 + Math.LN2, 3);
    expect(await flat(binaryCrossentropy([0, 1], [-1000, -1000], { fromLogits: true }))).toEqual([0, 1000]);
    expect(await flat(categoricalCrossentropy([[0, 1]], [[1000, 0]], { fromLogits: true }))).toEqual([1000]);
  });

  it("do not spoil gradients", async () => {
    expect(await slope(softplus, [-1000, 1000])).toEqual([0, 1]);
    expect(await slope((x) => binaryCrossentropy([0, 1], x, { fromLogits: true }), [1000, -1000])).toEqual([1, -1]);
    expect(await slope((x) => sparseCategoricalCrossentropy(1, x, { fromLogits: true }), [1000, 0])).toEqual([1, -1]);
  });

  it("infinite ones stay in logsumexp", async () => {
    expect(await logsumexp([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]).item()).toBe(Number.NEGATIVE_INFINITY);
    expect(await logsumexp([Number.POSITIVE_INFINITY, 0]).item()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("half precision", () => {
  it("is summed in float32", async () => {
    const x = cast(ones([3000]), "float16");
    const [mean, variance] = moments(x, 0);
    expect([await flat(cast(mean, "float32")), await flat(cast(variance, "float32")), mean.dtype]).toEqual([
      [1],
      [0],
      "float16",
    ]);
    expect(layerNormalization(x).dtype).toBe("float16");
  });
});

describe("crossentropies", () => {
  it("of an index that is no class is 0", async () => {
    const loss = sparseCategoricalCrossentropy(
      [-1, 5],
      [
        [0, 0],
        [0, 0],
      ],
      { fromLogits: true },
    );
    expect((await flat(loss)).map(Math.abs)).toEqual([0, 0]);
  });

  it("agree between indices and vectors, along any axis", async () => {
    const y = tensor(numbers([2, 3, 4], 0.1, 1), [2, 3, 4]);
    const t = tensor([0, 2, 1, 1, 0, 2, 2, 0], [2, 4], "int32");
    const sparse = await flat(sparseCategoricalCrossentropy(t, y, { axis: 1 }));
    const dense = await flat(categoricalCrossentropy(oneHot(t, 3, { axis: 1 }), y, { axis: 1 }));
    sparse.forEach((x, i) => expect(x).toBeCloseTo(dense[i]!, 6));
  });
});

describe("attention", () => {
  it("does not look ahead when causal, nor where the mask forbids", async () => {
    const v = tensor([1, 2, 3], [1, 3, 1, 1]);
    const q = ones([1, 3, 1, 1]);
    const [a, b, c] = await flat(dotProductAttention(q, q, v, { isCausal: true }));
    [a, b, c].forEach((x, i) => expect(x).toBeCloseTo([1, 1.5, 2][i]!, 6));
    const masked = await flat(dotProductAttention(q, q, v, { mask: [[[true, false, true]]] }));
    masked.forEach((x) => expect(x).toBeCloseTo(2, 6));
  });

  it("shares key heads among groups of query heads", async () => {
    const [q, k] = [tensor(numbers([1, 2, 4, 3]), [1, 2, 4, 3]), tensor(numbers([1, 2, 2, 3], -1, 1, 3), [1, 2, 2, 3])];
    // Each key head twice.
    const repeated = repeat(k, 2, { axis: 2 });
    expect(await flat(dotProductAttention(q, k, k))).toEqual(await flat(dotProductAttention(q, repeated, repeated)));
  });
});

describe("connectionist temporal classification", () => {
  it("adds up all alignments", async () => {
    // Two steps, one label: "1-", "-1" and "11" of four equally likely pairs.
    const loss = ctcLoss(tensor([1], [1, 1], "int32"), tensor([0, 0, 0, 0], [1, 2, 2]), [1], [2]);
    expect(await loss.item()).toBeCloseTo(-Math.log(3 / 4), 5);
  });

  it("finds labels that no single best path spells", async () => {
    // Best path: blank, blank. Best label: 1, by three alignments.
    const x = tensor([Math.log(0.6), Math.log(0.4), Math.log(0.6), Math.log(0.4)], [1, 2, 2]);
    const [greedy] = ctcDecode(x, [2]);
    const [beams, scores] = ctcDecode(x, [2], { strategy: "beam_search", beamWidth: 3, topPaths: 2 });
    expect(await flat(greedy)).toEqual([-1, -1]);
    expect(await flat(beams)).toEqual([1, -1, -1, -1]);
    (await flat(scores)).forEach((s, i) => expect(s).toBeCloseTo(Math.log([0.64, 0.36][i]!), 5));
  });
});

describe("windows", () => {
  it("of unfold, laid back by fold, count how often each pixel is seen", async () => {
    expect(await flat(fold(unfold(ones([1, 1, 3, 3]), 2), 3, 2))).toEqual([1, 2, 1, 2, 4, 2, 1, 2, 1]);
  });

  it("of spaceToDepth and depthToSpace undo each other", async () => {
    const x = tensor(numbers([2, 4, 6, 3]), [2, 4, 6, 3]);
    expect(await flat(depthToSpace(spaceToDepth(x, 2), 2))).toEqual(await flat(x));
    const y = reshape(x, [2, 3, 4, 6]);
    expect(
      await flat(
        depthToSpace(spaceToDepth(y, 2, { dataFormat: "channels_first" }), 2, { dataFormat: "channels_first" }),
      ),
    ).toEqual(await flat(y));
  });
});

describe("wrong arguments", () => {
  it.each([
    ["softmax of a scalar", () => softmax(1), ArgumentError],
    ["softmax along a missing axis", () => softmax([1, 2], 1), ArgumentError],
    ["softmax of booleans", () => softmax([true, false]), DTypeError],
    ["crossentropies of unequal shapes", () => categoricalCrossentropy([[1, 0]], [[1, 0, 0]]), ShapeError],
    [
      "too many targets",
      () =>
        sparseCategoricalCrossentropy(
          [1, 1, 1],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      ShapeError,
    ],
    ["a fraction of a class", () => oneHot([1], 2.5), ArgumentError],
    ["sparse vectors", () => oneHot([1], 2, { sparse: true }), UnsupportedError],
    ["moments over replicas", () => moments([1], 0, { synchronized: true }), UnsupportedError],
    [
      "heads that do not divide",
      () => dotProductAttention(ones([1, 2, 3, 4]), ones([1, 2, 2, 4]), ones([1, 2, 2, 4])),
      ShapeError,
    ],
    [
      "a mask of another length",
      () => dotProductAttention(ones([1, 2, 1, 4]), ones([1, 2, 1, 4]), ones([1, 2, 1, 4]), { mask: ones([3, 3]) }),
      ShapeError,
    ],
    ["a block of 1", () => depthToSpace(ones([1, 2, 2, 4]), 1), ArgumentError],
    ["channels that make no block", () => depthToSpace(ones([1, 2, 2, 3]), 2), ShapeError],
    ["an unknown strategy", () => ctcDecode(ones([1, 2, 3]), [2], { strategy: "best" as never }), ArgumentError],
    [
      "more paths than beams",
      () => ctcDecode(ones([1, 2, 3]), [2], { strategy: "beam_search", beamWidth: 1, topPaths: 2 }),
      ArgumentError,
    ],
    ["a weight of another size", () => layerNormalization(ones([2, 3]), { gamma: ones([2]) }), ShapeError],
  ])("%s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});
