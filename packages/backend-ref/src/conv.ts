import { sizeOf, type DType, type Kernel, type KernelCall } from "@keras/ops";
import { matmul, type Matrix } from "./matmul.ts";
import { allocateNumbers, familyOf, settle, stored, unsupported, type Numbers, type Storage } from "./storage.ts";
import { eachTap, windowsOf, type Sliding, type Windows } from "./windows.ts";

/** Elements of the patch matrix that is built at a time. */
const PATCH_ELEMENTS = 1 << 18;

/** What the convolution and its two gradients have in common, from the shapes of x, kernel and y. */
interface Conv {
  readonly windows: Windows;
  /** Output pixels of all images. */
  readonly pixels: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  /** Input channels and filters of one group. */
  readonly groupChannels: number;
  readonly groupFilters: number;
}

function convOf(
  op: string,
  dtype: DType,
  x: readonly number[],
  kernel: readonly number[],
  y: readonly number[],
  attrs: KernelCall["attrs"],
): Conv {
  if (!["float", "int"].includes(familyOf(dtype))) throw unsupported(dtype, op);
  const groups = attrs["groups"] as number;
  const channels = x[x.length - 1];
  const filters = kernel[kernel.length - 1];
  return {
    windows: windowsOf(x.slice(1, -1), y.slice(1, -1), kernel.slice(0, -2), attrs as unknown as Sliding),
    pixels: sizeOf(y.slice(0, -1)),
    channels,
    filters,
    groups,
    groupChannels: channels / groups,
    groupFilters: filters / groups,
  };
}

/** Calls `run` for blocks of output pixels per group, with room for a matrix [pixels, taps · channels of the group] of patches. */
function eachBlock(conv: Conv, run: (from: number, to: number, group: number, patches: Matrix) => void): void {
  const width = conv.windows.taps * conv.groupChannels;
  const rows = Math.max(1, Math.min(conv.pixels, Math.floor(PATCH_ELEMENTS / Math.max(width, 1))));
  const patches: Matrix = { data: new Float64Array(rows * width), at: 0, row: width, column: 1 };
  for (let from = 0; from < conv.pixels; from += rows) {
    for (let group = 0; group < conv.groups; group++) run(from, Math.min(from + rows, conv.pixels), group, patches);
  }
}

/** Rows of the patch matrix: what each tap of an output pixel's window sees of a group's channels, zero in padding ("im2col"). */
function fillPatches(conv: Conv, x: Numbers, from: number, to: number, group: number, { data, row }: Matrix): void {
  const { channels, groupChannels: n } = conv;
  eachTap(conv.windows, from, to, (output, tap, input) => {
    const p = (output - from) * row + tap * n;
    const i = input * channels + group * n;
    if (input < 0) for (let k = 0; k < n; k++) data[p + k] = 0;
    else for (let k = 0; k < n; k++) data[p + k] = x[i + k];
  });
}

/** The filters of a group as a matrix [taps · channels, filters]. */
const kernelMatrix = (conv: Conv, data: Numbers, group: number): Matrix => ({
  data,
  at: group * conv.groupFilters,
  row: conv.filters,
  column: 1,
});

/** The outputs of a group from pixel `from` on as a matrix [pixels, filters]. */
const outputMatrix = (conv: Conv, data: Numbers, from: number, group: number): Matrix => ({
  data,
  at: from * conv.filters + group * conv.groupFilters,
  row: conv.filters,
  column: 1,
});

const transpose = ({ data, at, row, column }: Matrix): Matrix => ({ data, at, row: column, column: row });

/** One input channel per group: products of matrices would be one row thin. */
const isDepthwise = (conv: Conv): boolean => conv.groups > 1 && conv.groupChannels === 1;

/**
 * Calls `run(output, input, tap)` with positions of the first elements for each pair of an output pixel and an input pixel under its window.
 */
function eachPair(conv: Conv, run: (output: number, input: number, tap: number) => void): void {
  const { channels, filters } = conv;
  eachTap(conv.windows, 0, conv.pixels, (output, tap, input) => {
    if (input >= 0) run(output * filters, input * channels, tap * filters);
  });
}

