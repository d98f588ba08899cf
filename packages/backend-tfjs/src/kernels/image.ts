import type { Attrs, StaticSpec } from "@keras/ops";
import type { KernelAttrs, Scope, TensorInfo } from "../device.ts";
import { isFloat32, type TfjsKernel, type TfjsKernelTable } from "./kernel.ts";

interface Sliding {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
  readonly groups: number;
  readonly inputShape: readonly number[];
  readonly kernelShape: readonly number[];
}
const sliding = (attrs: Attrs): Sliding => attrs as unknown as Sliding;

/** Images of one spatial axis get a second one of size 1 before it. */
const image = (scope: Scope, x: TensorInfo): TensorInfo =>
  x.shape.length === 3 ? scope.reshape(x, lifted(x.shape)) : x;
const lifted = (shape: readonly number[]): number[] =>
  shape.length === 3 ? [shape[0]!, 1, shape[1]!, shape[2]!] : [...shape];
/** Kernels [...spatial, in, out] likewise. */
const filterShape = (shape: readonly number[]): number[] => (shape.length === 3 ? [1, ...shape] : [...shape]);
const pair = <T>(values: readonly T[], missing: T): [T, T] =>
  values.length === 1 ? [missing, values[0]!] : [values[0]!, values[1]!];

/** Strides and padding as tfjs wants them. */
function windowAttrs({ strides, padding }: Sliding): KernelAttrs {
  const [rows, columns] = pair<readonly [number, number]>(padding, [0, 0]);
  const none = padding.every(([low, high]) => low === 0 && high === 0);
  return {
    strides: pair(strides, 1),
    pad: none ? "valid" : [[0, 0], [...rows], [...columns], [0, 0]],
    dataFormat: "NHWC",
    dimRoundingMode: none ? undefined : "floor",
  };
}

/** A window that fits its image nowhere, or padding that cuts, has no counterpart in tfjs. */
const isPlain = ({ padding }: Sliding): boolean =>
  (padding.length === 1 || padding.length === 2) && padding.every(([low, high]) => low >= 0 && high >= 0);

type ConvKind = "full" | "depthwise";

/** `channels`: those of x; `kernel`: shape of the kernel. */
function convKind({ groups }: Sliding, channels: number, kernel: readonly number[]): ConvKind | null {
  if (groups === 1) return "full";
  return groups === channels && kernel.at(-2) === 1 ? "depthwise" : null;
}

function supportsConv(attrs: Sliding, x: readonly number[], kernel: readonly number[], gradient: boolean): boolean {
  const kind = convKind(attrs, x.at(-1)!, kernel);
  return (
    kind !== null &&
    isPlain(attrs) &&
    attrs.inputDilation.every((d) => d === 1) &&
    // tfjs takes strides or dilations, not both, and no dilation in gradients.
    (attrs.kernelDilation.every((d) => d === 1) || (!gradient && attrs.strides.every((s) => s === 1)))
  );
}

/** The kernel of a depthwise convolution, [h, w, 1, channels · m], as tfjs has it: [h, w, channels, m]. */
const depthwiseShape = (kernel: readonly number[], channels: number): number[] => {
  const shape = filterShape(kernel);
  return [shape[0]!, shape[1]!, channels, shape[3]! / channels];
};

const conv: TfjsKernel = {
  needs: ["Conv2D", "DepthwiseConv2dNative", "Reshape"],
  supports: (inputs, attrs) =>
    isFloat32(inputs) && supportsConv(sliding(attrs), inputs[0]!.shape, inputs[1]!.shape, false),
  run: (scope, [x, kernel], { attrs, outputSpecs: [out] }) => {
    const s = sliding(attrs);
    const given = { ...windowAttrs(s), dilations: pair(s.kernelDilation, 1) };
    const channels = x!.shape.at(-1)!;
    const kind = convKind(s, channels, kernel!.shape);
    const shape = kind === "full" ? filterShape(kernel!.shape) : depthwiseShape(kernel!.shape, channels);
    const filter = scope.reshape(kernel!, shape);
    const name = kind === "full" ? "Conv2D" : "DepthwiseConv2dNative";
    return scope.reshape(scope.run(name, { x: image(scope, x!), filter }, given), out!.shape);
  },
};

