import { sizeOf, stridesOf, type DType, type Kernel, type StaticSpec } from "@keras/ops";
import { allocate, familyOf, indices, settle, wordsOf, type Numbers, type Storage } from "./storage.ts";
import { broadcastStrides, copyStrided } from "./strided.ts";

/** A block of a row-major array: strides and offset in elements. */
interface View {
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Copies elements of any dtype from one block to another. */
export function copyBlock(
  shape: readonly number[],
  dtype: DType,
  out: Storage,
  to: View,
  x: Storage,
  from: View,
): void {
  const source = wordsOf(x, dtype);
  const target = wordsOf(out, dtype).words;
  const { lanes } = source;
  // An element of several words is one more axis.
  const widen = ({ strides, offset }: View): [number[], number] => [
    [...strides.map((s) => s * lanes), 1],
    offset * lanes,
  ];
  const [outStrides, outOffset] = widen(to);
  const [xStrides, xOffset] = widen(from);
  copyStrided([...shape, lanes], target, outStrides, outOffset, source.words, xStrides, xOffset);
}

/** A new array of `shape` filled from a block of `x`. */
function takeBlock(x: Storage, dtype: DType, shape: readonly number[], from: View): Storage {
  const out = allocate(dtype, sizeOf(shape));
  copyBlock(shape, dtype, out, { strides: stridesOf(shape), offset: 0 }, x, from);
  return out;
}

/** Whether a permutation of axes leaves the elements where they are, since only axes of size 1 move. */
export function keepsOrder(shape: readonly number[], perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]);
}

/** Axes in another order. Gives `x` itself where the order of its elements does not change. */
export function transposed(x: Storage, { shape, dtype }: StaticSpec, perm: readonly number[]): Storage {
  if (keepsOrder(shape, perm)) return x;
  const strides = stridesOf(shape);
  return takeBlock(
    x,
    dtype,
    perm.map((axis) => shape[axis]),
    { strides: perm.map((axis) => strides[axis]), offset: 0 },
  );
}

const reshape: Kernel = ({ inputs: [x] }) => [x];

const transpose: Kernel = ({ inputs: [x], inputSpecs: [spec], attrs }) => [
  transposed(x as Storage, spec, attrs["perm"] as readonly number[]),
];

const broadcastTo: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], outputSpecs: [out] }) => {
  if (sizeOf(shape) === sizeOf(out.shape)) return [x];
  return [takeBlock(x as Storage, dtype, out.shape, { strides: broadcastStrides(shape, out.shape.length), offset: 0 })];
};

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0);

const slice: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs, outputSpecs: [out] }) => {
  const steps = attrs["strides"] as readonly number[];
  const strides = stridesOf(shape);
  return [
    takeBlock(x as Storage, dtype, out.shape, {
      strides: strides.map((s, i) => s * steps[i]),
      offset: dot(strides, attrs["start"] as readonly number[]),
    }),
  ];
};

/** Start positions brought into range. */
function clampedStart(start: Storage, shape: readonly number[], size: readonly number[]): number[] {
  const at = indices(start);
  return shape.map((d, i) => Math.min(Math.max(at[i], 0), d - size[i]));
}

const dynamicSlice: Kernel = ({ inputs: [x, start], inputSpecs: [{ shape, dtype }], outputSpecs: [out] }) => {
  const strides = stridesOf(shape);
  const offset = dot(strides, clampedStart(start as Storage, shape, out.shape));
  return [takeBlock(x as Storage, dtype, out.shape, { strides, offset })];
};

const dynamicUpdateSlice: Kernel = ({ inputs: [x, update, start], inputSpecs: [{ shape, dtype }, part] }) => {
  const out = (x as Numbers).slice() as Storage;
  const strides = stridesOf(shape);
  const offset = dot(strides, clampedStart(start as Storage, shape, part.shape));
  copyBlock(part.shape, dtype, out, { strides, offset }, update as Storage, {
    strides: stridesOf(part.shape),
    offset: 0,
  });
  return [out];
};

