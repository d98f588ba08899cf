import { dim, isFloat, type Dim, type GraphNode, type Shape, type Spec } from "@keras/ops";
import type { Emitter, Val } from "../emit/emitter.ts";
import { binary, broadcast, padGeneral, reshape, reverse, transpose } from "../emit/ops.ts";
import { OPTIONS } from "../emit/schema.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

/** A convolution: channels last, kernel [...spatial, channels / groups, filters]. */
interface ConvAttrs {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
  readonly groups: number;
}

type Sides = readonly (readonly [Dim, Dim])[];
type Pair = readonly [number, number];

/** Which of the operators' two ways of padding these amounts are; null for neither. */
function paddingKind(
  sizes: readonly Dim[],
  reach: readonly number[],
  strides: readonly number[],
  padding: Sides,
): "valid" | "same" | null {
  if (padding.flat().every((d) => d === 0)) return "valid";
  const isSame = padding.every(([low, high], i) => {
    const [size, r, s] = [sizes[i]!, reach[i]!, strides[i]!];
    if (!dim.isStatic(size))
      return s === 1 && low === Math.floor((r - 1) / 2) && high === r - 1 - Math.floor((r - 1) / 2);
    const total = Math.max(0, (Math.ceil(size / s) - 1) * s + r - size);
    return low === Math.floor(total / 2) && high === total - Math.floor(total / 2);
  });
  return isSame ? "same" : null;
}

/** An image with one spatial axis gets a second one. */
const withRow = (e: Emitter, x: Val): Val => reshape(e, x, [x.shape[0]!, 1, ...x.shape.slice(1)]);

function conv(e: Emitter, given: Val, kernel: Val, attrs: ConvAttrs, output: Shape): Val {
  const spatial = given.shape.length - 2;
  const sizes = kernel.shape.slice(0, -2) as readonly number[];
  const reach = sizes.map((k, i) => (k - 1) * attrs.kernelDilation[i]! + 1);
  const isPlain = attrs.inputDilation.every((d) => d === 1);
  const kind = isPlain ? paddingKind(given.shape.slice(1, -1), reach, attrs.strides, attrs.padding) : null;
  const each = (side: 0 | 1): Dim[] => [0, ...attrs.padding.map((p) => p[side]), 0];
  const x =
    kind === null
      ? padGeneral(e, given, e.scalar(0, given.dtype), each(0), each(1), [
          0,
          ...attrs.inputDilation.map((d) => d - 1),
          0,
        ])
      : given;
  const same = kind === "same";
  const result = { dtype: x.dtype, shape: output };
  // These operators want a bias; that of the layer is added by itself.
  const bias = e.numbers(
    new Array<number>(kernel.shape.at(-1) as number).fill(0),
    [kernel.shape.at(-1) as number],
    x.dtype,
  );
  if (spatial === 3) return e.op("CONV_3D", [x, kernel, null], result, OPTIONS.conv3d(same, attrs.strides as never));
  const flat = spatial === 1;
  const image = flat ? withRow(e, x) : x;
  const pair = (values: readonly number[]): Pair => (flat ? [1, values[0]!] : (values as unknown as Pair));
  const [strides, dilations] = [pair(attrs.strides), pair(attrs.kernelDilation)];
  const shape = flat ? [output[0]!, 1, ...output.slice(1)] : output;
  const channels = x.shape.at(-1) as number;
  const filters = kernel.shape.at(-1) as number;
  const isDepthwise = attrs.groups === channels && attrs.groups > 1;
  const y = isDepthwise
    ? e.op(
        "DEPTHWISE_CONV_2D",
        [image, arranged(e, kernel, "depthwise"), bias],
        { ...result, shape },
        OPTIONS.depthwiseConv2d(same, strides, dilations, filters / channels),
      )
    : e.op(
        "CONV_2D",
        [image, arranged(e, kernel, "filters first"), bias],
        { ...result, shape },
        OPTIONS.conv2d(same, strides, dilations),
      );
  return reshape(e, y, output);
}

/** A kernel as the operators want it: [filters, h, w, c], or [1, h, w, c · m] for depthwise. Constants are turned around beforehand. */
function arranged(e: Emitter, kernel: Val, how: "depthwise" | "filters first"): Val {
  const sizes = kernel.shape.slice(0, -2) as readonly number[];
  const [h, w] = sizes.length === 1 ? [1, sizes[0]!] : [sizes[0]!, sizes[1]!];
  const [inner, filters] = [kernel.shape.at(-2) as number, kernel.shape.at(-1) as number];
  const { data } = kernel;
  if (how === "depthwise") {
    const shape = [1, h, w, inner * filters];
    return data instanceof Float32Array ? e.data(data, shape, "float32", "weights", 3) : reshape(e, kernel, shape);
  }
  if (!(data instanceof Float32Array)) return transpose(e, reshape(e, kernel, [h, w, inner, filters]), [3, 0, 1, 2]);
  const rows = h * w * inner;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let f = 0; f < filters; f++) turned[f * rows + i] = data[i * filters + f]!;
  return e.data(turned, [filters, h, w, inner], "float32", "weights", 0);
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
  readonly padding: Sides;
}

