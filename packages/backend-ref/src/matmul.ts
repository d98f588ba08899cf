import type { Numbers } from "./storage.ts";

/** A matrix inside an array: element (i, j) is data[at + i·row + j·column]. A transpose is the same data with its steps exchanged. */
export interface Matrix {
  readonly data: Numbers;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** Rows that are multiplied at a time: their packed copy stays in the cache while all columns pass by. */
const BLOCK = 64;

let rowPanels = new Float64Array(0);
let columnPanels = new Float64Array(0);
const tile = new Float64Array(8);

/**
 * out (+)= a · b, for a [m, k], b [k, n] and out [m, n], accumulated in float64 and rounded once. Operands are first copied into panels
 * of 2 rows and 4 columns that are read from front to back, whatever their layout was; the product of two panels needs 8 accumulators.
 */
export function matmul(m: number, n: number, k: number, a: Matrix, b: Matrix, out: Matrix, accumulate = false): void {
  const width = (n + 3) & -4;
  if (columnPanels.length < width * k) columnPanels = new Float64Array(width * k);
  if (rowPanels.length < BLOCK * k) rowPanels = new Float64Array(BLOCK * k);
  pack(columnPanels, 4, n, k, b.data, b.at, b.column, b.row);
  for (let i0 = 0; i0 < m; i0 += BLOCK) {
    const rows = Math.min(BLOCK, m - i0);
    pack(rowPanels, 2, rows, k, a.data, a.at + i0 * a.row, a.row, a.column);
    for (let j = 0; j < n; j += 4) {
      for (let i = 0; i < rows; i += 2) {
        multiplyPanels(k, i * k, j * k);
        store(out, i0 + i, Math.min(2, rows - i), j, Math.min(4, n - j), accumulate);
      }
    }
  }
}

/** Copies `count` lines of length k into panels of `size` lines, filling the last one up with zeros. */
function pack(
  to: Float64Array,
  size: number,
  count: number,
  k: number,
  x: Numbers,
  at: number,
  line: number,
  step: number,
): void {
  for (let first = 0, panel = 0; first < count; first += size, panel += size * k) {
    for (let l = 0; l < size; l++) {
      let p = panel + l;
      let i = at + (first + l) * line;
      if (first + l < count) for (const end = p + size * k; p < end; p += size, i += step) to[p] = x[i];
      else for (const end = p + size * k; p < end; p += size) to[p] = 0;
    }
  }
}

function multiplyPanels(k: number, i: number, j: number): void {
  const a = rowPanels;
  const b = columnPanels;
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let c4 = 0;
  let c5 = 0;
  let c6 = 0;
  let c7 = 0;
  for (const end = i + 2 * k; i < end; i += 2, j += 4) {
    const x = a[i];
    const y = a[i + 1];
    const b0 = b[j];
    const b1 = b[j + 1];
    const b2 = b[j + 2];
    const b3 = b[j + 3];
    c0 += x * b0;
    c1 += x * b1;
    c2 += x * b2;
    c3 += x * b3;
    c4 += y * b0;
    c5 += y * b1;
    c6 += y * b2;
    c7 += y * b3;
  }
  tile[0] = c0;
  tile[1] = c1;
  tile[2] = c2;
  tile[3] = c3;
  tile[4] = c4;
  tile[5] = c5;
  tile[6] = c6;
  tile[7] = c7;
}

function store(
  { data, at, row, column }: Matrix,
  i: number,
  rows: number,
  j: number,
  columns: number,
  accumulate: boolean,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const o = at + (i + r) * row + (j + c) * column;
      data[o] = accumulate ? data[o] + tile[4 * r + c] : tile[4 * r + c];
    }
  }
}
