import { sizeOf, type Kernel } from "@keras/ops";
import { splitPlanes } from "./complex.ts";
import { allocate, familyOf, unsupported, type Numbers, type Storage } from "./storage.ts";

/** e^(-2πi k/n) for k < n / 2: cosines, then sines. */
function twiddles(n: number): readonly [Float64Array, Float64Array] {
  const half = n >> 1;
  const angle = (k: number): number => (-2 * Math.PI * k) / n;
  return [
    Float64Array.from({ length: half }, (_, k) => Math.cos(angle(k))),
    Float64Array.from({ length: half }, (_, k) => Math.sin(angle(k))),
  ];
}

/** In-place transform of a power-of-two length: decimation in time after bit reversal (Cooley and Tukey, 1965). */
function radix2(re: Float64Array, im: Float64Array, [cos, sin]: readonly [Float64Array, Float64Array]): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size >> 1;
    const step = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cos[k * step];
        const s = sin[k * step];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** A plan for transforms of length n: it works in place. */
type Transform = (re: Float64Array, im: Float64Array) => void;

/** Any length as a cyclic convolution of a power-of-two length (Bluestein, 1970). */
function bluestein(n: number): Transform {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const roots = twiddles(size);
  // e^(-πi k²/n); k² is reduced first, to keep the angle exact.
  const angle = (k: number): number => (-Math.PI * ((k * k) % (2 * n))) / n;
  const cos = Float64Array.from({ length: n }, (_, k) => Math.cos(angle(k)));
  const sin = Float64Array.from({ length: n }, (_, k) => Math.sin(angle(k)));
  const [fre, fim] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < n; k++) {
    fre[k] = fre[(size - k) % size] = cos[k];
    fim[k] = fim[(size - k) % size] = -sin[k];
  }
  radix2(fre, fim, roots);
  const [are, aim] = [new Float64Array(size), new Float64Array(size)];
  return (re, im) => {
    are.fill(0);
    aim.fill(0);
    for (let k = 0; k < n; k++) {
      are[k] = re[k] * cos[k] - im[k] * sin[k];
      aim[k] = re[k] * sin[k] + im[k] * cos[k];
    }
    radix2(are, aim, roots);
    // The product, conjugated: a second forward transform then is the inverse one, up to conjugation.
    for (let k = 0; k < size; k++) {
      const x = are[k] * fre[k] - aim[k] * fim[k];
      aim[k] = -(are[k] * fim[k] + aim[k] * fre[k]);
      are[k] = x;
    }
    radix2(are, aim, roots);
    for (let k = 0; k < n; k++) {
      const [x, y] = [are[k] / size, -aim[k] / size];
      re[k] = x * cos[k] - y * sin[k];
      im[k] = x * sin[k] + y * cos[k];
    }
  };
}

function planFor(n: number): Transform {
  if ((n & (n - 1)) !== 0) return bluestein(n);
  const roots = twiddles(n);
  return (re, im) => radix2(re, im, roots);
}

const fft: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs }) => {
  if (familyOf(dtype) !== "complex") throw unsupported(dtype, "fft");
  const n = shape[shape.length - 1];
  const out = allocate(dtype, sizeOf(shape)) as Numbers;
  if (out.length === 0) return [out];
  const inverse = attrs["inverse"] as boolean;
  const transform = planFor(n);
  const scale = inverse ? 1 / n : 1;
  const planes = splitPlanes(x as Numbers);
  // Exchanging real and imaginary parts before and after turns the transform into its inverse.
  const [re, im] = inverse ? [planes[1], planes[0]] : planes;
  const [first, second] = inverse ? [1, 0] : [0, 1];
  for (let from = 0; from < re.length; from += n) {
    const [a, b] = [re.subarray(from, from + n), im.subarray(from, from + n)];
    transform(a, b);
    for (let k = 0; k < n; k++) {
      out[2 * (from + k) + first] = a[k] * scale;
      out[2 * (from + k) + second] = b[k] * scale;
    }
  }
  return [out as Storage];
};

export const fftKernels: Readonly<Record<string, Kernel>> = { fft };
