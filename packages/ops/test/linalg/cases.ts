import * as ops from "@keras/ops";
import type { Tensor } from "@keras/ops";
import type { Case, Input } from "../numpy/cases.ts";

const square: Input = { shape: [3, 3] };

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

/** A symmetric positive-definite matrix made of any. */
const positive = (x: Tensor): Tensor =>
  ops.add(ops.matmul(x, ops.swapaxes(x, -1, -2)), ops.eye(3, null, { dtype: x.dtype }));
/** A matrix that is far from singular. */
const regular = (x: Tensor): Tensor => ops.add(x, ops.multiply(ops.eye(x.shape.at(-1)!, null, { dtype: x.dtype }), 5));

export const CASES: readonly Case[] = [
  one("cholesky", shape(2, 3, 3), (x) => ops.cholesky(positive(x))),
  one("cholesky (upper)", square, (x) => ops.cholesky(positive(x), { upper: true })),
  one("choleskyInverse", square, (x) => ops.choleskyInverse(regular(x))),
  one("det", shape(2, 4, 4), (x) => ops.det(regular(x))),
  one("det (small)", shape(3, 3), ops.det),
  one("det (2 × 2)", shape(2, 2), ops.det),
  one("slogdet", shape(2, 3, 3), (x) => ops.slogdet(regular(x))[1]),
  one("logdet", square, (x) => ops.logdet(regular(x))),
  one("inv", shape(2, 3, 3), (x) => ops.inv(regular(x))),
  one("eigh", square, (x) => {
    const [w, v] = ops.eigh(positive(x));
    // The sign of an eigenvector is free.
    return [w, ops.square(v)];
  }),
  one("eigh (several)", shape(2, 3, 3), (x) => ops.square(ops.eigh(positive(x))[1])),
  one("luFactor", square, (x) => ops.luFactor(regular(x))[0]),
  one("luFactor (several)", shape(2, 3, 3), (x) => ops.luFactor(regular(x))[0]),
  one("luFactor (tall)", shape(4, 2), (x) => ops.luFactor(x)[0]),
  one("luFactor (wide)", shape(2, 4), (x) => ops.luFactor(x)[0]),
  one("qr", shape(4, 3), (x) => ops.qr(x)),
  one("qr (several)", shape(2, 3, 2), (x) => ops.qr(x)),
  one("qr (wide)", shape(2, 3), (x) => ops.qr(x)),
  one("svd", shape(3, 2), (x) => {
    const [u, s, v] = ops.svd(x, { fullMatrices: false });
    return [ops.square(u), s, ops.square(v)];
  }),
  one("svd (several)", shape(2, 2, 3), (x) => ops.square(ops.svd(x, { fullMatrices: false })[2])),
  one("svd (values)", shape(2, 3), (x) => ops.svd(x, { computeUv: false })),
  two("solve", square, shape(3), (a, b) => ops.solve(regular(a), b)),
  two("solve (several)", shape(2, 3, 3), shape(2, 3, 2), (a, b) => ops.solve(regular(a), b)),
  two("solveTriangular", square, shape(3, 2), (a, b) => ops.solveTriangular(regular(a), b, { lower: true })),
  two("solveTriangular (vector)", square, shape(3), (a, b) => ops.solveTriangular(regular(a), b)),
  two("lstsq", shape(4, 2), shape(4), ops.lstsq),
  one("pinv (several)", shape(2, 3, 2), ops.pinv),
  one("pinv", shape(3, 2), ops.pinv),
  one("matrixRank", square, ops.matrixRank, { smooth: false }),
  one("norm", shape(2, 3), ops.norm),
  one("norm (several)", shape(2, 3, 3), (x) => ops.norm(x, { ord: 2, axis: [1, 2] })),
  one("norm (vectors)", shape(2, 3), (x) => ops.norm(x, { ord: 3, axis: 0 })),
  one("norm (nuclear)", shape(2, 3), (x) => ops.norm(x, { ord: "nuc" })),
  one("norm (largest row)", shape(2, 3), (x) => ops.norm(x, { ord: Number.POSITIVE_INFINITY, axis: [0, 1] })),
];
