import { dim, UnsupportedError, type Attrs, type Dim, type GraphNode, type Shape, type Spec } from "@keras/ops";
import { binary, matmul, reduce, reshape, reverse, slice, transpose } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import { isSingle } from "../kernels.ts";
import { canUseColumns, columns, columnsBytes } from "./columns.ts";
import { padGeneral } from "./shape.ts";

/** A convolution: channels last, kernel [...spatial, channels / groups, filters]. */
export interface ConvAttrs {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
  readonly groups: number;
}

const attrsOf = (node: GraphNode): ConvAttrs => node.attrs as unknown as ConvAttrs;

/** Bytes of columns up to which a convolution is a matrix product over them; beyond, ONNX's operator needs less memory. */
const MAX_COLUMNS = 96 * 2 ** 20;

const firstToLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
const lastToFirst = (rank: number): number[] => [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];

/** Spreads the input and applies padding that ONNX's Conv cannot: symbolic or negative amounts. */
function prepared(e: Emitter, x: Val, attrs: ConvAttrs): { x: Val; pads: readonly number[] } {
  const sides = attrs.padding.flat();
  const plain = sides.every((d) => dim.isStatic(d) && d >= 0);
  const dilated = attrs.inputDilation.some((d) => d > 1);
  const each = (pick: (p: readonly [Dim, Dim]) => Dim): Dim[] => [
    0,
    ...attrs.padding.map((p) => (plain ? 0 : pick(p))),
    0,
  ];
  const zero = e.scalar(0, x.dtype);
  const interior = [0, ...attrs.inputDilation.map((d) => d - 1), 0];
  const ready =
    plain && !dilated ? x : padGeneral(e, x, zero, { low: each((p) => p[0]), high: each((p) => p[1]), interior });
  const pads = plain ? [...attrs.padding.map((p) => p[0]), ...attrs.padding.map((p) => p[1])] : sides.map(() => 0);
  return { x: ready, pads: pads as readonly number[] };
}

function convOperator(e: Emitter, input: Val, kernel: Val, attrs: ConvAttrs, output: Shape): Val {
  const rank = input.shape.length;
  const { x, pads } = prepared(e, input, attrs);
  const weights = transpose(e, kernel, [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)]);
  const attributes = {
    kernel_shape: kernel.shape.slice(0, -2) as readonly number[],
    strides: attrs.strides,
    dilations: attrs.kernelDilation,
    group: attrs.groups,
    pads,
  };
  const order = lastToFirst(rank);
  const result = { dtype: x.dtype, shape: order.map((a) => output[a]!) };
  return transpose(e, e.op("Conv", [transpose(e, x, order), weights], attributes, result), firstToLast(rank));
}

/** A kernel of one place that moves one step at a time: a matrix product over channels. */
function isPointwise(kernelShape: Shape, attrs: ConvAttrs): boolean {
  const one = [...kernelShape.slice(0, -2), ...attrs.strides, ...attrs.inputDilation].every((d) => d === 1);
  return one && attrs.groups === 1 && attrs.padding.flat().every((d) => d === 0);
}

function conv(e: Emitter, x: Val, kernel: Val, attrs: ConvAttrs, output: Shape): Val {
  const rank = x.shape.length;
  const [inner, filters] = [kernel.shape.at(-2)!, kernel.shape.at(-1)!];
  if (isPointwise(kernel.shape, attrs)) return matmul(e, x, reshape(e, kernel, [inner, filters]));
  if (
    !e.isRuntime ||
    attrs.groups !== 1 ||
    !canUseColumns(x, attrs) ||
    columnsBytes(x, kernel.shape, output) > MAX_COLUMNS
  ) {
    return convOperator(e, x, kernel, attrs, output);
  }
  const size = dim.product(kernel.shape.slice(0, -1));
  const product = matmul(e, columns(e, x, kernel.shape, attrs, output), reshape(e, kernel, [size, filters]));
  return reshape(e, product, [x.shape[0]!, ...output.slice(1, rank)]);
}

/**
 * The cotangent of a convolution's input: a convolution of the spread gradient with the flipped kernel, input and output channels
 * exchanged within each group.
 */
