import { asDType } from "../define/as-dtype.ts";
import { declareOperandDType } from "../define/declared.ts";
import { rankOf, shaped } from "../define/operand.ts";

import { dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { isKerasTensor } from "../symbolic/is-keras-tensor.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { equal } from "./compare.ts";
import { expandDims } from "./expand-dims.ts";
import { linspace } from "./linspace.ts";
import { max } from "./max.ts";
import { min } from "./min.ts";
import { onesLike } from "./ones-like.ts";
import { reshape } from "./reshape.ts";
import { scatterNd } from "./scatter-nd.ts";
import { searchsorted } from "./searchsorted.ts";
import { sliceAxis } from "./slice.ts";
import { subtract } from "./subtract.ts";
import { where } from "./where.ts";
import { zeros } from "./zeros.ts";

interface HistogramAttrs {
  readonly [key: string]: unknown;
  readonly bins: number;
  readonly range: readonly [number, number] | null;
}

export const histogramOp: OpDef<HistogramAttrs> = defineOp<HistogramAttrs>({
  name: "histogram",
  keras: "keras.src.ops.numpy.Histogram",
  promote: "float",
  infer: ([x], { bins }) => [
    { shape: [bins], dtype: x!.dtype },
    { shape: [bins + 1], dtype: x!.dtype },
  ],
  declare: declareOperandDType,
  decompose: ([x], { bins, range }) => {
    const values = reshape(x!, [dim.product(x!.shape)]);
    const edges = edgesOf(values, bins, range);
    const last = sliceAxis(edges, 0, bins, bins + 1);
    // The last bin has both its ends. Values before the first bin go to place 0, which is dropped; values beyond are dropped as they are.
    const place = where(equal(values, last), bins, searchsorted(edges, values, { side: "right" }));
    const counts = scatterNd(zeros([bins + 1], { dtype: x!.dtype }), expandDims(place, -1), onesLike(values), "add");
    return [sliceAxis(counts, 0, 1, bins + 1), edges];
  },
});

function edgesOf(values: Tensor, bins: number, range: readonly [number, number] | null): Tensor {
  const given = range ?? (values.shape[0] === 0 ? [0, 1] : null);
  const [low, high] = given
    ? given.map((n) => asDType(add(zeros([], { dtype: values.dtype }), n), values.dtype))
    : [min(values), max(values)];
  const flat = equal(low!, high!);
  return linspace(where(flat, subtract(low!, 0.5), low!), where(flat, add(high!, 0.5), high!), bins + 1);
}

/** Options of `histogram`. */
export interface HistogramOptions {
  /** Number of bins. Default 10. */
  readonly bins?: number | undefined;
  /** The ends of the first and the last bin; default: the least and the largest value. */
  readonly range?: readonly [number, number] | null | undefined;
}

/**
 * How many values lie in each of some bins of equal width. Each bin has its lower end, the last one both.
 *
 * @param x - A vector; integers and booleans become floatx.
 * @param options - `bins`, `range`.
 * @returns The counts, as floats, and the ends of the bins.
 * @throws {ShapeError} when `x` has more than one axis.
 * @throws {ArgumentError} when `bins` is not a positive whole number, or `range` not two numbers in order.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [counts, edges] = ops.histogram([0, 1, 1, 2], { bins: 2 });
 * console.log(await counts.array(), await edges.array()); // [1, 3] [0, 1, 2]
 * ```
 */
export function histogram(x: KerasTensor, options?: HistogramOptions): [KerasTensor, KerasTensor];
export function histogram(x: TensorLike, options?: HistogramOptions): [Tensor, Tensor];
export function histogram(
  x: TensorLike | KerasTensor,
  options: HistogramOptions = {},
): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const { bins = 10, range = null } = options;
  if (!Number.isInteger(bins) || bins < 1)
    throw new ArgumentError(`bins is a whole number of at least 1, got ${String(bins)}`, { op: "histogram" });
  if (range !== null && (range.length !== 2 || !(range[0] <= range[1]))) {
    throw new ArgumentError(`range is two numbers in order, got [${range.join(", ")}]`, { op: "histogram" });
  }
  const value = shaped(x);
  if (!isKerasTensor(value) && rankOf(value) > 1)
    throw new ShapeError(`takes a vector, got ${rankOf(value)} axes`, { op: "histogram" });
  const [counts, edges] = apply(histogramOp, [value], { bins, range });
  return [counts!, edges!];
}
