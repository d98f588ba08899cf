import { sizeOf, type DType, type Kernel, type StaticSpec } from "@keras/ops";
import { transposed } from "./shape.ts";
import { allocate, familyOf, type Numbers, type Storage } from "./storage.ts";

/** Ascending order of elements a and b of x; NaN last, complex numbers by real part first. */
export function comparator(x: Storage, dtype: DType): (a: number, b: number) => number {
  const compare = (a: number | bigint | string, b: number | bigint | string): number => {
    if (a < b) return -1;
    if (a > b) return 1;
    return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  };
  if (familyOf(dtype) !== "complex") return (a, b) => compare(x[a], x[b]);
  return (a, b) => compare(x[2 * a], x[2 * b]) || compare(x[2 * a + 1], x[2 * b + 1]);
}

/** Positions [from, from + n) of x in ascending order, equal ones in their own order. */
export function ascending(x: Storage, dtype: DType, from: number, n: number): Int32Array {
  const compare = comparator(x, dtype);
  return Int32Array.from({ length: n }, (_, i) => from + i).sort((a, b) => compare(a, b) || a - b);
}

/** The axes with `axis` moved to the end, and the way back. */
function lastAxis(rank: number, axis: number): { readonly perm: readonly number[]; readonly back: readonly number[] } {
  const perm = [...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis), axis];
  return { perm, back: perm.map((_, i) => perm.indexOf(i)) };
}

/** Runs `rows` on x with `axis` last and moves the axis of its result back. */
function alongAxis(
  x: Storage,
  spec: StaticSpec,
  axis: number,
  dtype: DType,
  rows: (x: Storage, count: number, n: number) => Storage,
): Storage {
  const { shape } = spec;
  const { perm, back } = lastAxis(shape.length, axis);
  const n = shape[axis];
  const sorted = rows(transposed(x, spec, perm), n === 0 ? 0 : sizeOf(shape) / n, n);
  return transposed(sorted, { shape: perm.map((i) => shape[i]), dtype }, back);
}

const sort: Kernel = ({ inputs: [x], inputSpecs: [spec], attrs }) => {
  const { dtype } = spec;
  const sorted = alongAxis(x as Storage, spec, attrs["axis"] as number, dtype, (values, count, n) => {
    const out = values.slice() as Storage;
    for (let row = 0; row < count; row++) {
      if (familyOf(dtype) === "complex") {
        ascending(values, dtype, row * n, n).forEach((from, i) => {
          const at = 2 * (row * n + i);
          out[at] = values[2 * from];
          out[at + 1] = values[2 * from + 1];
        });
      } else if (Array.isArray(out)) {
        out.splice(row * n, n, ...out.slice(row * n, (row + 1) * n).sort());
      } else {
        out.subarray(row * n, (row + 1) * n).sort();
      }
    }
    return out;
  });
  return [sorted];
};

const argsort: Kernel = ({ inputs: [x], inputSpecs: [spec], attrs, outputSpecs: [{ dtype }] }) => {
  const order = alongAxis(x as Storage, spec, attrs["axis"] as number, dtype, (values, count, n) => {
    const out = allocate(dtype, count * n);
    for (let row = 0; row < count; row++) {
      const positions = ascending(values, spec.dtype, row * n, n);
      for (let i = 0; i < n; i++) out[row * n + i] = (positions[i] - row * n) as never;
    }
    return out;
  });
  return [order];
};

/** Above this, sorting the whole row beats keeping a sorted list of the best. */
const SHORT_LIST = 64;

/** The positions of the `k` largest of x[from, from + n), in descending order; NaN counts as largest, ties in their own order. */
function largest(x: Storage, dtype: DType, from: number, n: number, k: number): Int32Array {
  const compare = comparator(x, dtype);
  if (k > SHORT_LIST)
    return Int32Array.from({ length: n }, (_, i) => from + i)
      .sort((a, b) => compare(b, a) || a - b)
      .subarray(0, k);
  const best = new Int32Array(k);
  let count = 0;
  for (let i = from; i < from + n; i++) {
    if (count === k && (k === 0 || compare(best[k - 1], i) >= 0)) continue;
    let at = count < k ? count++ : k - 1;
    for (; at > 0 && compare(best[at - 1], i) < 0; at--) best[at] = best[at - 1];
    best[at] = i;
  }
  return best;
}

const topK: Kernel = ({
  inputs: [input],
  inputSpecs: [{ shape, dtype }],
  attrs,
  outputSpecs: [, { dtype: indexDType }],
}) => {
  const x = input as Storage;
  const k = attrs["k"] as number;
  const n = shape[shape.length - 1];
  const rows = sizeOf(shape.slice(0, -1));
  const values = allocate(dtype, rows * k);
  const positions = allocate(indexDType, rows * k) as Numbers;
  for (let row = 0; row < rows; row++) {
    const best = largest(x, dtype, row * n, n, k);
    for (let i = 0; i < k; i++) {
      values[row * k + i] = x[best[i]] as never;
      positions[row * k + i] = best[i] - row * n;
    }
  }
  return [values, positions];
};

export const sortKernels: Readonly<Record<string, Kernel>> = { sort, argsort, top_k: topK };