function inputGrad(e: Emitter, g: Val, kernel: Val, attrs: ConvAttrs, input: Shape): Val {
  const axes = attrs.strides.map((_, i) => i);
  const padding = axes.map((i): readonly [Dim, Dim] => {
    const reach = ((kernel.shape[i] as number) - 1) * attrs.kernelDilation[i]! + 1;
    const low = dim.sub(reach - 1, attrs.padding[i]![0]);
    const spreadInput = spreadSize(input[i + 1]!, attrs.inputDilation[i]!);
    const spreadOutput = spreadSize(g.shape[i + 1]!, attrs.strides[i]!);
    return [low, dim.sub(dim.add(spreadInput, reach - 1), dim.add(spreadOutput, low))];
  });
  const turned = {
    strides: attrs.inputDilation,
    padding,
    inputDilation: attrs.strides,
    kernelDilation: attrs.kernelDilation,
    groups: attrs.groups,
  };
  return conv(e, g, exchangeChannels(e, reverse(e, kernel, axes), attrs.groups), turned, input);
}

const spreadSize = (size: Dim, dilation: number): Dim => dim.add(dim.mul(dim.sub(size, 1), dilation), 1);

/** [..., c / groups, f] → [..., f / groups, c]. */
function exchangeChannels(e: Emitter, kernel: Val, groups: number): Val {
  const rank = kernel.shape.length;
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i);
  if (groups === 1) return transpose(e, kernel, [...spatial, rank - 1, rank - 2]);
  const sizes = kernel.shape.slice(0, -2);
  const inner = kernel.shape.at(-2) as number;
  const outer = (kernel.shape.at(-1) as number) / groups;
  const split = reshape(e, kernel, [...sizes, inner, groups, outer]);
  const moved = transpose(e, split, [...spatial, rank, rank - 1, rank - 2]);
  return reshape(e, moved, [...sizes, outer, groups * inner]);
}

/** Rows of columns that one partial product takes: enough parts for all threads and for the caches, few enough to add up cheaply. */
function chunksOf(rows: number): number {
  for (const chunks of [16, 8, 32, 4, 2]) if (rows % chunks === 0 && rows / chunks >= 256) return chunks;
  return 1;
}

/** columnsᵀ · g, by chunks of rows: one long product over the rows would leave threads and caches idle. */
function transposedProduct(e: Emitter, cols: Val, g: Val): Val {
  const [rows, width] = cols.shape as [Dim, number];
  const filters = g.shape[1] as number;
  const chunks = dim.isStatic(rows) && e.isRuntime ? chunksOf(rows) : 1;
  if (chunks === 1) return e.op("Gemm", [cols, g], { transA: 1 }, { dtype: cols.dtype, shape: [width, filters] });
  const part = (rows as number) / chunks;
  const operands = [reshape(e, cols, [chunks, part, width]), reshape(e, g, [chunks, part, filters])];
  const result = { dtype: cols.dtype, shape: [chunks, width, filters] };
  return reduce(e, "ReduceSum", e.op("FusedMatMul", operands, { transA: 1 }, result, "com.microsoft"), [0], false);
}

/** The cotangent of a convolution's kernel. */
function kernelGrad(e: Emitter, x: Val, g: Val, attrs: ConvAttrs, kernelShape: Shape): Val {
  const spatial = kernelShape.slice(0, -2) as readonly number[];
  const filters = kernelShape.at(-1) as number;
  const kernelSize = spatial.reduce((n, d) => n * d, 1);
  const channels = x.shape.at(-1) as number;
  const rows = dim.product(g.shape.slice(0, -1));
  const flat = reshape(e, g, [rows, filters]);
  if (isPointwise(kernelShape, attrs)) {
    return reshape(e, transposedProduct(e, reshape(e, x, [rows, channels]), flat), kernelShape);
  }
  if (!canUseColumns(x, attrs)) return kernelGradOperator(e, x, g, attrs, kernelShape);
  const parts = batchParts(x, columnsBytes(x, kernelShape, g.shape) * attrs.groups);
  const products = parts.map(([from, to]) => {
    const [xs, gs] = parts.length === 1 ? [x, g] : [slice(e, x, [0], [from], [to]), slice(e, g, [0], [from], [to])];
    const n = dim.product(gs.shape.slice(0, -1));
    const cols = columns(e, xs, [...spatial, channels, filters], attrs, gs.shape);
    if (attrs.groups === 1) return transposedProduct(e, cols, reshape(e, gs, [n, filters]));
    return groupedProduct(e, reshape(e, cols, [n, kernelSize, channels]), reshape(e, gs, [n, filters]), attrs.groups);
  });
  return reshape(
    e,
    products.reduce((a, b) => binary(e, "Add", a, b)),
    kernelShape,
  );
}

