import { sizeOf, type StaticSpec } from "@keras/ops";
import { familyOf, unsupported, type Numbers } from "../storage.ts";

/** The matrices on the last two axes, each as a fresh row-major float64 array. */
export interface Matrices {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly at: (index: number) => Float64Array;
}

/** @throws {DTypeError} when the dtype is not a float. */
export function matricesOf(op: string, x: unknown, { shape, dtype }: StaticSpec): Matrices {
  if (familyOf(dtype) !== "float") throw unsupported(dtype, op);
  const rows = shape[shape.length - 2];
  const columns = shape[shape.length - 1];
  const size = rows * columns;
  return {
    count: sizeOf(shape.slice(0, -2)),
    rows,
    columns,
    at: (index) => Float64Array.from((x as Numbers).subarray(index * size, (index + 1) * size)),
  };
}

/** Collects one result per matrix into one array. */
export function collect(
  count: number,
  size: number,
): { readonly all: Float64Array; readonly put: (index: number, values: ArrayLike<number>) => void } {
  const all = new Float64Array(count * size);
  return { all, put: (index, values) => all.set(values, index * size) };
}
