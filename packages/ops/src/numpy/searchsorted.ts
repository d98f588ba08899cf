import { dim } from "../dim.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { asDType } from "../define/as-dtype.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { greaterEqual, less, lessEqual } from "./compare.ts";
import { expandDims } from "./expand-dims.ts";
import { flip } from "./flip.ts";
import { floorDivide } from "./floor-divide.ts";
import { full } from "./full.ts";
import { gatherTensor } from "./gather.ts";
import { isnan } from "./isnan.ts";
import { logicalAnd, logicalNot, logicalOr } from "./logical.ts";
import { minimum } from "./minimum.ts";
import { reshape } from "./reshape.ts";
import { sliceAxis } from "./slice.ts";
import { subtract } from "./subtract.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";
import { zeros } from "./zeros.ts";

type Side = "left" | "right";

interface SearchAttrs {
  readonly [key: string]: unknown;
  readonly side: Side;
}

/** Sequences up to this length are compared as a whole; longer ones are searched by halves. */
const SHORT = 32;

/** Whether `a` belongs before `v`, with NaN last. */
function precedes(a: Tensor, v: Tensor, side: Side): Tensor {
  const before = side === "left" ? less(a, v) : lessEqual(a, v);
  if (!a.dtype.includes("float")) return before;
  return logicalOr(before, logicalAnd(isnan(v), side === "left" ? logicalNot(isnan(a)) : true));
}

function places(sorted: Tensor, values: Tensor, side: Side): Tensor {
  const size = sorted.shape[0]!;
  if (!dim.isStatic(size) || size <= SHORT) {
    return sum(asDType(precedes(sorted, expandDims(values, -1), side), "int32"), { axis: -1 });
  }
  let low: Tensor = zeros(values.shape, { dtype: "int32" });
  let high: Tensor = full(values.shape, size, { dtype: "int32" });
  for (let left = size; left > 0; left = Math.floor(left / 2)) {
    const middle = floorDivide(add(low, high), 2);
    const open = less(low, high);
    const after = logicalAnd(open, precedes(gatherTensor(sorted, minimum(middle, size - 1), 0), values, side));
    [low, high] = [where(after, add(middle, 1), low), where(logicalAnd(open, logicalNot(after)), middle, high)];
  }
  return low;
}

function checkVector({ shape }: { readonly shape: readonly unknown[] }, op: string): void {
  if (shape.length !== 1) {
    throw new ShapeError(
      `needs a vector in order, got shape ${formatShape(shape as never)}: use vectorizedMap for several`,
      { op },
    );
  }
}

export const searchsortedOp: OpDef<SearchAttrs> = defineOp<SearchAttrs>({
  name: "searchsorted",
  keras: "keras.src.ops.numpy.SearchSorted",
  promote: "same",
  infer: ([sorted, values]) => {
    checkVector(sorted!, "searchsorted");
    return [{ shape: values!.shape, dtype: "int32" }];
  },
  decompose: ([sorted, values], { side }) => [places(sorted!, values!, side)],
  vjp: null,
});

/** Options of `searchsorted`. */
export interface SearchsortedOptions {
  /** Whether a value goes before (default) or after its equals. */
  readonly side?: Side | undefined;
}

/**
 * The places where values would be inserted into a sorted vector.
 *
 * @param sortedSequence - A vector in ascending order.
 * @param values - Any shape.
 * @param options - `side`.
 * @throws {ShapeError} when `sortedSequence` is no vector.
 * @throws {ArgumentError} on an unknown side.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.searchsorted([1, 3, 5], [3, 6]).array()); // [1, 3]
 * ```
 */
export function searchsorted(sortedSequence: KerasTensor, values: Other, options?: SearchsortedOptions): KerasTensor;
export function searchsorted(sortedSequence: Other, values: KerasTensor, options?: SearchsortedOptions): KerasTensor;
export function searchsorted(sortedSequence: TensorLike, values: TensorLike, options?: SearchsortedOptions): Tensor;
export function searchsorted(
  sortedSequence: Other,
  values: Other,
  options: SearchsortedOptions = {},
): Tensor | KerasTensor {
  const { side = "left" } = options;
  if (side !== "left" && side !== "right")
    throw new ArgumentError(`side is 'left' or 'right', got '${String(side)}'`, { op: "searchsorted" });
  return apply(searchsortedOp, [sortedSequence, values], { side })[0]!;
}

export const digitizeOp: OpDef<Readonly<Record<string, never>>> = defineOp({
  name: "digitize",
  keras: "keras.src.ops.numpy.Digitize",
  promote: (inputs) => {
    const dtype = resultType(...inputs.map((x) => x.dtype));
    return inputs.map(() => dtype);
  },
  infer: ([x, bins]) => {
    checkVector(bins!, "digitize");
    return [{ shape: x!.shape, dtype: "int32" }];
  },
  decompose: ([x, bins]) => {
    const size = bins!.shape[0]!;
    if (size === 0) return [zeros(x!.shape, { dtype: "int32" })];
    const rising = places(bins!, x!, "right");
    const falling = subtract(size, places(flip(bins!), x!, "left"));
    const ends = [0, size - 1].map((i) => reshape(sliceAxis(bins!, 0, i, i + 1), [])) as [Tensor, Tensor];
    return [where(greaterEqual(ends[1], ends[0]), rising, falling)];
  },
  vjp: null,
});

/**
 * The number of the bin in which each value lies: `i` where `bins[i - 1] <= x < bins[i]`, or for descending bins
 * `bins[i - 1] > x >= bins[i]`.
 *
 * @param x - Any shape.
 * @param bins - A vector in ascending or descending order.
 * @throws {ShapeError} when `bins` is no vector.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.digitize([0.2, 1, 3], [0, 1, 2]).array()); // [1, 2, 3]
 * ```
 */
export function digitize(x: KerasTensor, bins: Other): KerasTensor;
export function digitize(x: Other, bins: KerasTensor): KerasTensor;
export function digitize(x: TensorLike, bins: TensorLike): Tensor;
export function digitize(x: Other, bins: Other): Tensor | KerasTensor {
  return apply(digitizeOp, [x, bins], {})[0]!;
}
