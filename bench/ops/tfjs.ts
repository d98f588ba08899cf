import * as tf from "@tensorflow/tfjs-core";
import type { OpName } from "./cases.ts";

type Apply = (...operands: never[]) => tf.Tensor;
type T2 = tf.Tensor2D;
type T4 = tf.Tensor4D;

const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

/** The ops of the bench as TensorFlow.js has them, or is usually asked for them. */
export const TFJS: Readonly<Partial<Record<OpName, Apply>>> = {
  add: (x: tf.Tensor, y: tf.Tensor) => tf.add(x, y),
  biasAdd: (x: tf.Tensor, b: tf.Tensor) => tf.add(x, b),
  multiply: (x: tf.Tensor, y: tf.Tensor) => tf.mul(x, y),
  divide: (x: tf.Tensor, y: tf.Tensor) => tf.div(x, y),
  maximum: (x: tf.Tensor, y: tf.Tensor) => tf.maximum(x, y),
  power: (x: tf.Tensor, y: tf.Tensor) => tf.pow(x, y),
  greater: (x: tf.Tensor, y: tf.Tensor) => tf.greater(x, y),
  where: (c: tf.Tensor, x: tf.Tensor, y: tf.Tensor) => tf.where(c, x, y),
  exp: (x: tf.Tensor) => tf.exp(x),
  log: (x: tf.Tensor) => tf.log(x),
  sqrt: (x: tf.Tensor) => tf.sqrt(x),
  tanh: (x: tf.Tensor) => tf.tanh(x),
  sigmoid: (x: tf.Tensor) => tf.sigmoid(x),
  relu: (x: tf.Tensor) => tf.relu(x),
  gelu,
  erf: (x: tf.Tensor) => tf.erf(x),
  clip: (x: tf.Tensor) => tf.clipByValue(x, -1, 1),
  cast: (x: tf.Tensor) => tf.cast(x, "int32"),
  sum: (x: tf.Tensor) => tf.sum(x),
  mean: (x: tf.Tensor) => tf.mean(x, -1),
  max: (x: tf.Tensor) => tf.max(x, 0),
  argmax: (x: tf.Tensor) => tf.argMax(x, -1),
  variance: (x: tf.Tensor) => tf.moments(x, -1).variance,
  logsumexp: (x: tf.Tensor) => tf.logSumExp(x, -1),
  cumsum: (x: tf.Tensor) => tf.cumsum(x, 1),
  topK: (x: tf.Tensor) => tf.topk(x, 8).values,
  softmax: (x: tf.Tensor) => tf.softmax(x, -1),
  layerNormalization: (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), gamma), beta);
  },
  transpose: (x: tf.Tensor) => tf.transpose(x),
  concatenate: (x: T2, y: T2) => tf.concat([x, y], -1),
  pad: (x: T2) =>
    tf.pad(x, [
      [1, 1],
      [2, 2],
    ]),
  slice: (x: T2) => tf.slice(x, [1, 2], [x.shape[0] / 2, x.shape[1] / 2]),
  take: (x: tf.Tensor, indices: tf.Tensor1D) => tf.gather(x, indices, 0),
  oneHot: (indices: tf.Tensor1D) => tf.oneHot(indices, 1024, 1, 0, "float32"),
  matmul: (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y),
  batchMatmul: (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y),
  attention: (q: T4, k: T4, v: T4) =>
    tf.matMul(tf.softmax(tf.mul(tf.matMul(q, k, false, true), q.shape[3] ** -0.5), -1), v),
  conv: (x: T4, kernel: T4) => tf.conv2d(x, kernel, 1, "same"),
  maxPool: (x: T4) => tf.maxPool(x, 2, 2, "valid"),
};
