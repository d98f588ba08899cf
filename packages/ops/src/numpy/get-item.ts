import { asDType } from "../define/as-dtype.ts";
import { shaped } from "../define/operand.ts";
import { wrapIndices } from "../define/wrap-indices.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { isInteger } from "../dtype.ts";
import { ArgumentError, DTypeError } from "../errors.ts";
import { apply, type OpInput } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { NDArray } from "../ndarray.ts";
import type { TensorLike, TypedArray } from "../operand.ts";
import { broadcastShapes, formatShape } from "../shape.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { isVariable, type Variable } from "../variable.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { flip } from "./flip.ts";
import { full } from "./full.ts";
import { gatherNd, gatherTensor } from "./gather.ts";
import { nonzero } from "./nonzero.ts";
import { reshape } from "./reshape.ts";
import { sliceTensor } from "./slice.ts";
import { stack } from "./stack.ts";
import { transpose } from "./transpose.ts";

/** `start:stop:step` of Python; what is missing or null stands for the end in question. */
export interface IndexRange {
  readonly start?: number | null | undefined;
  readonly stop?: number | null | undefined;
  readonly step?: number | null | undefined;
}

/**
 * What stands for one axis in an index: a number (the axis goes), a range, integers (their shape takes the axis's place), booleans (a
 * mask), `null` (a new axis) or `"..."` (all axes not mentioned).
 */
export type Index =
  | number
  | null
  | "..."
  | IndexRange
  | Tensor
  | Variable
  | KerasTensor
  | NDArray
  | TypedArray
  | readonly (number | boolean | readonly unknown[])[];

/** One part of an index as an attribute; tensors are operands. */
type Part =
  | { readonly kind: "at"; readonly index: number }
  | { readonly kind: "range"; readonly start: number | null; readonly stop: number | null; readonly step: number }
  | { readonly kind: "new" }
  | { readonly kind: "rest" }
  | { readonly kind: "take" };

interface GetItemAttrs {
  readonly [key: string]: unknown;
  readonly index: readonly Part[];
}

export const getItemOp: OpDef<GetItemAttrs> = defineOp({
  name: "get_item",
  keras: "keras.src.ops.numpy.GetItem",
  infer: ([x, ...taken], { index }) => [
    {
      shape: plan(
        x!.shape,
        index,
        taken.map((t) => t.shape),
      ).shape,
      dtype: x!.dtype,
    },
  ],
  decompose: ([x, ...taken], { index }) => [
    carryOut(
      x!,
      plan(
        x!.shape,
        index,
        taken.map((t) => t.shape),
      ),
      taken,
    ),
  ],
  toConfig: () => ({}),
  callForm: {
    write: ([x, ...taken], { index }) => {
      let next = 0;
      return [x, index.map((part) => (part.kind === "take" ? taken[next++] : written(part)))];
    },
    read: ([x, key]) => {
      const parsed = ((Array.isArray(key) ? key : [key]) as readonly Index[]).map(parse);
      return { operands: [x, ...parsed.flatMap((p) => p.operands)], attrs: { index: parsed.flatMap((p) => p.parts) } };
    },
  },
});

/** A part of an index as it stands in files. */
function written(part: Exclude<Part, { kind: "take" }>): unknown {
  if (part.kind === "at") return part.index;
  if (part.kind === "new") return null;
  if (part.kind === "rest") return { class_name: "__ellipsis__", config: {} };
  const { start, stop, step } = part;
  return { class_name: "__slice__", config: { start, stop, step: step === 1 ? null : step } };
}

/** How an index is carried out: slice, flip, replace axes by integers, add and drop axes. */
interface Plan {
  readonly start: readonly Dim[];
  readonly limit: readonly Dim[];
  readonly strides: readonly number[];
  readonly flipped: readonly number[];
  /** Shape after slicing; axes that a number drops are gone, those that integers replace are there. */
  readonly sliced: Shape;
  /** The axes of `sliced` that integers replace; a number counts as integers beside others. */
  readonly advanced: readonly { readonly axis: number; readonly index: number | null }[];
  /** Shape of the integers together. */
  readonly indices: Shape;
  /** How many axes of the result come before them. */
  readonly before: number;
  readonly shape: Shape;
}

type Range = Extract<Part, { kind: "range" }>;
const ALL: Range = { kind: "range", start: null, stop: null, step: 1 };

