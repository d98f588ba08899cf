import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

/** A vector along the channels, which come second. */
const alongChannels = (v: T, rank: number): T => k.reshape(v, [1, v.shape[0]!, ...new Array<number>(rank - 2).fill(1)]);
const epsilon = (c: Call, x: T): T => k.cast(k.array(c.float("epsilon", 1e-5)), x.dtype);
const FLOAT32: ReadonlySet<string> = new Set(["float16", "bfloat16"]);
const wide = (x: T): T => (FLOAT32.has(x.dtype) ? k.cast(x, "float32") : x);

function batchNormalization(c: Call): T | T[] {
  const x = c.tensor(0);
  const rank = Math.max(x.ndim, 2);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => c.tensor(i)) as [T, T, T, T];
  const apply = (m: T, v: T): T => {
    const factor = k.multiply(k.rsqrt(k.add(v, epsilon(c, v))), scale);
    return k.cast(
      k.add(k.multiply(k.subtract(x, alongChannels(m, rank)), alongChannels(factor, rank)), alongChannels(bias, rank)),
      x.dtype,
    );
  };
  if (c.int("training_mode", 0) === 0) return apply(mean, variance);
  const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
  const [m, v] = [k.mean(x, { axis: axes }), k.var_(x, { axis: axes })];
  const momentum = k.float(c.float("momentum", 0.9));
  const moved = (old: T, now: T): T =>
    k.cast(k.add(k.multiply(old, momentum), k.multiply(now, k.subtract(k.float(1), momentum))), old.dtype);
  return [apply(m, v), moved(mean, m), moved(variance, v)];
}

/** Mean and variance over the last axes become 0 and 1. */
function layerNormalization(c: Call): T[] {
  const given = c.tensor(0);
  const x = wide(given);
  const axis = c.axis("axis", -1, x.ndim);
  const axes = x.shape.map((_, i) => i).slice(axis);
  const mean = k.mean(x, { axis: axes, keepdims: true });
  const centered = k.subtract(x, mean);
  const inverse = k.rsqrt(k.add(k.mean(k.square(centered), { axis: axes, keepdims: true }), epsilon(c, x)));
  const scaled = k.multiply(k.cast(k.multiply(centered, inverse), given.dtype), c.tensor(1));
  const bias = c.maybe(2);
  return [k.cast(bias ? k.add(scaled, bias) : scaled, given.dtype), mean, inverse];
}

function rmsNormalization(c: Call): T {
  const given = c.tensor(0);
  const x = wide(given);
  const axis = c.axis("axis", -1, x.ndim);
  const axes = x.shape.map((_, i) => i).slice(axis);
  const inverse = k.rsqrt(k.add(k.mean(k.square(x), { axis: axes, keepdims: true }), epsilon(c, x)));
  return k.multiply(k.cast(k.multiply(x, inverse), given.dtype), c.tensor(1));
}

function instanceNormalization(c: Call): T {
  const x = c.tensor(0);
  const axes = x.shape.map((_, i) => i).slice(2);
  const centered = k.subtract(x, k.mean(x, { axis: axes, keepdims: true }));
  const inverse = k.rsqrt(k.add(k.mean(k.square(centered), { axis: axes, keepdims: true }), epsilon(c, x)));
  return k.add(
    k.multiply(k.multiply(centered, inverse), alongChannels(c.tensor(1), x.ndim)),
    alongChannels(c.tensor(2), x.ndim),
  );
}

function groupNormalization(c: Call): T {
  const x = c.tensor(0);
  const groups = c.int("num_groups", 1);
  const channels = x.shape[1]!;
  const split = k.reshape(x, [x.shape[0]!, groups, channels / groups, ...x.shape.slice(2)]);
  const axes = split.shape.map((_, i) => i).slice(2);
  const centered = k.subtract(split, k.mean(split, { axis: axes, keepdims: true }));
  const inverse = k.rsqrt(k.add(k.mean(k.square(centered), { axis: axes, keepdims: true }), epsilon(c, x)));
  const normal = k.reshape(k.multiply(centered, inverse), x.shape);
  const perChannel = (v: T): T => alongChannels(v.shape[0] === channels ? v : k.repeat(v, channels / groups), x.ndim);
  return k.add(k.multiply(normal, perChannel(c.tensor(1))), perChannel(c.tensor(2)));
}

function lrn(c: Call): T {
  const x = c.tensor(0);
  const size = c.int("size", 1);
  const [low, high] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const padded = k.pad(
    k.square(x),
    x.shape.map((_, i): [number, number] => (i === 1 ? [low, high] : [0, 0])),
  );
  let sum: T | null = null;
  for (let i = 0; i < size; i++) {
    const part = k.getItem(padded, {}, { start: i, stop: i + x.shape[1]! });
    sum = sum ? k.add(sum, part) : part;
  }
  const base = k.add(k.multiply(sum!, k.float(c.float("alpha", 1e-4) / size)), k.float(c.float("bias", 1)));
  return k.divide(x, k.power(base, k.float(c.float("beta", 0.75))));
}

function lpNormalization(c: Call): T {
  const x = c.tensor(0);
  const axis = c.axis("axis", -1, x.ndim);
  const size =
    c.int("p", 2) === 1
      ? k.sum(k.abs(x), { axis, keepdims: true })
      : k.sqrt(k.sum(k.square(x), { axis, keepdims: true }));
  return k.where(k.equal(size, 0), k.zerosLike(x), k.divide(x, k.where(k.equal(size, 0), k.onesLike(size), size)));
}

export const normalizations: OperatorTable = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  LRN: lrn,
  LpNormalization: lpNormalization,
  MeanVarianceNormalization: (c) => {
    const x = c.tensor(0);
    const axis = c.ints("axes") ?? [0, 2, 3];
    const centered = k.subtract(x, k.mean(x, { axis, keepdims: true }));
    return k.divide(centered, k.add(k.sqrt(k.mean(k.square(centered), { axis, keepdims: true })), k.float(1e-9)));
  },
};
