import { sizeOf } from "@keras/ops";

/** How windows slide over the spatial axes of x [n, ...spatial, c], giving [n, ...out, f]. */
export interface Sliding {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
}

/** For one spatial axis: `index[tap · out + position]` is the input under a tap, or -1 in padding and in gaps of a dilated input. */
interface Axis {
  readonly size: number;
  readonly out: number;
  readonly taps: number;
  readonly index: Int32Array;
}

/** Windows over images, always with three spatial axes (leading ones of size 1 are added). */
export interface Windows {
  readonly axes: readonly [Axis, Axis, Axis];
  /** Pixels of one input image, of one output image, and of the window. */
  readonly inputSize: number;
  readonly outputSize: number;
  readonly taps: number;
}

/** `input` and `out` are spatial sizes. */
export function windowsOf(
  input: readonly number[],
  out: readonly number[],
  window: readonly number[],
  sliding: Sliding,
): Windows {
  const axes = input.map((size, i): Axis => {
    const index = new Int32Array(window[i] * out[i]).fill(-1);
    for (let tap = 0; tap < window[i]; tap++) {
      for (let o = 0; o < out[i]; o++) {
        const at = o * sliding.strides[i] + tap * sliding.kernelDilation[i] - sliding.padding[i][0];
        const source = at / sliding.inputDilation[i];
        if (source >= 0 && source < size && Number.isInteger(source)) index[tap * out[i] + o] = source;
      }
    }
    return { size, out: out[i], taps: window[i], index };
  });
  while (axes.length < 3) axes.unshift({ size: 1, out: 1, taps: 1, index: new Int32Array(1) });
  return { axes: axes as [Axis, Axis, Axis], inputSize: sizeOf(input), outputSize: sizeOf(out), taps: sizeOf(window) };
}

/**
 * Calls `visit(output, tap, input)` for the output pixels [from, to), counted through all images, and each tap of their windows, in
 * row-major order. `input` counts pixels through all images too; it is -1 where the tap sees none.
 */
export function eachTap(
  { axes: [depth, height, width], inputSize, outputSize }: Windows,
  from: number,
  to: number,
  visit: (output: number, tap: number, input: number) => void,
): void {
  for (let o = from; o < to; o++) {
    const image = Math.floor(o / outputSize);
    let at = o - image * outputSize;
    const ow = at % width.out;
    at = (at - ow) / width.out;
    const oh = at % height.out;
    const od = (at - oh) / height.out;
    let tap = 0;
    for (let d = 0; d < depth.taps; d++) {
      const id = depth.index[d * depth.out + od];
      for (let h = 0; h < height.taps; h++) {
        const ih = height.index[h * height.out + oh];
        for (let w = 0; w < width.taps; w++) {
          const iw = width.index[w * width.out + ow];
          visit(o, tap++, (id | ih | iw) < 0 ? -1 : image * inputSize + (id * height.size + ih) * width.size + iw);
        }
      }
    }
  }
}
