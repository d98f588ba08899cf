import "../core/backend.ts";
import { convertToTensor, NDArray, setBackend, type DType, type Tensor } from "@keras/ops";

/** Every test of this folder runs on the reference engine. */
export async function useReference(): Promise<void> {
  await setBackend("ref");
}

/** Reproducible numbers in [low, high), none of them near the ends or equal to another. */
export function numbers(shape: readonly number[], low = -2, high = 2, seed = 1): number[] {
  const count = shape.reduce((n, d) => n * d, 1);
  return Array.from({ length: count }, (_, i) => {
    const fraction = (((i + 1) * 0.6180339887498949 + seed * 0.37) % 1) * 0.9 + 0.05;
    return low + (high - low) * fraction;
  });
}

/** A tensor of given numbers. */
export function tensor(values: readonly number[], shape: readonly number[], dtype: DType = "float32"): Tensor {
  const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;
  const Values = arrays[dtype as keyof typeof arrays];
  return convertToTensor(new NDArray(Values.from(values) as never, shape, dtype));
}

/** All elements as numbers. */
export async function flat(x: Tensor): Promise<number[]> {
  return Array.from((await x.data()) as ArrayLike<number | bigint>, Number);
}

/** Row-major position → index along each axis. */
export function unravel(position: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** Index along each axis → row-major position; axes of size 1 repeat. */
export function ravelIn(index: readonly number[], shape: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return own.reduce((at, i, axis) => at * shape[axis]! + (shape[axis] === 1 ? 0 : i), 0);
}
