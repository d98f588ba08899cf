import { NDArray } from "keras";

/** Images `[count, 28, 28, 1]` from 0 (paper) to 1 (ink), and what they show. */
export interface Digits {
  readonly images: NDArray<"float32">;
  readonly labels: NDArray<"int32">;
}

const PIXELS = 28 * 28;

/** Reads the digits that the page is served with: a label and 784 bytes each. */
export async function fetchDigits(
  url: string,
  testCount: number,
): Promise<{ readonly train: Digits; readonly test: Digits }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the digits could not be loaded: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const count = bytes.length / (PIXELS + 1);
  const part = (from: number, to: number): Digits => {
    const images = new Float32Array((to - from) * PIXELS);
    const labels = new Int32Array(to - from);
    for (let i = from; i < to; i++) {
      const at = i * (PIXELS + 1);
      labels[i - from] = bytes[at]!;
      for (let p = 0; p < PIXELS; p++) images[(i - from) * PIXELS + p] = bytes[at + 1 + p]! / 255;
    }
    return {
      images: new NDArray(images, [to - from, 28, 28, 1], "float32"),
      labels: new NDArray(labels, [to - from], "int32"),
    };
  };
  return { train: part(testCount, count), test: part(0, testCount) };
}