/** Where a range lies on an axis. A backward one is cut out forwards and then flipped. */
function bounds(size: Dim, { start, stop, step }: Range): { start: Dim; limit: Dim; stride: number; flipped: boolean } {
  const forward = step > 0;
  const place = (at: number | null, otherwise: Dim): Dim => {
    if (at === null) return otherwise;
    if (!dim.isStatic(size)) return at < 0 ? dim.add(size, at) : forward ? leastOf(at, size) : at;
    const from = at < 0 ? at + size : at;
    return forward ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, -1), size - 1);
  };
  const first = place(start, forward ? 0 : dim.sub(size, 1));
  const end = place(stop, forward ? size : -1);
  const span = forward ? dim.sub(end, first) : dim.sub(first, end);
  const stride = Math.abs(step);
  if (dim.isStatic(span) && span <= 0) return { start: 0, limit: 0, stride: 1, flipped: false };
  if (forward) return { start: first, limit: end, stride, flipped: false };
  const reach = dim.mul(dim.floordiv(dim.sub(span, 1), stride), stride);
  return { start: dim.sub(first, reach), limit: dim.add(first, 1), stride, flipped: true };
}

/** A bound on an axis of unknown size: the size may turn out to be smaller. */
function leastOf(at: number, size: Dim): Dim {
  return at === 0 ? 0 : dim.symbol(`min(${at}, ${String(size)})`);
}

/** The parts, one per axis of the operand and new axis, with `"..."` and what was left out as full ranges. */
function spelledOut(shape: Shape, index: readonly Part[]): readonly Exclude<Part, { kind: "rest" }>[] {
  const used = index.filter((p) => p.kind !== "new" && p.kind !== "rest").length;
  if (used > shape.length)
    throw new ArgumentError(`an index of ${used} axes is too long for shape ${formatShape(shape)}`, { op: "get_item" });
  const rest = Array.from({ length: shape.length - used }, () => ALL);
  const at = index.findIndex((p) => p.kind === "rest");
  return (at < 0 ? [...index, ...rest] : index.toSpliced(at, 1, ...rest)) as Exclude<Part, { kind: "rest" }>[];
}

function plan(shape: Shape, index: readonly Part[], taken: readonly Shape[]): Plan {
  const parts = spelledOut(shape, index);
  const indices = broadcastShapes(taken, "get_item");
  const isAdvanced = (p: Part): boolean => p.kind === "take" || (p.kind === "at" && taken.length > 0);
  const [start, limit, strides, flipped]: [Dim[], Dim[], number[], number[]] = [[], [], [], []];
  const sliced: Dim[] = [];
  const advanced: { axis: number; index: number | null }[] = [];
  const plain: Dim[] = [];
  let before = 0;
  parts.forEach((part) => {
    if (part.kind === "new") return void plain.push(1);
    const axis = start.length;
    const size = shape[axis]!;
    let cut = { start: 0 as Dim, limit: size, stride: 1, flipped: false };
    if (part.kind === "range") {
      cut = bounds(size, part);
      const length = dim.ceildiv(dim.sub(cut.limit, cut.start), cut.stride);
      sliced.push(length);
      plain.push(length);
    } else {
      const from = part.kind === "at" ? inRange(part.index, size, axis, shape) : 0;
      if (isAdvanced(part)) {
        if (advanced.length === 0) before = plain.length;
        advanced.push({ axis: sliced.length, index: part.kind === "at" ? part.index : null });
        sliced.push(size);
      } else cut = { ...cut, start: from, limit: dim.add(from, 1) };
    }
    start.push(cut.start);
    limit.push(cut.limit);
    strides.push(cut.stride);
    if (cut.flipped) flipped.push(axis);
  });
  // Integers side by side put their shape in their place; apart from each other, in front.
  const places = parts.flatMap((p, i) => (isAdvanced(p) ? [i] : []));
  if (places.length > 0 && places.at(-1)! - places[0]! !== places.length - 1) before = 0;
  return {
    start,
    limit,
    strides,
    flipped,
    sliced,
    advanced,
    indices,
    before,
    shape: plain.toSpliced(before, 0, ...indices),
  };
}

function inRange(index: number, size: Dim, axis: number, shape: Shape): Dim {
  if (dim.isStatic(size) && (index < -size || index >= size)) {
    throw new ArgumentError(`index ${index} is out of range for axis ${axis} of shape ${formatShape(shape)}`, {
      op: "get_item",
    });
  }
  return index < 0 ? dim.add(size, index) : index;
}

