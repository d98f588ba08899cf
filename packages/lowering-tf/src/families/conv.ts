import { dim, isFloat, type Attrs, type Dim, type Shape, type Spec } from "@keras/ops";
import { concat, inSingle, matmul, reshape, reverse, slice, transpose, zero, dtypeOf } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import { padGeneral } from "./shape.ts";
import { isSame, widened, type Sides } from "./windows.ts";

/** A convolution: channels last, kernel [...spatial, channels / groups, filters]. */
interface ConvAttrs {
  readonly strides: readonly number[];
  readonly padding: readonly Sides[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
  readonly groups: number;
}

/** One spatial axis is handled as two. */
function attrsOf(node: NodeLike): ConvAttrs {
  const { strides, padding, inputDilation, kernelDilation, groups } = node.attrs as unknown as ConvAttrs;
  return {
    strides: widened(strides, 1),
    padding: widened<Sides>(padding, [0, 0]),
    inputDilation: widened(inputDilation, 1),
    kernelDilation: widened(kernelDilation, 1),
    groups,
  };
}

const wideInput = (shape: Shape): Shape => (shape.length === 3 ? [shape[0]!, 1, ...shape.slice(1)] : shape);
const wideKernel = (shape: Shape): Shape => (shape.length === 3 ? [1, ...shape] : shape);

const spatialAxes = ({ strides }: ConvAttrs): number[] => strides.map((_, i) => i);
const isOnes = (values: readonly Dim[]): boolean => values.every((d) => d === 1);

/** Elements from a kernel's first tap to its last, along one axis. */
const reachOf = (kernel: Shape, { kernelDilation }: ConvAttrs, axis: number): number =>
  ((kernel[axis] as number) - 1) * kernelDilation[axis]! + 1;

/** A kernel with its dilation written out as zeros between the taps. */
function stuffed(e: Emitter, kernel: Val, attrs: ConvAttrs): Val {
  if (isOnes(attrs.kernelDilation)) return kernel;
  const none = kernel.shape.map(() => 0);
  const interior = [...attrs.kernelDilation.map((d) => d - 1), 0, 0];
  return padGeneral(e, kernel, zero(e, dtypeOf(kernel)), { low: none, high: none, interior });
}

/** The input with its spread and its padding written out. */
function padded(e: Emitter, x: Val, { padding, inputDilation }: ConvAttrs): Val {
  return padGeneral(e, x, zero(e, dtypeOf(x)), {
    low: [0, ...padding.map((p) => p[0]), 0],
    high: [0, ...padding.map((p) => p[1]), 0],
    interior: [0, ...inputDilation.map((d) => d - 1), 0],
  });
}

/** Which of TensorFlow's rules of padding holds, or null where it must be written out. */
function paddingRule(input: Shape, kernel: Shape, attrs: ConvAttrs): "SAME" | "VALID" | null {
  if (!isOnes(attrs.inputDilation)) return null;
  if (attrs.padding.flat().every((d) => d === 0)) return "VALID";
  const same = spatialAxes(attrs).every((i) =>
    isSame(input[i + 1]!, reachOf(kernel, attrs, i), attrs.strides[i]!, attrs.padding[i]!),
  );
  return same ? "SAME" : null;
}

const attributesOf = ({ strides }: ConvAttrs, padding: string): { strides: number[]; padding: string } => ({
  strides: [1, ...strides, 1],
  padding,
});

/** Each input channel has filters of its own. */
const isDepthwise = (kernel: Shape, { strides, groups }: ConvAttrs): boolean =>
  groups > 1 && strides.length === 2 && kernel.at(-2) === 1 && strides[0] === strides[1];

/** [h, w, 1, c * m] → [h, w, c, m]. */
const depthwiseShape = (kernel: Shape, groups: number): Shape => [
  ...kernel.slice(0, -2),
  groups,
  (kernel.at(-1) as number) / groups,
];

/** Splits the last axis into as many parts as there are groups. */
function parts(e: Emitter, x: Val, groups: number): Val[] {
  const axis = x.shape.length - 1;
  const size = (x.shape[axis] as number) / groups;
  return Array.from({ length: groups }, (_, i) => slice(e, x, [axis], [i * size], [(i + 1) * size]));
}

const withoutGroups = (attrs: ConvAttrs): ConvAttrs => ({ ...attrs, groups: 1 });

function conv(e: Emitter, x: Val, kernel: Val, attrs: ConvAttrs, output: Shape): Val {
  const transposed = asTransposed(e, x, kernel, attrs, output);
  if (transposed) return transposed;
  const result = { dtype: x.dtype, shape: output };
  const rule = paddingRule(x.shape, kernel.shape, attrs);
  const input = rule ? x : padded(e, x, attrs);
  const attributes = attributesOf(attrs, rule ?? "VALID");
  const isPointwise =
    rule === "VALID" && attrs.groups === 1 && isOnes([...kernel.shape.slice(0, -2), ...attrs.strides]);
  if (isPointwise) {
    const [inner, filters] = [kernel.shape.at(-2)!, kernel.shape.at(-1)!];
    const rows = reshape(e, x, [dim.product(x.shape.slice(0, -1)), inner]);
    return reshape(e, matmul(e, rows, reshape(e, kernel, [inner, filters])), output);
  }
  if (isDepthwise(kernel.shape, attrs)) {
    const weights = reshape(
      e,
      stuffed(e, kernel, attrs),
      depthwiseShape(stuffedShape(kernel.shape, attrs), attrs.groups),
    );
    return e.op("DepthwiseConv2dNative", [input, weights], attributes, result);
  }
  if (attrs.strides.length === 2) {
    const dilations = [1, ...attrs.kernelDilation, 1];
    return e.op("Conv2D", [input, kernel], { ...attributes, dilations }, result);
  }
  if (attrs.groups > 1) {
    const kernels = parts(e, kernel, attrs.groups);
    const shape = output.with(output.length - 1, (output.at(-1) as number) / attrs.groups);
    const each = parts(e, x, attrs.groups).map((v, i) => conv(e, v, kernels[i]!, withoutGroups(attrs), shape));
    return concat(e, each, output.length - 1);
  }
  return e.op("Conv3D", [input, stuffed(e, kernel, attrs)], attributes, result);
}

const stuffedShape = (kernel: Shape, attrs: ConvAttrs): Shape => [
  ...spatialAxes(attrs).map((i) => reachOf(kernel, attrs, i)),
  ...kernel.slice(-2),
];

/**
 * A convolution over a spread input is the gradient of one that strides; TensorFlow has that as an operator, and converters know it as
 * a transposed convolution. Null where it is not one.
 */
function asTransposed(e: Emitter, x: Val, kernel: Val, attrs: ConvAttrs, output: Shape): Val | null {
  if (isOnes(attrs.inputDilation) || !isOnes(attrs.strides)) return null;
  const axes = spatialAxes(attrs);
  const padding = axes.map((i): Sides => {
    const reach = reachOf(kernel.shape, attrs, i);
    const low = dim.sub(reach - 1, attrs.padding[i]![0]);
    const covered = dim.add(dim.mul(dim.sub(x.shape[i + 1]!, 1), attrs.inputDilation[i]!), reach);
    return [low, dim.sub(dim.sub(covered, output[i + 1]!), low)];
  });
  if (padding.flat().some((d) => !dim.isStatic(d) || d < 0)) return null;
  const forward = { ...attrs, strides: attrs.inputDilation, inputDilation: axes.map(() => 1), padding };
  return inputGrad(e, x, exchangeChannels(e, reverse(e, kernel, axes), attrs.groups), forward, output);
}

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

const spreadSize = (size: Dim, dilation: number): Dim => dim.add(dim.mul(dim.sub(size, 1), dilation), 1);

/** The cotangent as a convolution of the spread gradient with the flipped kernel: for inputs that are spread or cut themselves. */
function turned(e: Emitter, g: Val, kernel: Val, attrs: ConvAttrs, input: Shape): Val {
  const axes = spatialAxes(attrs);
  const padding = axes.map((i): Sides => {
    const reach = reachOf(kernel.shape, attrs, i);
    const low = dim.sub(reach - 1, attrs.padding[i]![0]);
    const spreadInput = spreadSize(input[i + 1]!, attrs.inputDilation[i]!);
    const spreadOutput = spreadSize(g.shape[i + 1]!, attrs.strides[i]!);
    return [low, dim.sub(dim.add(spreadInput, reach - 1), dim.add(spreadOutput, low))];
  });
  const none = { low: g.shape.map(() => 0), high: g.shape.map(() => 0) };
  const spread = padGeneral(e, g, zero(e, dtypeOf(g)), {
    ...none,
    interior: [0, ...attrs.strides.map((s) => s - 1), 0],
  });
  const back = { ...attrs, strides: attrs.inputDilation, inputDilation: axes.map(() => 1), padding };
  return conv(e, spread, exchangeChannels(e, reverse(e, kernel, axes), attrs.groups), back, input);
}

/** The cotangent of a convolution's input. */
function inputGrad(e: Emitter, g: Val, kernel: Val, attrs: ConvAttrs, input: Shape): Val {
  const isCut = attrs.padding.flat().some((d) => dim.isStatic(d) && d < 0);
  if (isCut || !isOnes(attrs.inputDilation)) return turned(e, g, kernel, attrs, input);
  const rule = paddingRule(input, kernel.shape, attrs);
  const axes = spatialAxes(attrs);
  const lows = attrs.padding.map((p) => p[0]);
  const whole = rule
    ? input
    : input.map((d, i) =>
        i > 0 && i <= axes.length ? dim.add(dim.add(d, attrs.padding[i - 1]![0]), attrs.padding[i - 1]![1]) : d,
      );
  const attributes = attributesOf(attrs, rule ?? "VALID");
  const result = { dtype: g.dtype, shape: whole };
  let gradient: Val;
  if (isDepthwise(kernel.shape, attrs)) {
    const weights = reshape(
      e,
      stuffed(e, kernel, attrs),
      depthwiseShape(stuffedShape(kernel.shape, attrs), attrs.groups),
    );
    gradient = e.op("DepthwiseConv2dNativeBackpropInput", [e.shape(whole), weights, g], attributes, result);
  } else if (attrs.groups > 1) {
    const kernels = parts(e, kernel, attrs.groups);
    const shape = input.with(input.length - 1, (input.at(-1) as number) / attrs.groups);
    const each = parts(e, g, attrs.groups).map((v, i) => inputGrad(e, v, kernels[i]!, withoutGroups(attrs), shape));
    return concat(e, each, input.length - 1);
  } else {
    const op = attrs.strides.length === 2 ? "Conv2DBackpropInput" : "Conv3DBackpropInputV2";
    gradient = e.op(op, [e.shape(whole), stuffed(e, kernel, attrs), g], attributes, result);
  }
  if (rule) return gradient;
  const limits = axes.map((i) => dim.add(lows[i]!, input[i + 1]!));
  return slice(
    e,
    gradient,
    axes.map((i) => i + 1),
    lows,
    limits,
  );
}

/** The cotangent of a convolution's kernel. */
function kernelGrad(e: Emitter, x: Val, g: Val, attrs: ConvAttrs, kernel: Shape): Val {
  if (attrs.groups > 1 && !isDepthwise(kernel, attrs)) {
    const gradients = parts(e, g, attrs.groups);
    const shape = kernel.with(kernel.length - 1, (kernel.at(-1) as number) / attrs.groups);
    const each = parts(e, x, attrs.groups).map((v, i) => kernelGrad(e, v, gradients[i]!, withoutGroups(attrs), shape));
    return concat(e, each, kernel.length - 1);
  }
  const rule = paddingRule(x.shape, kernel, attrs);
  const input = rule ? x : padded(e, x, attrs);
  const attributes = attributesOf(attrs, rule ?? "VALID");
  // Of a dilated kernel, the gradient of the zeros between the taps is computed too, and dropped.
  const full = stuffedShape(kernel, attrs);
  let gradient: Val;
  if (attrs.groups > 1) {
    const shape = depthwiseShape(full, attrs.groups);
    const result = { dtype: x.dtype, shape };
    const op = "DepthwiseConv2dNativeBackpropFilter";
    gradient = reshape(e, e.op(op, [input, e.shape(shape), g], attributes, result), full);
  } else {
    const op = attrs.strides.length === 2 ? "Conv2DBackpropFilter" : "Conv3DBackpropFilterV2";
    gradient = e.op(op, [input, e.shape(full), g], attributes, { dtype: x.dtype, shape: full });
  }
  const axes = spatialAxes(attrs);
  return slice(
    e,
    gradient,
    axes,
    axes.map(() => 0),
    axes.map((i) => full[i]!),
    attrs.kernelDilation,
  );
}

/** Floats of sizes above 0; the kernel's and the channels' sizes are known. */
const supports = (inputs: readonly Spec[], attrs: Attrs): boolean => {
  const given = attrs as { inputShape?: Shape; kernelShape?: Shape };
  const shapes = [...inputs.map((x) => x.shape), given.inputShape ?? [1], given.kernelShape ?? [1]];
  return isFloat(inputs[0]!.dtype) && shapes.every((s) => !s.includes(0));
};

export const convolutions: EmitterTable = {
  conv: {
    supports,
    emit: (e, node, xs) => {
      const output = node.outputs[0]!.shape;
      return inSingle(e, xs, ([x, k]) => {
        const wide = [reshape(e, x!, wideInput(x!.shape)), reshape(e, k!, wideKernel(k!.shape))] as const;
        return reshape(e, conv(e, wide[0], wide[1], attrsOf(node), wideInput(output)), output);
      });
    },
  },
  conv_input_grad: {
    supports,
    emit: (e, node, xs) => {
      const input = node.outputs[0]!.shape;
      return inSingle(e, xs, ([g, k]) => {
        const wide = [reshape(e, g!, wideInput(g!.shape)), reshape(e, k!, wideKernel(k!.shape))] as const;
        return reshape(e, inputGrad(e, wide[0], wide[1], attrsOf(node), wideInput(input)), input);
      });
    },
  },
  conv_kernel_grad: {
    supports,
    emit: (e, node, xs) => {
      const kernel = node.outputs[0]!.shape;
      return inSingle(e, xs, ([x, g]) => {
        const wide = [reshape(e, x!, wideInput(x!.shape)), reshape(e, g!, wideInput(g!.shape))] as const;
        return reshape(e, kernelGrad(e, wide[0], wide[1], attrsOf(node), wideKernel(kernel)), kernel);
      });
    },
  },
};
