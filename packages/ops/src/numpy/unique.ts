import { asDType } from "../define/as-dtype.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { isDifferentiable } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { Scalar } from "../scalar.ts";
import { normalizeAxis, staticShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { any } from "./any.ts";
import { argsort } from "./argsort.ts";
import { less, notEqual } from "./compare.ts";
import { concatenate } from "./concatenate.ts";
import { cumsum } from "./cumsum.ts";
import { expandDims } from "./expand-dims.ts";
import { full } from "./full.ts";
import { gatherTensor } from "./gather.ts";
import { iotaTensor } from "./iota.ts";
import { moveaxis } from "./moveaxis.ts";
import { nonzero } from "./nonzero.ts";
import { padTensor } from "./pad-primitive.ts";
import { reshape } from "./reshape.ts";
import { scatterNd } from "./scatter-nd.ts";
import { sliceAxis } from "./slice.ts";
import { sort } from "./sort.ts";
import { subtract } from "./subtract.ts";
import { where } from "./where.ts";

interface UniqueAttrs {
  readonly [key: string]: unknown;
  readonly axis: number | null;
  readonly size: number | null;
  readonly fillValue: Scalar | null;
}

/** Specs of all four results: values, first indices, inverse, counts. */
function resultSpecs(x: Spec, { axis, size }: UniqueAttrs): readonly Spec[] {
  const count: Dim = size ?? dim.symbol("unique");
  const vector: Spec = { shape: [count], dtype: "int32" };
  return [
    { shape: axis === null ? [count] : x.shape.with(axis, count), dtype: x.dtype },
    vector,
    { shape: axis === null ? x.shape : [x.shape[axis]!], dtype: "int32" },
    vector,
  ];
}

function resolved([x]: readonly Spec[], given: UniqueAttrs): UniqueAttrs {
  return { ...given, axis: given.axis === null ? null : normalizeAxis(given.axis, x!.shape.length, "unique") };
}

/** The primitive: integers and booleans in one axis. */
export const uniqueOp: OpDef<Readonly<Record<string, never>>> = defineOp({
  name: "unique",
  dynamicShape: true,
  infer: ([x]) => {
    const count: Shape = [dim.symbol("unique")];
    return [
      { shape: count, dtype: x!.dtype },
      ...[count, x!.shape, count].map((shape): Spec => ({ shape, dtype: "int32" })),
    ];
  },
  vjp: null,
});

/** `unique` as many as there are. */
export const uniqueAnyOp: OpDef<UniqueAttrs> = defineOp<UniqueAttrs>({
  name: "unique_any",
  keras: "keras.src.ops.numpy.Unique",
  dynamicShape: true,
  resolve: resolved,
  infer: ([x], attrs) => resultSpecs(x!, attrs),
  decompose: ([x], { axis }) => {
    if (axis === null && !isDifferentiable(x!.dtype)) {
      const [values, first, inverse, counts] = dispatch(uniqueOp, [reshape(x!, [x!.size])], {}) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      return [values, first, reshape(inverse, x!.shape), counts];
    }
    const rows = inOrder(x!, axis);
    const starts = nonzero(rows.begins)[0]!;
    return results(rows, padTensor(starts, [0], [1], [0], rows.begins.shape[0]!), axis, x!.shape);
  },
  vjp: null,
});

/** `unique` with a fixed number of results. */
export const uniqueSizedOp: OpDef<UniqueAttrs> = defineOp<UniqueAttrs>({
  name: "unique_sized",
  keras: "keras.src.ops.numpy.Unique",
  ownsConfig: ({ size }) => size !== null && size !== undefined,
  resolve: resolved,
  infer: ([x], attrs) => resultSpecs(x!, attrs),
  decompose: ([x], { axis, size, fillValue }) => {
    const rows = inOrder(x!, axis);
    const count = rows.begins.shape[0]!;
    // The places where values begin, in order; then the end, as often as needed.
    const places = sort(where(rows.begins, iotaTensor([count], 0, "int32"), count));
    const bounds = sliceAxis(padTensor(places, [0], [Math.max(0, size! + 1 - count)], [0], count), 0, 0, size! + 1);
    const starts = sliceAxis(bounds, 0, 0, size!);
    const [values, first, inverse, counts] = results(rows, bounds, axis, x!.shape) as [Tensor, Tensor, Tensor, Tensor];
    if (fillValue === null) return [values, first, inverse, counts];
    const at = axis ?? 0;
    const isReal = reshape(
      less(starts, count),
      values.shape.map((_, i) => (i === at ? -1 : 1)),
    );
    return [where(isReal, values, full(values.shape, fillValue, { dtype: values.dtype })), first, inverse, counts];
  },
  vjp: null,
});

/** Entries in order, with equal ones side by side. */
interface Ordered {
  /** `[count, ...]`, sorted. */
  readonly entries: Tensor;
  /** Which entry of the operand each is. */
  readonly order: Tensor;
  /** Whether an entry differs from the one before. */
  readonly begins: Tensor;
}

function inOrder(x: Tensor, axis: number | null): Ordered {
  const entries = axis === null ? reshape(x, [dim.product(x.shape)]) : moveaxis(x, axis, 0);
  const [count, ...rest] = staticShape(entries.shape, "unique") as [number, ...number[]];
  const width = rest.reduce((n, d) => n * d, 1);
  const rows = reshape(entries, [count, width]);
  let order: Tensor = iotaTensor([count], 0, "int32");
  // By the last column first: sorting is stable, so that the first column decides in the end.
  for (let column = width - 1; column >= 0; column--) {
    const values = reshape(sliceAxis(rows, 1, column, column + 1), [count]);
    order = gatherTensor(order, argsort(gatherTensor(values, order, 0)), 0);
  }
  const sorted = gatherTensor(rows, order, 0);
  const first = full([Math.min(count, 1)], true, { dtype: "bool" });
  const begins =
    count < 2
      ? first
      : concatenate([
          first,
          any(notEqual(sliceAxis(sorted, 0, 1, count), sliceAxis(sorted, 0, 0, count - 1)), { axis: 1 }),
        ]);
  return { entries: gatherTensor(entries, order, 0), order, begins };
}

/** The four results, given where the groups of equal entries begin, and where the last one ends. */
function results(
  { entries, order, begins }: Ordered,
  bounds: Tensor,
  axis: number | null,
  shape: Shape,
): readonly Tensor[] {
  const count = order.shape[0]!;
  const size = bounds.shape[0]! - 1;
  if (count === 0) {
    const none = full([size], 0, { dtype: "int32" });
    const values = full([size, ...entries.shape.slice(1)], 0, { dtype: entries.dtype });
    return [
      axis === null ? values : moveaxis(values, 0, axis),
      none,
      full(axis === null ? shape : [0], 0, { dtype: "int32" }),
      none,
    ];
  }
  const [starts, ends] = [sliceAxis(bounds, 0, 0, size), sliceAxis(bounds, 0, 1, size + 1)];
  // What is padded repeats the least value.
  const at = where(less(starts, count), starts, 0);
  const values = gatherTensor(entries, at, 0);
  const number = subtract(cumsum(asDType(begins, "int32"), { axis: 0 }), 1);
  const inverse = scatterNd(full([count], 0, { dtype: "int32" }), expandDims(order, -1), number, "set");
  return [
    axis === null ? values : moveaxis(values, 0, axis),
    gatherTensor(order, at, 0),
    reshape(inverse, axis === null ? shape : [count]),
    subtract(ends, starts),
  ];
}

/** Options of `unique`. */
export interface UniqueOptions {
  /** Results are in ascending order in any case. */
  readonly sorted?: boolean | undefined;
  /** Whether to give the index of the first occurrence of each. Default false. */
  readonly returnIndex?: boolean | undefined;
  /** Whether to give the place of each element among the unique ones. Default false. */
  readonly returnInverse?: boolean | undefined;
  /** Whether to give how often each occurs. Default false. */
  readonly returnCounts?: boolean | undefined;
  /** Along which entries are compared; default (and `null`): all elements. */
  readonly axis?: number | null | undefined;
  /** Number of results: the first ones, or filled up; needed inside `jit`. Default: as many as there are. */
  readonly size?: number | null | undefined;
  /** What fills up; default: the first of the results. */
  readonly fillValue?: Scalar | null | undefined;
}

/**
 * The different elements (or entries along an axis) in ascending order. Each NaN differs from all others.
 *
 * @param x - Any shape and real dtype.
 * @param options - See {@link UniqueOptions}.
 * @returns The values; with a `return…` option a list of them and of what was asked for: index, inverse, counts.
 * @throws {ArgumentError} when the axis is out of range, or `size` negative.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [values, counts] = ops.unique([3, 1, 3], { returnCounts: true });
 * console.log(await values.array(), await counts.array()); // [1, 3] [1, 2]
 * ```
 */
export function unique(x: KerasTensor, options: UniqueOptions & ReturnsMore): KerasTensor[];
export function unique(x: KerasTensor, options?: UniqueOptions): KerasTensor;
export function unique(x: TensorLike, options: UniqueOptions & ReturnsMore): Tensor[];
export function unique(x: TensorLike, options?: UniqueOptions): Tensor;
export function unique(x: Other, options: UniqueOptions = {}): Tensor | KerasTensor | Tensor[] | KerasTensor[] {
  const { axis = null, size = null, fillValue = null } = options;
  if (size !== null && (!Number.isInteger(size) || size < 0))
    throw new ArgumentError(`size is a whole number of at least 0, got ${size}`, { op: "unique" });
  const found = apply(size === null ? uniqueAnyOp : uniqueSizedOp, [x], { axis, size, fillValue });
  const wanted = [true, options.returnIndex, options.returnInverse, options.returnCounts];
  const given = found.filter((_, i) => wanted[i]);
  return given.length === 1 ? given[0]! : given;
}

/** That a list is given. */
export type ReturnsMore =
  | { readonly returnIndex: true }
  | { readonly returnInverse: true }
  | { readonly returnCounts: true };