const convInputGrad: TfjsKernel = {
  needs: ["Conv2DBackpropInput", "DepthwiseConv2dNativeBackpropInput", "Reshape"],
  supports: (inputs, attrs) =>
    isFloat32(inputs) && supportsConv(sliding(attrs), sliding(attrs).inputShape, inputs[1]!.shape, true),
  run: (scope, [gradient, kernel], { attrs, outputSpecs: [out] }) => {
    const s = sliding(attrs);
    const channels = out!.shape.at(-1)!;
    const given = { ...windowAttrs(s), dilations: [1, 1], inputShape: lifted(out!.shape) };
    const kind = convKind(s, channels, kernel!.shape);
    const shape = kind === "full" ? filterShape(kernel!.shape) : depthwiseShape(kernel!.shape, channels);
    const name = kind === "full" ? "Conv2DBackpropInput" : "DepthwiseConv2dNativeBackpropInput";
    const filter = scope.reshape(kernel!, shape);
    return scope.reshape(scope.run(name, { dy: image(scope, gradient!), filter }, given), out!.shape);
  },
};

const convKernelGrad: TfjsKernel = {
  needs: ["Conv2DBackpropFilter", "DepthwiseConv2dNativeBackpropFilter", "Reshape"],
  supports: (inputs, attrs) =>
    isFloat32(inputs) && supportsConv(sliding(attrs), inputs[0]!.shape, sliding(attrs).kernelShape, true),
  run: (scope, [x, gradient], { attrs, outputSpecs: [out] }) => {
    const s = sliding(attrs);
    const channels = x!.shape.at(-1)!;
    const kind = convKind(s, channels, out!.shape);
    const shape = kind === "full" ? filterShape(out!.shape) : depthwiseShape(out!.shape, channels);
    const given = { ...windowAttrs(s), dilations: [1, 1], filterShape: shape };
    const name = kind === "full" ? "Conv2DBackpropFilter" : "DepthwiseConv2dNativeBackpropFilter";
    const made = scope.run(name, { x: image(scope, x!), dy: image(scope, gradient!) }, given);
    return scope.reshape(made, out!.shape);
  },
};

const poolAttrs = (s: Sliding): KernelAttrs => ({ ...windowAttrs(s), filterSize: pair(s.window, 1) });
const supportsPool = (inputs: readonly StaticSpec[], attrs: Attrs): boolean =>
  isFloat32(inputs) && isPlain(sliding(attrs));
/** tfjs divides the gradient of every window by its full size, also where it reaches over the edge. */
const supportsUnpadded = (inputs: readonly StaticSpec[], attrs: Attrs): boolean =>
  supportsPool(inputs, attrs) && sliding(attrs).padding.every(([low, high]) => low === 0 && high === 0);

const averagePool: TfjsKernel = {
  needs: ["AvgPool", "Reshape"],
  supports: supportsPool,
  run: (scope, [x], { attrs, outputSpecs: [out] }) =>
    scope.reshape(scope.run("AvgPool", { x: image(scope, x!) }, poolAttrs(sliding(attrs))), out!.shape),
};

/** tfjs passes NaN over; here a window that holds one has it for its maximum. */
const maxPool: TfjsKernel = {
  needs: ["MaxPool", "IsNan", "Cast", "Select", "Fill", "Reshape"],
  supports: supportsPool,
  run: (scope, [x], { attrs, outputSpecs: [out] }) => {
    const given = poolAttrs(sliding(attrs));
    const whole = image(scope, x!);
    const nan = scope.cast(scope.run("IsNan", { x: whole }), "float32");
    const found = scope.cast(scope.run("MaxPool", { x: nan }, given), "bool");
    const largest = scope.run("MaxPool", { x: whole }, given);
    return scope.reshape(scope.select(found, scope.full(largest.shape, Number.NaN, "float32"), largest), out!.shape);
  },
};

const maxPoolGrad: TfjsKernel = {
  needs: ["MaxPoolGrad", "Reshape"],
  supports: supportsPool,
  run: (scope, [x, y, gradient], { attrs, outputSpecs: [out] }) => {
    const [input, output, dy] = [x!, y!, gradient!].map((t) => image(scope, t)) as [TensorInfo, TensorInfo, TensorInfo];
    return scope.reshape(scope.run("MaxPoolGrad", { dy, input, output }, poolAttrs(sliding(attrs))), out!.shape);
  },
};

const averagePoolGrad: TfjsKernel = {
  needs: ["AvgPoolGrad", "Fill", "Reshape"],
  supports: supportsUnpadded,
  run: (scope, [gradient], { attrs, outputSpecs: [out] }) => {
    const input = scope.full(lifted(out!.shape), 0, "float32");
    const dy = image(scope, gradient!);
    return scope.reshape(scope.run("AvgPoolGrad", { dy, input }, poolAttrs(sliding(attrs))), out!.shape);
  },
};

/** Convolution and pooling over one or two spatial axes. */
export const imageKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({
  conv,
  conv_input_grad: convInputGrad,
  conv_kernel_grad: convKernelGrad,
  max_pool: maxPool,
  average_pool: averagePool,
  max_pool_grad: maxPoolGrad,
  average_pool_grad: averagePoolGrad,
}))();
