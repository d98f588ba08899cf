import { stridesOf, type Kernel, type ShapedBuffer } from "@keras/ops";
import { ascending, comparator } from "./sort.ts";
import { allocate, lanesOf, type Storage } from "./storage.ts";

const vector = (buffer: Storage, length: number): ShapedBuffer => ({ buffer, shape: [length] });

const nonzero: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }] }) => {
  const values = x as Storage;
  const lanes = lanesOf(dtype);
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(i / lanes);
    // Truthiness would miss NaN, which is not zero.
    const v = values[i];
    if (v !== 0 && v !== 0n && v !== "" && found[found.length - 1] !== at) found.push(at);
  }
  const strides = stridesOf(shape);
  return shape.map((size, axis) =>
    vector(
      Int32Array.from(found, (at) => Math.floor(at / strides[axis]) % size),
      found.length,
    ),
  );
};

const unique: Kernel = ({ inputs: [input], inputSpecs: [{ shape, dtype }] }) => {
  const x = input as Storage;
  const n = shape[0];
  const order = ascending(x, dtype, 0, n);
  const compare = comparator(x, dtype);
  const first: number[] = [];
  const counts: number[] = [];
  const inverse = new Int32Array(n);
  order.forEach((at, i) => {
    if (i === 0 || compare(order[i - 1], at) !== 0) {
      first.push(at);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[at] = first.length - 1;
  });
  const values = allocate(dtype, first.length);
  const lanes = lanesOf(dtype);
  first.forEach((at, i) => {
    for (let lane = 0; lane < lanes; lane++) values[i * lanes + lane] = x[at * lanes + lane] as never;
  });
  const u = first.length;
  return [vector(values, u), vector(Int32Array.from(first), u), vector(inverse, n), vector(Int32Array.from(counts), u)];
};

/** Kernels whose output shapes depend on data. */
export const dynamicShapeKernels: Readonly<Record<string, Kernel>> = { nonzero, unique };
