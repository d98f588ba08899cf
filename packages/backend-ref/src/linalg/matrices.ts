import { sizeOf, type Attrs, type Kernel } from "@keras/ops";
import { familyOf, lanesOf, stored, unsupported, type Numbers } from "../storage.ts";

type Parts = readonly ArrayLike<number>[];

/**
 * The kernel that factors matrix by matrix: `compute` gets those on the last two axes of every operand, each as a fresh row-major float64
 * array, with the size of the last operand's, and gives one array per output, or null for NaN throughout.
 *
 * @throws {DTypeError} when a dtype is not a float (or complex, where that is allowed).
 */
export function perMatrix(
  op: string,
  compute: (matrices: readonly Float64Array[], rows: number, columns: number, attrs: Attrs) => Parts | null,
  complex = false,
): Readonly<Record<string, Kernel>> {
  const kernel: Kernel = ({ inputs, inputSpecs, attrs, outputSpecs }) => {
    for (const { dtype } of inputSpecs)
      if (familyOf(dtype) !== "float" && !(complex && familyOf(dtype) === "complex")) throw unsupported(dtype, op);
    const { shape } = inputSpecs.at(-1)!;
    const count = sizeOf(shape.slice(0, -2));
    const outputs = outputSpecs.map((spec) => new Float64Array(sizeOf(spec.shape) * lanesOf(spec.dtype)));
    const [rows, columns] = shape.slice(-2);
    for (let i = 0; i < count; i++) {
      const part = <T extends Numbers>(x: T): T =>
        x.subarray((i * x.length) / count, ((i + 1) * x.length) / count) as T;
      const matrices = inputs.map((x) => Float64Array.from(part(x as Numbers)));
      const results = compute(matrices, rows, columns, attrs);
      outputs.forEach((out, k) => (results ? part(out).set(results[k]) : part(out).fill(Number.NaN)));
    }
    return outputs.map((out, k) => stored(out, outputSpecs[k].dtype));
  };
  return { [op]: kernel };
}

/**
 * As `perMatrix`, for decompositions that iterate: NaN where the matrix is not finite. The matrix is scaled by a power of 2 that brings its
 * largest element between 1 and 2, so that squares neither overflow nor vanish; `scale` turns eigenvalues and singular values back.
 */
export function spectral(
  op: string,
  compute: (a: Float64Array, rows: number, columns: number, scale: number, attrs: Attrs) => Parts,
  complex = false,
): Readonly<Record<string, Kernel>> {
  const scaled = ([a]: readonly Float64Array[], rows: number, columns: number, attrs: Attrs): Parts | null => {
    const largest = a.reduce((size, x) => Math.max(size, Math.abs(x)), 0);
    if (!Number.isFinite(largest)) return null;
    const scale = largest && 2 ** Math.floor(Math.log2(largest));
    return compute(scale ? a.map((x) => x / scale) : a, rows, columns, scale, attrs);
  };
  return perMatrix(op, scaled, complex);
}

export function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
}

export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]);
}

/** Puts the first rows of x, `width` long, in the order told. */
export function arrangeRows(x: Float64Array, width: number, order: readonly number[]): void {
  const from = x.slice();
  order.forEach((row, i) => x.set(from.subarray(row * width, (row + 1) * width), i * width));
}