const pad: Kernel = ({ inputs: [x, value], inputSpecs: [{ shape, dtype }], attrs, outputSpecs: [out] }) => {
  const low = attrs["low"] as readonly number[];
  const interior = attrs["interior"] as readonly number[];
  const from = stridesOf(shape);
  const to = stridesOf(out.shape);
  const result = takeBlock(value as Storage, dtype, out.shape, { strides: out.shape.map(() => 0), offset: 0 });
  // Elements [first, end) of each axis land inside the result: cutting leaves the others out.
  const steps = interior.map((n) => n + 1);
  const first = shape.map((_, i) => Math.max(0, Math.ceil(-low[i] / steps[i])));
  const count = shape.map((d, i) => Math.max(0, Math.min(d, Math.ceil((out.shape[i] - low[i]) / steps[i])) - first[i]));
  const target = {
    strides: to.map((s, i) => s * steps[i]),
    offset: dot(
      to,
      first.map((f, i) => low[i] + f * steps[i]),
    ),
  };
  if (sizeOf(count) > 0)
    copyBlock(count, dtype, result, target, x as Storage, { strides: from, offset: dot(from, first) });
  return [result];
};

const concatenate: Kernel = ({ inputs, inputSpecs, attrs, outputSpecs: [{ shape, dtype }] }) => {
  const axis = attrs["axis"] as number;
  const out = allocate(dtype, sizeOf(shape));
  const strides = stridesOf(shape);
  let at = 0;
  inputs.forEach((x, i) => {
    const part = inputSpecs[i].shape;
    copyBlock(part, dtype, out, { strides, offset: at * strides[axis] }, x as Storage, {
      strides: stridesOf(part),
      offset: 0,
    });
    at += part[axis];
  });
  return [out];
};

const reverse: Kernel = ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs }) => {
  const axes = attrs["axis"] as readonly number[];
  if (sizeOf(shape) === 0) return [x];
  const strides = stridesOf(shape);
  return [
    takeBlock(x as Storage, dtype, shape, {
      strides: strides.map((s, i) => (axes.includes(i) ? -s : s)),
      offset: axes.reduce((sum, i) => sum + (shape[i] - 1) * strides[i], 0),
    }),
  ];
};

const iota: Kernel = ({ attrs, outputSpecs: [{ shape, dtype }] }) => {
  const axis = attrs["axis"] as number;
  const n = shape[axis];
  const wide = familyOf(dtype) === "wide";
  const ramp = allocate(dtype, n);
  const lanes = ramp.length / Math.max(n, 1);
  for (let i = 0; i < n; i++) ramp[i * lanes] = (wide ? BigInt(i) : i) as never;
  const strides = shape.map((_, i) => (i === axis ? 1 : 0));
  return [takeBlock(settle(ramp, dtype), dtype, shape, { strides, offset: 0 })];
};

const full: Kernel = ({ attrs, outputSpecs: [{ shape, dtype }] }) => {
  const value = attrs["value"] as number | bigint | boolean | string;
  const out = allocate(dtype, sizeOf(shape));
  switch (familyOf(dtype)) {
    case "complex":
      for (let i = 0; i < out.length; i += 2) out[i] = Number(value);
      return [out];
    case "wide":
      return [out.fill(BigInt(value) as never)];
    case "string":
      return [out.fill(value as never)];
    default:
      return [settle(out.fill(Number(value) as never), dtype)];
  }
};

/** Kernels that move elements without looking at them. */
export const shapeKernels: Readonly<Record<string, Kernel>> = {
  reshape,
  transpose,
  broadcast_to: broadcastTo,
  slice,
  dynamic_slice: dynamicSlice,
  dynamic_update_slice: dynamicUpdateSlice,
  pad,
  concatenate,
  reverse,
  iota,
  full,
};
