import { dim, isFloat, type Dim, type GraphNode, type Shape, type Spec } from "@keras/ops";
import { binary, broadcast, pad, padGeneral, reshape, reverse, transpose } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/ir.ts";
import type { EmitterTable } from "../emit/table.ts";

/** A convolution: channels last, kernel [...spatial, channels / groups, filters]. */
interface ConvAttrs {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
  readonly groups: number;
}

const toFirst = (rank: number): number[] => [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
const toLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];

function conv(e: Emitter, given: Val, kernel: Val, attrs: ConvAttrs, output: Shape): Val {
  const rank = given.shape.length;
  const plain =
    attrs.padding.flat().every((d) => dim.isStatic(d) && d >= 0) && attrs.inputDilation.every((d) => d === 1);
  const each = (side: 0 | 1): Dim[] => [0, ...attrs.padding.map((p) => p[side]), 0];
  const zero = e.scalar(0, given.dtype);
  const x = plain
    ? given
    : padGeneral(e, given, zero, each(0), each(1), [0, ...attrs.inputDilation.map((d) => d - 1), 0]);
  const pads = (side: 0 | 1): string => attrs.padding.map((p) => (plain ? p[side] : 0)).join(",");
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i);
  const [inner, filters] = [kernel.shape.at(-2) as number, kernel.shape.at(-1) as number];
  const data = {
    strides: attrs.strides.join(","),
    dilations: attrs.kernelDilation.join(","),
    pads_begin: pads(0),
    pads_end: pads(1),
    auto_pad: "explicit",
  };
  const order = toFirst(rank);
  const result = { dtype: x.dtype, shape: order.map((i) => output[i]!) };
  const image = transpose(e, x, order);
  const weights = transpose(e, kernel, [rank - 1, rank - 2, ...spatial]);
  if (attrs.groups === 1) return transpose(e, e.op("Convolution", [image, weights], result, data), toLast(rank));
  const grouped = reshape(e, weights, [attrs.groups, filters / attrs.groups, inner, ...kernel.shape.slice(0, -2)]);
  return transpose(e, e.op("GroupConvolution", [image, grouped], result, data), toLast(rank));
}

const spread = (size: Dim, dilation: number): Dim => dim.add(dim.mul(dim.sub(size, 1), dilation), 1);

/** The transposed convolution: the spread gradient with the flipped kernel, channels exchanged within each group. */
function inputGrad(e: Emitter, g: Val, kernel: Val, attrs: ConvAttrs, input: Shape): Val {
  const axes = attrs.strides.map((_, i) => i);
  const padding = axes.map((i): readonly [Dim, Dim] => {
    const reach = ((kernel.shape[i] as number) - 1) * attrs.kernelDilation[i]! + 1;
    const low = dim.sub(reach - 1, attrs.padding[i]![0]);
    const high = dim.sub(
      dim.add(spread(input[i + 1]!, attrs.inputDilation[i]!), reach - 1),
      dim.add(spread(g.shape[i + 1]!, attrs.strides[i]!), low),
    );
    return [low, high];
  });
  const turned = { ...attrs, strides: attrs.inputDilation, inputDilation: attrs.strides, padding };
  return conv(e, g, exchange(e, reverse(e, kernel, axes), attrs.groups), turned, input);
}

/** [..., c / groups, f] → [..., f / groups, c]. */
function exchange(e: Emitter, kernel: Val, groups: number): Val {
  const rank = kernel.shape.length;
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i);
  if (groups === 1) return transpose(e, kernel, [...spatial, rank - 1, rank - 2]);
  const sizes = kernel.shape.slice(0, -2);
  const [inner, outer] = [kernel.shape.at(-2) as number, (kernel.shape.at(-1) as number) / groups];
  const moved = transpose(e, reshape(e, kernel, [...sizes, inner, groups, outer]), [
    ...spatial,
    rank,
    rank - 1,
    rank - 2,
  ]);
  return reshape(e, moved, [...sizes, outer, groups * inner]);
}

interface PoolAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
}

function pool(e: Emitter, node: GraphNode, x: Val, type: "MaxPool" | "AvgPool"): Val {
  const attrs = node.attrs as unknown as PoolAttrs;
  const output = node.outputs[0]!.shape;
  if (attrs.padding.flat().every((d) => dim.isStatic(d))) return poolLayer(e, x, type, attrs, output);
  // Amounts of padding that depend on unknown sizes are added beforehand; what is added never wins, and is not counted.
  const each = (side: 0 | 1): Dim[] => [0, ...attrs.padding.map((p) => p[side]), 0];
  const bare = { ...attrs, padding: attrs.padding.map((): [number, number] => [0, 0]) };
  const padded = (v: Val, value: number): Val => pad(e, v, each(0), each(1), e.scalar(value, v.dtype));
  if (type === "MaxPool") return poolLayer(e, padded(x, Number.NEGATIVE_INFINITY), type, bare, output);
  const one = (shape: Shape): Shape => [1, ...shape.slice(1, -1), 1];
  const ones = padded(broadcast(e, e.scalar(1, x.dtype), one(x.shape)), 0);
  return binary(
    e,
    "Divide",
    poolLayer(e, padded(x, 0), type, bare, output),
    poolLayer(e, ones, type, bare, one(output)),
  );
}

function poolLayer(
  e: Emitter,
  x: Val,
  type: "MaxPool" | "AvgPool",
  { window, strides, padding }: PoolAttrs,
  output: Shape,
): Val {
  const rank = x.shape.length;
  const order = toFirst(rank);
  const data = {
    kernel: window.join(","),
    strides: strides.join(","),
    pads_begin: padding.map((p) => p[0]).join(","),
    pads_end: padding.map((p) => p[1]).join(","),
    rounding_type: "floor",
    auto_pad: "explicit",
    ...(type === "AvgPool" ? { "exclude-pad": true } : {}),
  };
  const result = { dtype: x.dtype, shape: order.map((i) => output[i]!) };
  return transpose(e, e.op(type, [transpose(e, x, order)], result, data), toLast(rank));
}

const floats = ([x]: readonly Spec[]): boolean => isFloat(x!.dtype);
const attrsOf = (node: GraphNode): ConvAttrs => node.attrs as unknown as ConvAttrs;

export const convolutions: EmitterTable = {
  conv: { supports: floats, emit: (e, node, [x, k]) => conv(e, x!, k!, attrsOf(node), node.outputs[0]!.shape) },
  conv_input_grad: {
    supports: floats,
    emit: (e, node, [g, k]) => inputGrad(e, g!, k!, attrsOf(node), node.outputs[0]!.shape),
  },
  max_pool: { supports: floats, emit: (e, node, [x]) => pool(e, node, x!, "MaxPool") },
  average_pool: { supports: floats, emit: (e, node, [x]) => pool(e, node, x!, "AvgPool") },
};
