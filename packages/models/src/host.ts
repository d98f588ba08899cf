import { allocateHost, ArgumentError, formatShape, isComplex, NDArray, sizeOf } from "@keras/ops";

/** Elements that one row (everything behind the first axis) has on the host. */
function rowLength(a: NDArray): number {
  return sizeOf(a.shape.slice(1)) * (isComplex(a.dtype) ? 2 : 1);
}

/** Host arrays joined along the first axis. @throws {ArgumentError} when their rows differ. */
export function concatenateHost(parts: readonly NDArray[]): NDArray {
  const [first] = parts;
  if (!first) throw new ArgumentError("nothing to concatenate");
  if (parts.length === 1) return first;
  const rest = first.shape.slice(1);
  const rows = parts.reduce((n, p) => n + (p.shape[0] ?? 1), 0);
  const values = allocateHost(first.dtype, rows * sizeOf(rest));
  let at = 0;
  for (const part of parts) {
    if (part.dtype !== first.dtype || sizeOf(part.shape.slice(1)) !== sizeOf(rest)) {
      throw new ArgumentError(
        `batches differ: ${first.dtype}${formatShape(first.shape)} and ${part.dtype}${formatShape(part.shape)}`,
      );
    }
    if (Array.isArray(values)) values.splice(at, part.values.length, ...(part.values as string[]));
    else values.set(part.values as never, at);
    at += part.values.length;
  }
  return new NDArray(values, [rows, ...rest], first.dtype);
}

/** Rows `start` to `end`, sharing memory with the array where it can. */
export function sliceRows(a: NDArray, start: number, end: number): NDArray {
  const row = rowLength(a);
  const values = Array.isArray(a.values)
    ? a.values.slice(start * row, end * row)
    : a.values.subarray(start * row, end * row);
  return new NDArray(values as NDArray["values"], [end - start, ...a.shape.slice(1)], a.dtype);
}

/** The rows with the given numbers, in that order. */
export function takeRows(a: NDArray, rows: ArrayLike<number>): NDArray {
  const row = rowLength(a);
  const values = allocateHost(a.dtype, rows.length * sizeOf(a.shape.slice(1)));
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * row;
    if (Array.isArray(values)) values.splice(i * row, row, ...(a.values as string[]).slice(from, from + row));
    else values.set((a.values as Float32Array).subarray(from, from + row) as never, i * row);
  }
  return new NDArray(values, [rows.length, ...a.shape.slice(1)], a.dtype);
}
