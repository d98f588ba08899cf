import { hostNumber, type HostNumber } from "../define/host-number.ts";
import { resolveOptions } from "../define/options.ts";
import { dim, type Dim, type SymDim } from "../dim.ts";
import { isInteger, resultType, standardizeDType, type DType, type WeakType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { place } from "../execution/place.ts";
import { convertHost } from "../convert.ts";
import { asDType } from "../define/as-dtype.ts";
import { NDArray } from "../ndarray.ts";
import { isScalar, weakTypeOf } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import type { DTypeOptions } from "./full.ts";
import { iotaTensor } from "./iota.ts";
import { multiply } from "./multiply.ts";

/** What `arange` counts with. A size of a traced tensor may be unknown. */
export type ArangeNumber = HostNumber | SymDim;

const isSymbolic = (x: ArangeNumber): x is SymDim => typeof x === "object" && x.kind === "sym_dim";

function kindOf(x: ArangeNumber): DType | WeakType {
  if (isSymbolic(x)) return "py:int";
  return isScalar(x) ? weakTypeOf(x) : x.dtype;
}

/**
 * Numbers at equal distances: `start`, `start + step`, … as long as they are below `stop`.
 *
 * @param start - The first one; with it alone, the numbers go from 0 up to it.
 * @param stop - Where they end; it is not among them.
 * @param step - The distance; negative to count down. Default 1.
 * @param options - `dtype` of the result, or that dtype itself; default: int32 for whole numbers, else floatx.
 * @throws {ArgumentError} when the step is 0, or a size that is not known meets a step other than 1.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.arange(3).array(), await ops.arange(2, 8, 3).array()); // [0, 1, 2] [2, 5]
 * ```
 */
export function arange(
  start: ArangeNumber,
  stop?: ArangeNumber | null,
  step?: ArangeNumber | null,
  options?: DTypeOptions | DType,
): Tensor;
export function arange(start: ArangeNumber, options: DTypeOptions | DType): Tensor;
export function arange(
  start: ArangeNumber,
  stop?: ArangeNumber | DTypeOptions | DType | null,
  step?: ArangeNumber | null,
  options?: DTypeOptions | DType,
): Tensor {
  if (typeof stop === "string" || (typeof stop === "object" && stop !== null && !("kind" in stop)))
    return arange(start, null, null, stop);
  const { dtype: given } = resolveOptions<DTypeOptions>(options);
  const [from, to] = stop === undefined || stop === null ? [0, start] : [start, stop as ArangeNumber];
  const by = step ?? 1;
  const parts = [start, stop as ArangeNumber | null | undefined, step].filter((x) => x !== undefined && x !== null);
  const dtype = given ? standardizeDType(given) : resultType(...parts.map(kindOf));
  if (isSymbolic(from) || isSymbolic(to) || isSymbolic(by)) return symbolicRange(from, to, by, dtype);
  const [first, end, distance] = [from, to, by].map((x) => hostNumber(x, "arange")) as [number, number, number];
  if (distance === 0 || Number.isNaN(first + end + distance))
    throw new ArgumentError(`cannot count from ${first} to ${end} by ${distance}`, { op: "arange" });
  const count = Math.max(0, Math.ceil((end - first) / distance));
  if (
    [first, distance].every(Number.isInteger) &&
    (isInteger(dtype) || dtype.startsWith("float") || dtype === "bfloat16")
  ) {
    return asDType(counted([count], first, distance), dtype);
  }
  const values = Float64Array.from({ length: count }, (_, i) => first + i * distance);
  return place(convertHost(new NDArray(values, [count], "float64"), dtype));
}

function counted(shape: readonly [Dim], first: number | Tensor, distance: number): Tensor {
  const steps = iotaTensor(shape, 0, "int32");
  const scaled = distance === 1 ? steps : multiply(steps, distance);
  return first === 0 ? scaled : add(scaled, first);
}

/** Sizes that are not known: only whole steps of 1 have a known count. */
function symbolicRange(from: ArangeNumber, to: ArangeNumber, by: ArangeNumber, dtype: DType): Tensor {
  const [first, end] = [from, to].map((x): Dim => (isSymbolic(x) ? x : hostNumber(x, "arange"))) as [Dim, Dim];
  if (isSymbolic(by) || hostNumber(by, "arange") !== 1 || !dim.isStatic(first)) {
    throw new ArgumentError(
      `cannot count from ${String(first)} to ${String(end)}: a size that is not known can only be the end, with steps of 1`,
      { op: "arange" },
    );
  }
  return asDType(counted([dim.sub(end, first)], first, 1), dtype);
}
