import { toTensor } from "../convert.ts";
import { isComplex, isFloat, resultType } from "../dtype.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, DTypeError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { any } from "../numpy/any.ts";
import { clip } from "../numpy/clip.ts";
import { equal, lessEqual } from "../numpy/compare.ts";
import { isnan } from "../numpy/isnan.ts";
import { logicalNot } from "../numpy/logical.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { ceil, floor } from "../numpy/rounding.ts";
import { sort } from "../numpy/sort.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { takeAlongAxis } from "../numpy/take-along-axis.ts";
import { transpose } from "../numpy/transpose.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other } from "../operand.ts";
import { formatShape, normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { asDType } from "./as-dtype.ts";
import type { ReduceOptions } from "./reduce.ts";
import { dimValue } from "./size-along.ts";

/** What lies at a place between two elements. */
export type QuantileMethod = "linear" | "lower" | "higher" | "midpoint" | "nearest";

const METHODS: readonly QuantileMethod[] = ["linear", "lower", "higher", "midpoint", "nearest"];

/** Attributes of ops that find quantiles. */
export interface QuantileAttrs {
  readonly [key: string]: unknown;
  readonly axis: number | readonly number[] | null;
  readonly method: QuantileMethod;
  readonly keepdims: boolean;
}

/** Options of ops that find quantiles. */
export interface QuantileOptions extends ReduceOptions {
  /** What lies at a place between two elements. Default `linear`. */
  readonly method?: QuantileMethod | undefined;
}

/** An op that finds quantiles. */
export type QuantileOp = OpDef<QuantileAttrs>;

/**
 * An op that finds quantiles of a sample at places `q` from 0 to `whole`.
 *
 * @param skipNan - Whether NaN is left out; else it makes the result NaN.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineQuantile(name: string, keras: string, whole: number, skipNan: boolean): QuantileOp {
  return defineOp<QuantileAttrs>({
    name,
    keras,
    promote: ([x]) => {
      const dtype = resultType(x!.dtype, "py:float");
      return [dtype, isFloat(dtype) && (dtype === "float16" || dtype === "bfloat16") ? "float32" : dtype];
    },
    infer: ([x, q], { axis, keepdims }) => {
      if (isComplex(x!.dtype)) throw new DTypeError("complex numbers have no order", { op: name });
      if (q!.shape.length > 1)
        throw new ShapeError(`q is a scalar or a vector, got shape ${formatShape(q!.shape)}`, { op: name });
      const axes = normalizeAxes(axis, x!.shape.length, name);
      return [{ shape: [...q!.shape, ...reducedShape(x!.shape, axes, keepdims)], dtype: x!.dtype }];
    },
    decompose: ([x, q], attrs) => [quantiles(x!, whole === 1 ? q! : multiply(q!, 1 / whole), attrs, skipNan)],
  });
}

function quantiles(x: Tensor, q: Tensor, { axis, method, keepdims }: QuantileAttrs, skipNan: boolean): Tensor {
  const shape: Shape = x.shape;
  const axes = normalizeAxes(axis, shape.length);
  if (axes.length === 0 && q.ndim === 0) return x;
  const kept = [...shape.keys()].filter((i) => !axes.includes(i));
  const size = dim.product(axes.map((i) => shape[i]!));
  // One axis to reduce, in front; the others behind it are the batch.
  const line = sort(reshape(transpose(x, [...axes, ...kept]), [size, ...kept.map((i) => shape[i]!)]), 0);
  const batch: Shape = line.shape.slice(1);
  const missing = isnan(line);
  const count = skipNan
    ? sum(asDType(logicalNot(missing), q.dtype), { axis: 0, keepdims: true })
    : asDType(toTensor(dimValue(size)), q.dtype);
  const last = subtract(count, 1);
  const points: Dim = q.ndim === 0 ? 1 : q.shape[0]!;
  const place = multiply(reshape(q, [points, ...batch.map(() => 1)]), last);
  const [below, above] = [floor(place), ceil(place)];
  const weight = subtract(place, below);
  const at = (where: Tensor): Tensor => takeAlongAxis(line, asDType(clip(where, 0, last), "int32"), 0);
  const value = between(
    method,
    () => at(below),
    () => at(above),
    asDType(weight, x.dtype),
  );
  const nan = skipNan ? equal(count, 0) : any(missing, { axis: 0, keepdims: true });
  const found = where(nan, Number.NaN, value);
  return reshape(found, [...(q.ndim === 0 ? [] : [points]), ...reducedShape(shape, axes, keepdims)]);
}

function between(method: QuantileMethod, low: () => Tensor, high: () => Tensor, weight: Tensor): Tensor {
  switch (method) {
    case "lower":
      return low();
    case "higher":
      return high();
    case "midpoint":
      return multiply(add(low(), high()), 0.5);
    case "nearest":
      return where(lessEqual(weight, 0.5), low(), high());
    case "linear":
      return add(multiply(low(), subtract(1, weight)), multiply(high(), weight));
  }
}

/** Applies an op that finds quantiles. @throws {ArgumentError} on an unknown method. */
export function applyQuantile(
  op: QuantileOp,
  x: Other,
  q: Other,
  { axis = null, method = "linear", keepdims = false }: QuantileOptions,
): Tensor | KerasTensor {
  if (!METHODS.includes(method))
    throw new ArgumentError(`method is one of ${METHODS.join(", ")}; got '${String(method)}'`, { op: op.name });
  return apply(op, [x, q], { axis, method, keepdims })[0]!;
}
