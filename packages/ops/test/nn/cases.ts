import * as ops from "@keras/ops";
import type { Tensor } from "@keras/ops";
import type { Case, Input } from "../numpy/cases.ts";

const m: Input = { shape: [2, 3] };
const probabilities: Input = { shape: [2, 3], low: 0.1, high: 0.9 };
const image: Input = { shape: [1, 4, 5, 2] };
const first: Input = { shape: [1, 2, 4, 5] };
const labels: Input = { shape: [2], low: 0, high: 3, kind: "int" };

const one = (
  name: string,
  input: Input,
  call: (x: Tensor) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({
  name,
  inputs: [input],
  call: call as Case["call"],
  ...extra,
});
const of = (
  name: string,
  inputs: readonly Input[],
  call: (...xs: [Tensor, Tensor, Tensor, Tensor, Tensor]) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({
  name,
  inputs,
  call: call as unknown as Case["call"],
  ...extra,
});
const shape = (...sizes: number[]): Input => ({ shape: sizes });

export const CASES: readonly Case[] = [
  one("relu", m, ops.relu),
  one("relu6", m, ops.relu6),
  one("sigmoid", m, ops.sigmoid),
  one("sparseSigmoid", m, ops.sparseSigmoid),
  one("softplus", m, ops.softplus),
  one("softsign", m, ops.softsign),
  one("softShrink", m, (x) => ops.softShrink(x, { threshold: 0.3 })),
  one("hardShrink", m, (x) => ops.hardShrink(x, { threshold: 0.3 })),
  one("sparsePlus", m, ops.sparsePlus),
  one("silu", m, ops.silu),
  one("squareplus", m, (x) => ops.squareplus(x, { b: 2 })),
  one("logSigmoid", m, ops.logSigmoid),
  one("leakyRelu", m, (x) => ops.leakyRelu(x, { negativeSlope: 0.1 })),
  one("hardSigmoid", m, ops.hardSigmoid),
  one("hardSilu", m, ops.hardSilu),
  one("elu", m, (x) => ops.elu(x, { alpha: 0.7 })),
  one("selu", m, ops.selu),
  one("gelu", m, ops.gelu),
  one("gelu (exact)", m, (x) => ops.gelu(x, { approximate: false }), { coarse: true }),
  one("celu", m, (x) => ops.celu(x, { alpha: 0.7 })),
  one("glu", shape(2, 4), (x) => ops.glu(x, { axis: 1 })),
  one("tanhShrink", m, ops.tanhShrink),
  one("hardTanh", m, ops.hardTanh),
  one("threshold", m, (x) => ops.threshold(x, 0.2, -1)),
  one("softmax", m, ops.softmax),
  one("softmax (several axes)", shape(2, 3, 2), (x) => ops.softmax(x, { axis: [0, 2] })),
  one("logSoftmax", m, ops.logSoftmax),
  one("sparsemax", m, ops.sparsemax),
  one("oneHot", labels, (x) => ops.oneHot(x, 3), { smooth: false }),
  one("multiHot", { ...labels, shape: [2, 2] }, (x) => ops.multiHot(x, { numClasses: 3, dtype: "int32" }), {
    smooth: false,
  }),
  one("moments", m, (x) => ops.moments(x, 1)),
  one("normalize", m, ops.normalize),
  one("normalize (order 3)", m, (x) => ops.normalize(x, { order: 3, axis: 0 })),
  of(
    "batchNormalization",
    [m, shape(3), { shape: [3], low: 0.3, high: 2 }, shape(3), shape(3)],
    (x, mean, variance, offset, scale) =>
      ops.batchNormalization(x, mean, variance, -1, { offset, scale, epsilon: 1e-2 }),
  ),
  of("layerNormalization", [shape(2, 3, 2), shape(3, 2), shape(3, 2)], (x, gamma, beta) =>
    ops.layerNormalization(x, { gamma, beta, axis: [1, 2], epsilon: 1e-2 }),
  ),
  of("rmsNormalization", [m, shape(3)], (x, scale) => ops.rmsNormalization(x, { scale, epsilon: 1e-2 })),
  of("binaryCrossentropy", [probabilities, probabilities], (t, y) => ops.binaryCrossentropy(t, y)),
  of("binaryCrossentropy (logits)", [probabilities, m], (t, y) => ops.binaryCrossentropy(t, y, { fromLogits: true })),
  of("categoricalCrossentropy", [probabilities, probabilities], (t, y) => ops.categoricalCrossentropy(t, y)),
  of("categoricalCrossentropy (logits)", [probabilities, m], (t, y) =>
    ops.categoricalCrossentropy(t, y, { fromLogits: true }),
  ),
  of("sparseCategoricalCrossentropy", [labels, probabilities], (t, y) => ops.sparseCategoricalCrossentropy(t, y)),
  of("sparseCategoricalCrossentropy (logits)", [labels, m], (t, y) =>
    ops.sparseCategoricalCrossentropy(t, y, { fromLogits: true }),
  ),
  of("psnr", [m, m], (a, b) => ops.psnr(a, ops.multiply(b, 0.5), 2)),
  of("conv", [image, shape(2, 3, 2, 2)], (x, k) => ops.conv(x, k, { padding: "same", dataFormat: "channels_last" })),
  of("conv (strided, dilated, in groups)", [shape(1, 6, 7, 4), shape(2, 2, 2, 2)], (x, k) =>
    ops.conv(x, k, { dilationRate: [2, 1], padding: "valid", strides: [1, 2], dataFormat: "channels_last" }),
  ),
  of("conv (one axis, channels first)", [shape(2, 3, 5), shape(2, 3, 2)], (x, k) =>
    ops.conv(x, k, { strides: 2, padding: "same", dataFormat: "channels_first" }),
  ),
  of("conv (three axes)", [shape(1, 2, 3, 2, 1), shape(2, 2, 1, 1, 2)], (x, k) =>
    ops.conv(x, k, { dataFormat: "channels_last" }),
  ),
  of("depthwiseConv", [image, shape(2, 2, 2, 2)], (x, k) =>
    ops.depthwiseConv(x, k, { padding: "same", dataFormat: "channels_last" }),
  ),
  of("separableConv", [first, shape(2, 2, 2, 1), shape(1, 1, 2, 3)], (x, d, p) =>
    ops.separableConv(x, d, p, { strides: 2, dataFormat: "channels_first" }),
  ),
  of("convTranspose", [shape(1, 2, 3, 2), shape(3, 2, 2, 2)], (x, k) =>
    ops.convTranspose(x, k, { strides: 2, padding: "same", dataFormat: "channels_last" }),
  ),
  of("convTranspose (valid, channels first)", [shape(1, 2, 3), shape(2, 2, 2)], (x, k) =>
    ops.convTranspose(x, k, { strides: 3, outputPadding: 1, dataFormat: "channels_first" }),
  ),
  one("maxPool", image, (x) => ops.maxPool(x, 2, { strides: 1, padding: "same", dataFormat: "channels_last" })),
  one("maxPool (channels first)", first, (x) => ops.maxPool(x, [2, 3], { dataFormat: "channels_first" })),
  one("averagePool", image, (x) =>
    ops.averagePool(x, [2, 3], { strides: 2, padding: "same", dataFormat: "channels_last" }),
  ),
  one("averagePool (channels first)", first, (x) => ops.averagePool(x, 2, { dataFormat: "channels_first" })),
  one("adaptiveAveragePool", image, (x) => ops.adaptiveAveragePool(x, [3, 2], { dataFormat: "channels_last" })),
  one("adaptiveMaxPool", first, (x) => ops.adaptiveMaxPool(x, 3, { dataFormat: "channels_first" })),
  one("unfold", first, (x) => ops.unfold(x, 2, { padding: 1, stride: 2, dilation: 2 })),
  one("fold", shape(1, 8, 6), (x) => ops.fold(x, [3, 4], 2)),
  one("depthToSpace", shape(1, 2, 2, 4), (x) => ops.depthToSpace(x, 2)),
  one("spaceToDepth", shape(1, 1, 4, 2), (x) => ops.spaceToDepth(x, 2, { dataFormat: "channels_first" })),
  of(
    "dotProductAttention",
    [shape(1, 2, 4, 3), shape(1, 3, 2, 3), shape(1, 3, 2, 3), shape(1, 4, 2, 3)],
    (q, k, v, bias) => ops.dotProductAttention(q, k, v, { bias, isCausal: true }),
    { coarse: true },
  ),
  of(
    "ctcLoss",
    [
      { shape: [2, 2], low: 1, high: 3, kind: "int" },
      shape(2, 4, 3),
      { shape: [2], low: 1, high: 3, kind: "int" },
      { shape: [2], low: 3, high: 5, kind: "int" },
    ],
    (t, y, tl, yl) => ops.ctcLoss(t, y, tl, yl),
  ),
  of("ctcDecode", [shape(2, 4, 3), { shape: [2], low: 2, high: 5, kind: "int" }], (x, n) => ops.ctcDecode(x, n)),
  of(
    "ctcDecode (beam search)",
    [shape(2, 4, 3), { shape: [2], low: 2, high: 5, kind: "int" }],
    (x, n) => ops.ctcDecode(x, n, { strategy: "beam_search", beamWidth: 4, topPaths: 2 }),
    {
      smooth: false,
    },
  ),
];
