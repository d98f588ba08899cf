import { sizeOf, stridesOf, type DType, type Kernel } from "@keras/ops";
import { binaryLoop } from "./elementwise-binary.ts";
import { allocate, familyOf, indices, lanesOf, settle, wordsOf, type Numbers, type Storage } from "./storage.ts";

/** Copies a row of `size` elements from each position. A negative one is out of range: NaN, 0 or "" is read there. */
function takeRows(x: Storage, dtype: DType, out: Storage, size: number, positions: Float64Array): Storage {
  const { words, lanes } = wordsOf(x, dtype);
  const target = wordsOf(out, dtype).words as Numbers;
  const n = size * lanes;
  const family = familyOf(dtype);
  const missing = family === "float" || family === "complex";
  for (let r = 0, o = 0; r < positions.length; r++, o += n) {
    const at = positions[r] * lanes;
    if (at < 0) {
      if (missing) (out as Numbers).fill(Number.NaN, r * size * lanesOf(dtype), (r + 1) * size * lanesOf(dtype));
    } else if (n >= 32 && !Array.isArray(words)) {
      target.set(words.subarray(at, at + n), o);
    } else {
      for (let k = 0; k < n; k++) target[o + k] = words[at + k] as number;
    }
  }
  return out;
}

const gather: Kernel = ({ inputs: [x, at], inputSpecs: [{ shape, dtype }], attrs, outputSpecs: [spec] }) => {
  const axis = attrs["axis"] as number;
  const index = indices(at as Storage);
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const n = shape[axis];
  const positions = new Float64Array(outer * index.length);
  for (let o = 0, p = 0; o < outer; o++) {
    for (let i = 0; i < index.length; i++) {
      const k = index[i];
      positions[p++] = k >= 0 && k < n ? (o * n + k) * inner : -1;
    }
  }
  return [takeRows(x as Storage, dtype, allocate(dtype, sizeOf(spec.shape)), inner, positions)];
};

/** Element positions of the rows that index tuples address, -1 where one is out of range; `shape` are the axes they index. */
function tuplePositions(at: Storage, shape: readonly number[], rows: number, inner: number): Float64Array {
  const index = indices(at);
  const depth = shape.length;
  const strides = stridesOf(shape);
  const positions = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let position = 0;
    for (let d = 0; d < depth; d++) {
      const k = index[r * depth + d];
      if (!(k >= 0 && k < shape[d])) {
        position = -1;
        break;
      }
      position += k * strides[d] * inner;
    }
    positions[r] = position;
  }
  return positions;
}

const gatherNd: Kernel = ({ inputs: [x, at], inputSpecs: [{ shape, dtype }, index], attrs, outputSpecs: [spec] }) => {
  const batchDims = attrs["batchDims"] as number;
  const depth = index.shape[index.shape.length - 1];
  const indexed = shape.slice(batchDims, batchDims + depth);
  const inner = sizeOf(shape.slice(batchDims + depth));
  const batches = sizeOf(shape.slice(0, batchDims));
  const rows = sizeOf(index.shape.slice(0, -1));
  const positions = tuplePositions(at as Storage, indexed, rows, inner);
  const perBatch = rows / Math.max(batches, 1);
  const stride = sizeOf(indexed) * inner;
  if (batches > 1)
    for (let r = 0; r < rows; r++) if (positions[r] >= 0) positions[r] += Math.floor(r / perBatch) * stride;
  return [takeRows(x as Storage, dtype, allocate(dtype, sizeOf(spec.shape)), inner, positions)];
};

const COMBINE = { add: "add", multiply: "multiply", min: "minimum", max: "maximum" } as const;

const scatterNd: Kernel = ({ inputs: [x, at, updates], inputSpecs: [{ shape, dtype }, index], attrs }) => {
  const mode = attrs["mode"] as "set" | keyof typeof COMBINE;
  const depth = index.shape[index.shape.length - 1];
  const inner = sizeOf(shape.slice(depth));
  const rows = sizeOf(index.shape.slice(0, -1));
  const positions = tuplePositions(at as Storage, shape.slice(0, depth), rows, inner);
  const out = (x as Numbers).slice();
  const u = updates as Numbers;
  if (mode === "set") {
    const target = wordsOf(out, dtype).words as Numbers;
    const { words, lanes } = wordsOf(u, dtype);
    const n = inner * lanes;
    for (let r = 0; r < rows; r++) {
      const o = positions[r] * lanes;
      if (o >= 0) for (let k = 0; k < n; k++) target[o + k] = words[r * n + k] as number;
    }
    return [out];
  }
  const loop = binaryLoop(COMBINE[mode], dtype);
  for (let r = 0; r < rows; r++) {
    const o = positions[r];
    if (o >= 0) loop(inner, out, o, out, o, 1, u, r * inner, 1);
  }
  return [settle(out as Storage, dtype)];
};

export const indexKernels: Readonly<Record<string, Kernel>> = { gather, gather_nd: gatherNd, scatter_nd: scatterNd };
