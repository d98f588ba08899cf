import { dim, isComplex, isFloat, type Attrs, type Dim, type Shape, type Spec } from "@keras/ops";
import { binary, broadcast, dtypeOf, inSingle, limits, reshape, slice } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Fill, Val } from "../emit/value.ts";
import { padGeneral } from "./shape.ts";
import { isSame, widened, type Sides } from "./windows.ts";

interface PoolAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly Sides[];
}

/** One spatial axis is handled as two. */
function attrsOf(node: NodeLike): PoolAttrs {
  const { window, strides, padding } = node.attrs as unknown as PoolAttrs;
  return { window: widened(window, 1), strides: widened(strides, 1), padding: widened<Sides>(padding, [0, 0]) };
}

const wide = (shape: Shape): Shape => (shape.length === 3 ? [shape[0]!, 1, ...shape.slice(1)] : shape);
const widen = (e: Emitter, x: Val): Val => reshape(e, x, wide(x.shape));

/** Which of TensorFlow's rules of padding holds, or null where it must be written out. */
function paddingRule(input: Shape, { window, strides, padding }: PoolAttrs): "SAME" | "VALID" | null {
  if (padding.flat().every((d) => d === 0)) return "VALID";
  return window.every((w, i) => isSame(input[i + 1]!, w, strides[i]!, padding[i]!)) ? "SAME" : null;
}

function padded(e: Emitter, x: Val, { padding }: PoolAttrs, value: Fill): Val {
  const low: Dim[] = [0, ...padding.map((p) => p[0]), 0];
  const high: Dim[] = [0, ...padding.map((p) => p[1]), 0];
  return padGeneral(e, x, e.scalar(value, dtypeOf(x)), { low, high, interior: low.map(() => 0) });
}

const attributesOf = ({ window, strides }: PoolAttrs, padding: string): Record<string, number[] | string> => ({
  ksize: [1, ...window, 1],
  strides: [1, ...strides, 1],
  padding,
});

const operator = (name: string, { window }: PoolAttrs): string => (window.length === 3 ? `${name}3D` : name);

function maxPool(e: Emitter, x: Val, attrs: PoolAttrs, output: Shape): Val {
  const rule = paddingRule(x.shape, attrs);
  const input = rule ? x : padded(e, x, attrs, limits(dtypeOf(x))[0]);
  return e.op(operator("MaxPool", attrs), [input], attributesOf(attrs, rule ?? "VALID"), {
    dtype: x.dtype,
    shape: output,
  });
}

function maxPoolGrad(e: Emitter, x: Val, y: Val, g: Val, attrs: PoolAttrs): Val {
  const rule = paddingRule(x.shape, attrs);
  const input = rule ? x : padded(e, x, attrs, limits(dtypeOf(x))[0]);
  const result = { dtype: x.dtype, shape: input.shape };
  const gradient = e.op("MaxPoolGrad", [input, y, g], attributesOf(attrs, rule ?? "VALID"), result);
  return rule ? gradient : inner(e, gradient, x.shape, attrs);
}

/** What lies within the padding. */
function inner(e: Emitter, x: Val, shape: Shape, { padding }: PoolAttrs): Val {
  const axes = padding.map((_, i) => i + 1);
  const lows = padding.map((p) => p[0]);
  return slice(
    e,
    x,
    axes,
    lows,
    axes.map((axis, i) => dim.add(lows[i]!, shape[axis]!)),
  );
}

/** Means over windows that may reach into zeros, which count. */
function meanPool(e: Emitter, x: Val, attrs: PoolAttrs, rule: string, output: Shape): Val {
  return e.op(operator("AvgPool", attrs), [x], attributesOf(attrs, rule), { dtype: x.dtype, shape: output });
}

/** The share of each window that is not padding; where that varies by sizes that are not known, it is computed. */
function coverage(e: Emitter, x: Shape, like: Val, attrs: PoolAttrs, output: Shape): Val {
  const one = broadcast(e, e.scalar(1, dtypeOf(like)), [1, ...x.slice(1, -1), 1]);
  return meanPool(e, padded(e, one, attrs, 0), attrs, "VALID", [1, ...output.slice(1, -1), 1]);
}

function averagePool(e: Emitter, x: Val, attrs: PoolAttrs, output: Shape): Val {
  const rule = paddingRule(x.shape, attrs);
  if (rule) return meanPool(e, x, attrs, rule, output);
  const mean = meanPool(e, padded(e, x, attrs, 0), attrs, "VALID", output);
  return binary(e, "RealDiv", mean, coverage(e, x.shape, x, attrs, output));
}

function averagePoolGrad(e: Emitter, g: Val, attrs: PoolAttrs, input: Shape): Val {
  const rule = paddingRule(input, attrs);
  const whole = rule
    ? input
    : input.map((d, i) => (i > 0 && i < input.length - 1 ? dim.add(d, dim.add(...attrs.padding[i - 1]!)) : d));
  const shares = rule ? g : binary(e, "RealDiv", g, coverage(e, input, g, attrs, g.shape));
  const attributes = attributesOf(attrs, rule ?? "VALID");
  const name = attrs.window.length === 3 ? "AvgPool3DGrad" : "AvgPoolGrad";
  const gradient = e.op(name, [e.shape(whole), shares], attributes, { dtype: g.dtype, shape: whole });
  return rule ? gradient : inner(e, gradient, input, attrs);
}

const isSpatial3D = (attrs: Attrs): boolean => (attrs as unknown as PoolAttrs).window.length === 3;
const notCut = (attrs: Attrs): boolean =>
  (attrs as unknown as PoolAttrs).padding.flat().every((d) => !dim.isStatic(d) || d >= 0);
const floats = ([x]: readonly Spec[], attrs: Attrs): boolean =>
  isFloat(x!.dtype) && !x!.shape.includes(0) && notCut(attrs) && !(isSpatial3D(attrs) && x!.dtype === "float64");

export const pools: EmitterTable = {
  max_pool: {
    supports: ([x], attrs) =>
      !isComplex(x!.dtype) &&
      x!.dtype !== "bool" &&
      !x!.shape.includes(0) &&
      notCut(attrs) &&
      (!isSpatial3D(attrs) || (isFloat(x!.dtype) && x!.dtype !== "float64")),
    emit: (e, node, xs) => {
      const { shape } = node.outputs[0]!;
      const compute = (x: Val): Val => reshape(e, maxPool(e, widen(e, x), attrsOf(node), wide(shape)), shape);
      return inSingle(e, xs, ([x]) => compute(x!));
    },
  },
  max_pool_grad: {
    // In three dimensions TensorFlow gives to every maximum of a window, not to the first.
    supports: (specs, attrs) => floats(specs, attrs) && !isSpatial3D(attrs),
    emit: (e, node, xs) =>
      inSingle(e, xs, ([x, y, g]) =>
        reshape(e, maxPoolGrad(e, widen(e, x!), widen(e, y!), widen(e, g!), attrsOf(node)), x!.shape),
      ),
  },
  average_pool: {
    supports: floats,
    emit: (e, node, xs) => {
      const { shape } = node.outputs[0]!;
      return inSingle(e, xs, ([x]) => reshape(e, averagePool(e, widen(e, x!), attrsOf(node), wide(shape)), shape));
    },
  },
  average_pool_grad: {
    supports: floats,
    emit: (e, node, xs) => {
      const { shape } = node.outputs[0]!;
      return inSingle(e, xs, ([g]) => reshape(e, averagePoolGrad(e, widen(e, g!), attrsOf(node), wide(shape)), shape));
    },
  },
};