function carryOut(
  x: Tensor,
  { start, limit, strides, flipped, sliced, advanced, indices, before, shape }: Plan,
  taken: readonly Tensor[],
): Tensor {
  const cut = sliceTensor(x, start, limit, strides);
  const kept = reshape(flipped.length > 0 ? flip(cut, { axis: flipped }) : cut, sliced);
  if (advanced.length === 0) return reshape(kept, shape);
  const given = [...taken];
  const columns = advanced.map(({ axis, index }) =>
    wrapIndices(index === null ? given.shift()! : full([], index, { dtype: "int32" }), sliced[axis]!),
  );
  if (advanced.length === 1) return reshape(gatherTensor(kept, columns[0]!, advanced[0]!.axis), shape);
  const axes = advanced.map((a) => a.axis);
  const others = [...sliced.keys()].filter((i) => !axes.includes(i));
  const address = stack(
    columns.map((c) => broadcastTo(c, indices)),
    { axis: indices.length },
  );
  const found = gatherNd(transpose(kept, [...axes, ...others]), address, 0);
  // The integers' shape is in front; axes of the result before it that are not new ones are among the others.
  const rank = indices.length;
  const overtaken = before === 0 ? 0 : others.filter((i) => i < axes[0]!).length;
  const order = [...others.keys()].map((i) => rank + i);
  return reshape(
    transpose(found, [
      ...order.slice(0, overtaken),
      ...Array.from({ length: rank }, (_, i) => i),
      ...order.slice(overtaken),
    ]),
    shape,
  );
}

/** Reads one item of a public index: a part, and the integers it brings along. */
function parse(item: Index): { readonly parts: readonly Part[]; readonly operands: readonly OpInput[] } {
  const one = (part: Part): ReturnType<typeof parse> => ({ parts: [part], operands: [] });
  if (item === null) return one({ kind: "new" });
  if (item === "...") return one({ kind: "rest" });
  if (typeof item === "number") {
    if (!Number.isInteger(item)) throw new ArgumentError(`an index is a whole number, got ${item}`, { op: "get_item" });
    return one({ kind: "at", index: item });
  }
  if (isRange(item)) {
    const { start = null, stop = null, step = null } = item;
    if (step === 0) throw new ArgumentError("the step of a range cannot be 0", { op: "get_item" });
    if ([start, stop, step].some((n) => n !== null && !Number.isInteger(n))) {
      throw new ArgumentError("start, stop and step of a range are whole numbers", { op: "get_item" });
    }
    return one({ kind: "range", start, stop, step: step ?? 1 });
  }
  const value = shaped(item as TensorLike);
  if (isKerasTensor(value) || isTensor(value)) {
    if (value.dtype === "bool") {
      if (isKerasTensor(value))
        throw new DTypeError("a mask has no known number of true elements: use where", { op: "get_item" });
      const found = nonzero(value);
      return { parts: found.map((): Part => ({ kind: "take" })), operands: found };
    }
    // Arrays of numbers are floatx: as an index they are meant as integers.
    if (isInteger(value.dtype)) return { parts: [{ kind: "take" }], operands: [value] };
    if (!isTensor(item) && !isVariable(item) && !isKerasTensor(item))
      return { parts: [{ kind: "take" }], operands: [asDType(value as Tensor, "int32")] };
  }
  throw new DTypeError(`an index holds integers or booleans; cast it with ops.cast(x, "int32")`, { op: "get_item" });
}

const KEYS: ReadonlySet<string> = new Set(["start", "stop", "step"]);

function isRange(item: object): item is IndexRange {
  return !Array.isArray(item) && !ArrayBuffer.isView(item) && Object.keys(item).every((key) => KEYS.has(key));
}

/**
 * `x[index]` of NumPy.
 *
 * @param x - Any shape and dtype.
 * @param index - One item per axis: a number (negative ones count from the end), a range `{ start, stop, step }`, `null` (a new axis),
 *   `"..."` (all axes not mentioned), integers (a tensor or an array) or a mask of booleans. One array of items stands for all of them.
 * @throws {ArgumentError} when the index has too many axes or a number is out of range.
 * @throws {DTypeError} when a tensor in the index holds neither integers nor booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.array([[1, 2, 3], [4, 5, 6]]);
 * console.log(await ops.getItem(x, 0).array()); // [1, 2, 3]
 * console.log(await ops.getItem(x, "...", { start: 1 }).array()); // [[2, 3], [5, 6]]
 * console.log(await ops.getItem(x, 1, [0, 2]).array()); // [4, 6]
 * ```
 */
export function getItem(x: KerasTensor, ...index: readonly (Index | readonly Index[])[]): KerasTensor;
export function getItem(x: TensorLike, ...index: readonly (Index | readonly Index[])[]): Tensor;
export function getItem(
  x: TensorLike | KerasTensor,
  ...index: readonly (Index | readonly Index[])[]
): Tensor | KerasTensor {
  const items = (index.length === 1 && Array.isArray(index[0]) ? index[0] : index) as readonly Index[];
  const parsed = items.map(parse);
  const parts = parsed.flatMap((p) => p.parts);
  if (parts.filter((p) => p.kind === "rest").length > 1)
    throw new ArgumentError('an index has at most one "..."', { op: "get_item" });
  return apply(getItemOp, [x, ...parsed.flatMap((p) => p.operands)], { index: parts })[0]!;
}
