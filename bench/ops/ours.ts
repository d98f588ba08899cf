import * as ops from "@keras/ops";
import type { OpName } from "./cases.ts";

type Apply = (...operands: ops.Tensor[]) => ops.Tensor;

const last = { axis: -1 } as const;

/** The ops of the bench here. */
export const OURS: Readonly<Record<OpName, Apply>> = {
  add: (x, y) => ops.add(x, y),
  biasAdd: (x, b) => ops.add(x, b),
  multiply: (x, y) => ops.multiply(x, y),
  divide: (x, y) => ops.divide(x, y),
  maximum: (x, y) => ops.maximum(x, y),
  power: (x, y) => ops.power(x, y),
  greater: (x, y) => ops.greater(x, y),
  where: (c, x, y) => ops.where(c, x, y),
  exp: (x) => ops.exp(x),
  log: (x) => ops.log(x),
  sqrt: (x) => ops.sqrt(x),
  tanh: (x) => ops.tanh(x),
  sigmoid: (x) => ops.sigmoid(x),
  relu: (x) => ops.relu(x),
  gelu: (x) => ops.gelu(x, { approximate: false }),
  erf: (x) => ops.erf(x),
  clip: (x) => ops.clip(x, -1, 1),
  cast: (x) => ops.cast(x, "int32"),
  sum: (x) => ops.sum(x),
  mean: (x) => ops.mean(x, last),
  max: (x) => ops.max(x, { axis: 0 }),
  argmax: (x) => ops.argmax(x, last),
  variance: (x) => ops.var(x, last),
  logsumexp: (x) => ops.logsumexp(x, last),
  cumsum: (x) => ops.cumsum(x, last),
  sort: (x) => ops.sort(x, last),
  topK: (x) => ops.topK(x, 8)[0],
  softmax: (x) => ops.softmax(x, last),
  layerNormalization: (x, gamma, beta) => ops.layerNormalization(x, { gamma, beta, epsilon: 1e-5 }),
  transpose: (x) => ops.transpose(x),
  concatenate: (x, y) => ops.concatenate([x, y], last),
  pad: (x) =>
    ops.pad(x, [
      [1, 1],
      [2, 2],
    ]),
  slice: (x) => ops.slice(x, [1, 2], [x.shape[0]! / 2, x.shape[1]! / 2]),
  take: (x, indices) => ops.take(x, indices, { axis: 0 }),
  oneHot: (indices) => ops.oneHot(indices, 1024),
  matmul: (x, y) => ops.matmul(x, y),
  batchMatmul: (x, y) => ops.matmul(x, y),
  attention: (q, k, v) => {
    const scores = ops.multiply(ops.matmul(q, ops.swapaxes(k, -1, -2)), q.shape.at(-1)! ** -0.5);
    return ops.matmul(ops.softmax(scores, last), v);
  },
  conv: (x, kernel) => ops.conv(x, kernel, { padding: "same" }),
  maxPool: (x) => ops.maxPool(x, 2, { strides: 2 }),
};
