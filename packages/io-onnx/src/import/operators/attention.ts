import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

/** [batch, length, heads · size] → [batch, heads, length, size]. */
function heads(x: T, count: number): T {
  if (x.ndim === 4) return x;
  const [batch, length, width] = x.shape as readonly [number, number, number];
  return k.transpose(k.reshape(x, [batch, length, count, width / count]), [0, 2, 1, 3]);
}

/** Scaled dot-product attention, as ONNX has it: masks, causality, groups of queries, a cache of past keys, soft caps. */
function attend(c: Call): (T | null)[] {
  if (c.int("left_window_size", -1) !== -1 || c.int("right_window_size", -1) !== -1)
    throw new k.UnsupportedError("attention within a window is not known here");
  const [q, keys, values] = [c.tensor(0), c.tensor(1), c.tensor(2)];
  const flat = q.ndim === 3;
  const queries = heads(q, c.int("q_num_heads", 1));
  let key = heads(keys, c.int("kv_num_heads", 1));
  let value = heads(values, c.int("kv_num_heads", 1));
  const [pastKey, pastValue] = [c.maybe(4), c.maybe(5)];
  if (pastKey) key = k.concatenate([pastKey, key], { axis: 2 });
  if (pastValue) value = k.concatenate([pastValue, value], { axis: 2 });
  const [presentKey, presentValue] = [key, value];
  const repeats = (queries.shape[1] as number) / (key.shape[1] as number);
  if (repeats > 1) {
    key = k.repeat(key, repeats, { axis: 1 });
    value = k.repeat(value, repeats, { axis: 1 });
  }
  const scale =
    c.has("scale") && c.float("scale", 0) !== 0 ? c.float("scale", 0) : 1 / Math.sqrt(queries.shape.at(-1)!);
  const root = k.cast(k.array(Math.sqrt(scale)), queries.dtype);
  const products = k.matmul(k.multiply(queries, root), k.multiply(k.swapaxes(key, -1, -2), root));
  const softcap = c.float("softcap", 0);
  const capped = softcap > 0 ? k.multiply(k.tanh(k.divide(products, k.float(softcap))), k.float(softcap)) : products;
  const bias = maskOf(c, capped, pastKey ? pastKey.shape[2]! : 0);
  const masked = bias ? k.add(capped, k.cast(bias, capped.dtype)) : capped;
  const precise =
    c.int("softmax_precision", 0) === 1 && masked.dtype !== "float32" ? k.cast(masked, "float32") : masked;
  const scores = k.cast(k.softmax(precise, { axis: -1 }), capped.dtype);
  // Rows in which nothing may be seen give zeros.
  const blind = bias ? k.all(k.isneginf(masked), { axis: -1, keepdims: true }) : null;
  const weights = blind ? k.where(blind, k.zerosLike(scores), scores) : scores;
  const y = k.matmul(weights, value);
  const [batch, count, length, size] = y.shape as readonly [number, number, number, number];
  const mode = c.int("qk_matmul_output_mode", 0);
  const shown = [products, capped, masked, weights][mode]!;
  return [
    flat ? k.reshape(k.transpose(y, [0, 2, 1, 3]), [batch, length, count * size]) : y,
    presentKey,
    presentValue,
    shown,
  ];
}

/** What is added to the products: -∞ where a query must not look. */
function maskOf(c: Call, products: T, past: number): T | null {
  const [length, total] = [products.shape[2]!, products.shape[3]!];
  const given = c.maybe(3);
  let bias: T | null = null;
  const never = k.float(Number.NEGATIVE_INFINITY);
  const barred = (allowed: T): T => k.where(allowed, k.float(0), never) as T;
  if (given) {
    bias = given.dtype === "bool" ? barred(given) : given;
    const missing = total - bias.shape.at(-1)!;
    if (missing > 0) {
      const widths = bias.shape.map((_, i): [number, number] => (i === bias!.ndim - 1 ? [0, missing] : [0, 0]));
      bias = k.pad(bias, widths, { constantValues: k.cast(k.array(Number.NEGATIVE_INFINITY), bias.dtype) });
    }
  }
  const columns = k.arange(total, { dtype: "int32" });
  const used = c.maybe(6);
  if (c.int("is_causal", 0) === 1) {
    const rowsAt = k.expandDims(k.arange(length, { dtype: "int32" }), -1);
    const shift: T = used
      ? k.reshape(k.subtract(k.cast(used, "int32"), length), [-1, 1, 1, 1])
      : k.cast(k.array(past), "int32");
    const causal = barred(k.lessEqual(columns, k.add(rowsAt, shift)));
    bias = bias ? k.add(bias, k.cast(causal, bias.dtype)) : causal;
  }
  if (used) {
    const inside = barred(k.less(columns, k.reshape(k.cast(used, "int32"), [-1, 1, 1, 1])));
    bias = bias ? k.add(bias, k.cast(inside, bias.dtype)) : inside;
  }
  return bias;
}

function rotary(c: Call): T {
  const given = c.tensor(0);
  const count = c.int("num_heads", 0);
  const flat = given.ndim === 3;
  const x = flat
    ? k.reshape(given, [given.shape[0]!, given.shape[1]!, count, given.shape[2]! / count])
    : k.transpose(given, [0, 2, 1, 3]);
  const size = x.shape.at(-1)!;
  const turned = c.int("rotary_embedding_dim", 0) || size;
  const positions = c.maybe(3);
  const table = (i: number): T => {
    const t = positions ? k.take(c.tensor(i), positions, { axis: 0 }) : c.tensor(i);
    return k.expandDims(t, 2);
  };
  const [cos, sin] = [table(1), table(2)];
  const front = k.getItem(x, "..." as never, { stop: turned });
  const rest = k.getItem(x, "..." as never, { start: turned });
  const half = turned / 2;
  const interleaved = c.int("interleaved", 0) === 1;
  const pick = (i: number): T =>
    interleaved ? k.getItem(front, "..." as never, { start: i, step: 2 }) : part(front, i, half);
  const [a, b] = [pick(0), pick(1)];
  const [real, imaginary] = [
    k.subtract(k.multiply(cos, a), k.multiply(sin, b)),
    k.add(k.multiply(sin, a), k.multiply(cos, b)),
  ];
  const joined = interleaved
    ? k.reshape(k.stack([real, imaginary], { axis: -1 }), front.shape)
    : k.concatenate([real, imaginary], { axis: -1 });
  const y = turned < size ? k.concatenate([joined, rest], { axis: -1 }) : joined;
  return flat ? k.reshape(y, given.shape) : k.transpose(y, [0, 2, 1, 3]);
}

const part = (x: T, i: number, n: number): T => k.getItem(x, "..." as never, { start: i * n, stop: (i + 1) * n });

export const attention: OperatorTable = { Attention: (c) => attend(c) as T[], RotaryEmbedding: rotary };