const convolve: Kernel = ({ inputs, inputSpecs: [xs, ks], attrs, outputSpecs: [{ shape, dtype }] }) => {
  const [x, kernel] = inputs as [Numbers, Numbers];
  const conv = convOf("conv", dtype, xs.shape, ks.shape, shape, attrs);
  const { windows, channels, groupFilters: m, groupChannels } = conv;
  const width = windows.taps * groupChannels;
  if (isDepthwise(conv)) {
    const sums = new Float64Array(sizeOf(shape));
    eachPair(conv, (o, i, t) => {
      for (let c = 0; c < channels; c++) {
        for (let f = c * m; f < (c + 1) * m; f++) sums[o + f] += x[i + c] * kernel[t + f];
      }
    });
    return [stored(sums, dtype)];
  }
  const out = allocateNumbers(dtype, sizeOf(shape), "conv");
  eachBlock(conv, (from, to, group, patches) => {
    fillPatches(conv, x, from, to, group, patches);
    matmul(to - from, m, width, patches, kernelMatrix(conv, kernel, group), outputMatrix(conv, out, from, group));
  });
  return [settle(out as Storage, dtype)];
};

const convInputGrad: Kernel = ({ inputs, inputSpecs: [gs, ks], attrs, outputSpecs: [{ shape, dtype }] }) => {
  const [gradient, kernel] = inputs as [Numbers, Numbers];
  const conv = convOf("conv_input_grad", dtype, shape, ks.shape, gs.shape, attrs);
  const { windows, channels, groupFilters: m, groupChannels: n } = conv;
  const sums = new Float64Array(sizeOf(shape));
  if (isDepthwise(conv)) {
    eachPair(conv, (o, i, t) => {
      for (let c = 0; c < channels; c++) {
        for (let f = c * m; f < (c + 1) * m; f++) sums[i + c] += gradient[o + f] * kernel[t + f];
      }
    });
    return [stored(sums, dtype)];
  }
  eachBlock(conv, (from, to, group, patches) => {
    const filters = transpose(kernelMatrix(conv, kernel, group));
    matmul(to - from, windows.taps * n, m, outputMatrix(conv, gradient, from, group), filters, patches);
    // Each element of a patch came from one input: its gradient goes back there.
    const { data, row } = patches;
    eachTap(windows, from, to, (output, tap, input) => {
      const p = (output - from) * row + tap * n;
      const i = input * channels + group * n;
      if (input >= 0) for (let k = 0; k < n; k++) sums[i + k] += data[p + k];
    });
  });
  return [stored(sums, dtype)];
};

const convKernelGrad: Kernel = ({ inputs, inputSpecs: [xs, gs], attrs, outputSpecs: [{ shape, dtype }] }) => {
  const [x, gradient] = inputs as [Numbers, Numbers];
  const conv = convOf("conv_kernel_grad", dtype, xs.shape, shape, gs.shape, attrs);
  const { windows, channels, groupFilters: m, groupChannels: n } = conv;
  const sums = new Float64Array(sizeOf(shape));
  if (isDepthwise(conv)) {
    eachPair(conv, (o, i, t) => {
      for (let c = 0; c < channels; c++) {
        for (let f = c * m; f < (c + 1) * m; f++) sums[t + f] += gradient[o + f] * x[i + c];
      }
    });
    return [stored(sums, dtype)];
  }
  eachBlock(conv, (from, to, group, patches) => {
    fillPatches(conv, x, from, to, group, patches);
    const product = kernelMatrix(conv, sums, group);
    matmul(
      windows.taps * n,
      m,
      to - from,
      transpose(patches),
      outputMatrix(conv, gradient, from, group),
      product,
      true,
    );
  });
  return [stored(sums, dtype)];
};

export const convKernels: Readonly<Record<string, Kernel>> = {
  conv: convolve,
  conv_input_grad: convInputGrad,
  conv_kernel_grad: convKernelGrad,
};
