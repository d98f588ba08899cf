import { sizeOf, type DType, type Kernel, type KernelCall } from "@keras/ops";
import { allocateNumbers, extreme, familyOf, stored, unsupported, type Numbers, type Storage } from "./storage.ts";
import { eachTap, windowsOf, type Sliding, type Windows } from "./windows.ts";

function poolWindows(
  op: string,
  dtype: DType,
  x: readonly number[],
  y: readonly number[],
  attrs: KernelCall["attrs"],
): Windows {
  if (!["float", "int", "bool"].includes(familyOf(dtype))) throw unsupported(dtype, op);
  const { window, strides, padding } = attrs as unknown as { window: number[] } & Sliding;
  const ones = window.map(() => 1);
  return windowsOf(x.slice(1, -1), y.slice(1, -1), window, {
    strides,
    padding,
    inputDilation: ones,
    kernelDilation: ones,
  });
}

const maxPool: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs, outputSpecs: [out] }) => {
  const windows = poolWindows("max_pool", dtype, shape, out.shape, attrs);
  const channels = shape[shape.length - 1];
  const values = x as Numbers;
  const best = allocateNumbers(dtype, sizeOf(out.shape), "max_pool").fill(extreme(dtype, "least") as number);
  eachTap(windows, 0, sizeOf(out.shape.slice(0, -1)), (output, _, input) => {
    if (input < 0) return;
    for (let c = 0, o = output * channels, i = input * channels; c < channels; c++, o++, i++)
      best[o] = Math.max(best[o], values[i]);
  });
  return [best as Storage];
};

const maxPoolGrad: Kernel = ({ inputs, inputSpecs: [xs, ys], attrs, outputSpecs: [{ shape, dtype }] }) => {
  const [x, y, gradient] = inputs as [Numbers, Numbers, Numbers];
  const windows = poolWindows("max_pool_grad", dtype, xs.shape, ys.shape, attrs);
  const channels = shape[shape.length - 1];
  const sums = new Float64Array(x.length);
  const found = new Uint8Array(y.length);
  eachTap(windows, 0, sizeOf(ys.shape.slice(0, -1)), (output, _, input) => {
    if (input < 0) return;
    for (let c = 0, o = output * channels, i = input * channels; c < channels; c++, o++, i++) {
      // A NaN is not equal to itself, and the maximum of a window that holds one.
      if (found[o] === 0 && (x[i] === y[o] || Number.isNaN(x[i]))) {
        found[o] = 1;
        sums[i] += gradient[o];
      }
    }
  });
  return [stored(sums, dtype)];
};

/** Number of elements under the window of each output pixel. */
function coverage(windows: Windows, pixels: number): Float64Array {
  const counts = new Float64Array(pixels);
  eachTap(windows, 0, pixels, (output, _, input) => {
    if (input >= 0) counts[output]++;
  });
  return counts;
}

const averagePool: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs, outputSpecs: [out] }) => {
  const windows = poolWindows("average_pool", dtype, shape, out.shape, attrs);
  const channels = shape[shape.length - 1];
  const pixels = sizeOf(out.shape.slice(0, -1));
  const values = x as Numbers;
  const sums = new Float64Array(pixels * channels);
  eachTap(windows, 0, pixels, (output, _, input) => {
    if (input < 0) return;
    for (let c = 0, o = output * channels, i = input * channels; c < channels; c++, o++, i++) sums[o] += values[i];
  });
  const counts = coverage(windows, pixels);
  for (let o = 0; o < sums.length; o++) sums[o] /= counts[Math.floor(o / channels)];
  return [stored(sums, dtype)];
};

const averagePoolGrad: Kernel = ({ inputs: [g], inputSpecs: [gs], attrs, outputSpecs: [{ shape, dtype }] }) => {
  const windows = poolWindows("average_pool_grad", dtype, shape, gs.shape, attrs);
  const channels = shape[shape.length - 1];
  const pixels = sizeOf(gs.shape.slice(0, -1));
  const gradient = g as Numbers;
  const counts = coverage(windows, pixels);
  const sums = new Float64Array(sizeOf(shape));
  eachTap(windows, 0, pixels, (output, _, input) => {
    if (input < 0) return;
    const n = counts[output];
    for (let c = 0, o = output * channels, i = input * channels; c < channels; c++, o++, i++)
      sums[i] += gradient[o] / n;
  });
  return [stored(sums, dtype)];
};

export const poolKernels: Readonly<Record<string, Kernel>> = {
  max_pool: maxPool,
  max_pool_grad: maxPoolGrad,
  average_pool: averagePool,
  average_pool_grad: averagePoolGrad,
};
