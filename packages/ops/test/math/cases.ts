import * as ops from "@keras/ops";
import type { Tensor } from "@keras/ops";
import type { Case, Input } from "../numpy/cases.ts";

const m: Input = { shape: [2, 3] };
const unit: Input = { shape: [2, 3], low: -0.8, high: 0.8 };
const ids: Input = { shape: [4], low: 0, high: 2, kind: "int" };
const rows: Input = { shape: [4, 2] };

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
const two = (
  name: string,
  a: Input,
  b: Input,
  call: (x: Tensor, y: Tensor) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({
  name,
  inputs: [a, b],
  call: call as Case["call"],
  ...extra,
});
const shape = (...sizes: number[]): Input => ({ shape: sizes });

export const CASES: readonly Case[] = [
  one("erf", m, ops.erf, { coarse: true }),
  one("erfc", m, ops.erfc, { coarse: true }),
  one("erfinv", unit, ops.erfinv, { coarse: true }),
  one("logsumexp", m, (x) => ops.logsumexp(x, { axis: 1, keepdims: true })),
  one("topK", m, (x) => ops.topK(x, 2)),
  two("inTopK", { shape: [2], low: 0, high: 3, kind: "int" }, m, (t, y) => ops.inTopK(t, y, 2), { smooth: false }),
  two("segmentSum", rows, ids, (x, s) => ops.segmentSum(x, s, { numSegments: 2 })),
  two("segmentMax", rows, ids, (x, s) => ops.segmentMax(x, s, { numSegments: 2 })),
  two("segmentMin", rows, ids, (x, s) => ops.segmentMin(x, s, { numSegments: 2 })),
  two("segmentProd", rows, ids, (x, s) => ops.segmentProd(x, s, { numSegments: 2 })),
  two("cdist", shape(2, 3), shape(4, 3), ops.cdist),
  one("extractSequences", shape(2, 6), (x) => ops.extractSequences(x, 3, 2)),
  two("fft", shape(2, 4), shape(2, 4), (re, im) => ops.fft([re, im])),
  two("fft2", shape(3, 4), shape(3, 4), (re, im) => ops.fft2([re, im])),
  two("ifft2", shape(3, 4), shape(3, 4), (re, im) => ops.ifft2([re, im])),
  one("rfft", shape(2, 5), (x) => ops.rfft(x, { fftLength: 6 })),
  two("irfft", shape(2, 3), shape(2, 3), (re, im) => ops.irfft([re, im], { fftLength: 5 })),
  one("stft", shape(10), (x) => ops.stft(x, 4, 2, 5)),
  two("istft", shape(3, 4), shape(3, 4), (re, im) => ops.istft([re, im], 4, 2, 6)),
  one("viewAsComplex", shape(3, 2), (x) => ops.viewAsReal(ops.viewAsComplex(x))),
];