const poolOf = (attrs: unknown): PoolAttrs => attrs as PoolAttrs;
const poolKind = (x: Shape, { window, strides, padding }: PoolAttrs): "valid" | "same" | null =>
  paddingKind(x.slice(1, -1), window, strides, padding);

/** Pooling over two axes of [n, h, w, c]. */
function pool2d(
  e: Emitter,
  x: Val,
  name: "MAX_POOL_2D" | "AVERAGE_POOL_2D",
  same: boolean,
  strides: Pair,
  window: Pair,
  [h, w]: readonly [Dim, Dim],
): Val {
  const shape = [x.shape[0]!, h, w, x.shape[3]!];
  return e.op(name, [x], { dtype: x.dtype, shape }, OPTIONS.pool2d(same, strides, window));
}

function pool(e: Emitter, node: GraphNode, given: Val, name: "MAX_POOL_2D" | "AVERAGE_POOL_2D"): Val {
  const attrs = poolOf(node.attrs);
  const output = node.outputs[0]!.shape;
  const kind = poolKind(given.shape, attrs);
  const each = (side: 0 | 1): Dim[] => [0, ...attrs.padding.map((p) => p[side]), 0];
  const padded = (v: Val, value: number): Val => {
    const none = v.shape.map(() => 0);
    return padGeneral(e, v, e.scalar(value, v.dtype), each(0), each(1), none);
  };
  if (kind === null && name === "AVERAGE_POOL_2D") {
    // The mean with zeros, by the share that is no padding.
    const one = (shape: Shape): Shape => [1, ...shape.slice(1, -1), 1];
    const ones = padded(broadcast(e, e.scalar(1, given.dtype), one(given.shape)), 0);
    const share = windows(e, ones, attrs, one(output), name, false);
    return binary(e, "DIV", windows(e, padded(given, 0), attrs, output, name, false), share);
  }
  const x = kind === null ? padded(given, -3.4028234663852886e38) : given;
  return windows(e, x, attrs, output, name, kind === "same");
}

/** Pooling with one of the two ways of padding that the operators have. */
function windows(
  e: Emitter,
  x: Val,
  { window, strides }: PoolAttrs,
  output: Shape,
  name: "MAX_POOL_2D" | "AVERAGE_POOL_2D",
  same: boolean,
): Val {
  const n = x.shape[0]!;
  const c = x.shape.at(-1)!;
  if (window.length === 1) {
    const y = pool2d(e, withRow(e, x), name, same, [1, strides[0]!], [1, window[0]!], [1, output[1]!]);
    return reshape(e, y, output);
  }
  if (window.length === 2)
    return pool2d(e, x, name, same, strides as unknown as Pair, window as unknown as Pair, [output[1]!, output[2]!]);
  // Three axes: the last two, then the first with the others merged.
  const [d, h, w] = x.shape.slice(1, 4) as [Dim, Dim, Dim];
  const planes = reshape(e, x, [dim.mul(n, d), h, w, c]);
  const flat = pool2d(
    e,
    planes,
    name,
    same,
    [strides[1]!, strides[2]!],
    [window[1]!, window[2]!],
    [output[2]!, output[3]!],
  );
  const merged = reshape(e, flat, [n, d, dim.mul(output[2]!, output[3]!), c]);
  const y = pool2d(
    e,
    merged,
    name,
    same,
    [strides[0]!, 1],
    [window[0]!, 1],
    [output[1]!, dim.mul(output[2]!, output[3]!)],
  );
  return reshape(e, y, output);
}

/** Grouped convolutions in three dimensions have no operator; neither have gaps in their kernels. */
const supported: NonNullable<OpEmitter["supports"]> = ([x], attrs) => {
  const { groups, kernelDilation } = attrs as unknown as ConvAttrs;
  return isFloat(x!.dtype) && (x!.shape.length < 5 || (groups === 1 && kernelDilation.every((d) => d === 1)));
};
const attrsOf = (node: GraphNode): ConvAttrs => node.attrs as unknown as ConvAttrs;
const floats = ([x]: readonly Spec[]): boolean => isFloat(x!.dtype);

export const convolutions: EmitterTable = {
  conv: { supports: supported, emit: (e, node, [x, k]) => conv(e, x!, k!, attrsOf(node), node.outputs[0]!.shape) },
  conv_input_grad: {
    supports: supported,
    emit: (e, node, [g, k]) => inputGrad(e, g!, k!, attrsOf(node), node.outputs[0]!.shape),
  },
  max_pool: { supports: floats, emit: (e, node, [x]) => pool(e, node, x!, "MAX_POOL_2D") },
  average_pool: { supports: floats, emit: (e, node, [x]) => pool(e, node, x!, "AVERAGE_POOL_2D") },
};