/** columnsᵀ · g within each group of channels: [rows, k, c], [rows, f] → [k, c / groups, f]. */
function groupedProduct(e: Emitter, cols: Val, g: Val, groups: number): Val {
  const [rows, kernelSize, channels] = cols.shape as [Dim, number, number];
  const filters = g.shape[1] as number;
  const [inner, outer] = [channels / groups, filters / groups];
  const left = transpose(e, reshape(e, cols, [rows, kernelSize, groups, inner]), [2, 1, 3, 0]);
  const right = transpose(e, reshape(e, g, [rows, groups, outer]), [1, 0, 2]);
  const product = matmul(e, reshape(e, left, [groups, kernelSize * inner, rows]), right);
  const placed = transpose(e, reshape(e, product, [groups, kernelSize, inner, outer]), [1, 2, 0, 3]);
  return reshape(e, placed, [kernelSize, inner, filters]);
}

/** Ranges of the batch whose columns are small enough to exist at once. */
function batchParts(x: Val, bytes: number): readonly (readonly [number, number])[] {
  const batch = x.shape[0]!;
  if (!dim.isStatic(batch) || bytes <= MAX_COLUMNS || batch <= 1) return [[0, batch as number]];
  const parts = Math.min(batch, Math.ceil(bytes / MAX_COLUMNS));
  const step = Math.ceil(batch / parts);
  return Array.from(
    { length: Math.ceil(batch / step) },
    (_, i) => [i * step, Math.min(batch, (i + 1) * step)] as const,
  );
}

/**
 * The kernel's cotangent as a convolution: batch and channels change roles, and so do strides and dilation. Without groups; for sizes
 * that are not known.
 */
function kernelGradOperator(e: Emitter, input: Val, g: Val, attrs: ConvAttrs, kernelShape: Shape): Val {
  if (attrs.groups !== 1)
    throw new UnsupportedError("the kernel gradient of a grouped convolution needs fixed spatial sizes", {
      op: "conv_kernel_grad",
    });
  const rank = input.shape.length;
  const { x, pads } = prepared(e, input, attrs);
  const swap = [rank - 1, 0, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
  const attributes = {
    kernel_shape: g.shape.slice(1, -1) as readonly number[],
    strides: attrs.kernelDilation,
    dilations: attrs.strides,
    group: 1,
    pads,
  };
  const spatial = attrs.strides.map((_, i) => {
    const reach = dim.add(dim.mul(dim.sub(g.shape[i + 1]!, 1), attrs.strides[i]!), 1);
    const size = dim.add(x.shape[i + 1]!, pads[i]! + pads[i + attrs.strides.length]!);
    return dim.add(dim.floordiv(dim.sub(size, reach), attrs.kernelDilation[i]!), 1);
  });
  const shape = [input.shape.at(-1)!, kernelShape.at(-1)!, ...spatial];
  const result = e.op("Conv", [transpose(e, x, swap), transpose(e, g, swap)], attributes, { dtype: x.dtype, shape });
  const last = transpose(e, result, [...spatial.map((_, i) => i + 2), 0, 1]);
  const axes = spatial.map((_, i) => i);
  return slice(
    e,
    last,
    axes,
    axes.map(() => 0),
    axes.map((i) => kernelShape[i]!),
  );
}

/** float32 alone: ONNX Runtime has no convolution of doubles. */
const single = ([x]: readonly Spec[]): boolean => isSingle(x!.dtype);

const fixed = (shape: Shape): boolean => shape.slice(1, -1).every((d) => dim.isStatic(d));

export const convolutions: EmitterTable = {
  conv: {
    rounds: true,
    supports: single,
    emit: (e, node, [x, kernel]) => conv(e, x!, kernel!, attrsOf(node), node.outputs[0]!.shape),
  },
  conv_input_grad: {
    rounds: true,
    supports: single,
    emit: (e, node, [g, kernel]) => inputGrad(e, g!, kernel!, attrsOf(node), node.outputs[0]!.shape),
  },
  conv_kernel_grad: {
    rounds: true,
    supports: (specs: readonly Spec[], attrs: Attrs) =>
      single(specs) && ((attrs as unknown as ConvAttrs).groups === 1 || fixed(specs[0]!.shape)),
    emit: (e, node, [x, g]) => kernelGrad(e, x!, g!, attrsOf(node), node.outputs[0]!.shape),
  },
};
