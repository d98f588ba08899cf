import { asDType } from "../define/as-dtype.ts";
import { hostCount, type HostNumber } from "../define/host-number.ts";
import { isInteger, resultType, standardizeDType, type DType } from "../dtype.ts";
import type { Shape } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, normalizeAxis, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "./absolute.ts";
import { add } from "./add.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { less } from "./compare.ts";
import { concatenate } from "./concatenate.ts";
import { divide } from "./divide.ts";
import { expandDims } from "./expand-dims.ts";
import { iotaTensor } from "./iota.ts";
import { log10 } from "./log10.ts";
import { multiply } from "./multiply.ts";
import { power } from "./power.ts";
import { floor } from "./rounding.ts";
import { subtract } from "./subtract.ts";
import { where } from "./where.ts";
import { zeros } from "./zeros.ts";

interface SpaceAttrs {
  readonly [key: string]: unknown;
  readonly num: number;
  readonly endpoint: boolean;
  /** null: the floats computed with. */
  readonly dtype: DType | null;
  readonly axis: number;
}

interface LogspaceAttrs extends SpaceAttrs {
  readonly base: number;
}

/** Options of `linspace` and its kin. */
export interface SpaceOptions {
  /** Whether `stop` is the last number. Default true. */
  readonly endpoint?: boolean | undefined;
  /** Default: floatx, or that of the bounds if they are floats. */
  readonly dtype?: DType | null | undefined;
  /** Where the new axis is in the result, when the bounds have axes. Default 0. */
  readonly axis?: number | undefined;
}

/** Bounds are computed with as floats. */
function asFloats(inputs: readonly OperandSpec[]): readonly DType[] {
  const dtype = resultType(...inputs.map((x) => x.dtype), "py:float");
  return inputs.map(() => dtype);
}

function inferSpace([start, stop]: readonly Spec[], { num, dtype, axis }: SpaceAttrs, op: string): readonly Spec[] {
  const shape = broadcastShapes([start!.shape, stop!.shape], op);
  return [{ shape: shape.toSpliced(normalizeAxis(axis, shape.length + 1, op), 0, num), dtype: dtype ?? start!.dtype }];
}

/** Numbers at equal distances, as floats. */
function evenly(start: Tensor, stop: Tensor, { num, endpoint, axis }: SpaceAttrs): Tensor {
  const shape: Shape = broadcastShapes([start.shape, stop.shape]);
  const at = normalizeAxis(axis, shape.length + 1);
  const [from, to] = [start, stop].map((x) => expandDims(broadcastTo(x, shape), at)) as [Tensor, Tensor];
  if (num === 0) return zeros(shape.toSpliced(at, 0, 0), { dtype: start.dtype });
  if (num === 1) return from;
  const parts = endpoint ? num - 1 : num;
  const line = iotaTensor(
    from.shape.map((_, i) => (i === at ? parts : 1)),
    at,
    "int32",
  );
  const step = divide(asDType(line, start.dtype), parts);
  const inside = add(multiply(from, subtract(1, step)), multiply(to, step));
  // The last one is exact.
  return endpoint ? concatenate([inside, to], { axis: at }) : inside;
}

function inDType(x: Tensor, dtype: DType | null): Tensor {
  return asDType(dtype !== null && isInteger(dtype) ? floor(x) : x, dtype ?? x.dtype);
}

export const linspaceOp: OpDef<SpaceAttrs> = defineOp<SpaceAttrs>({
  name: "linspace",
  keras: "keras.src.ops.numpy.Linspace",
  promote: (inputs) => asFloats(inputs),
  infer: (specs, attrs) => inferSpace(specs, attrs, "linspace"),
  decompose: ([start, stop], attrs) => [inDType(evenly(start!, stop!, attrs), attrs.dtype)],
});

/** Options of `linspace`. */
export interface LinspaceOptions extends SpaceOptions {
  /** Whether to give the distance between the numbers too. Default false. */
  readonly retstep?: boolean | undefined;
}

function spaceAttrs(
  num: HostNumber,
  { endpoint = true, dtype = null, axis = 0 }: SpaceOptions,
  op: string,
): SpaceAttrs {
  return { num: hostCount(num, op, "num"), endpoint, dtype: dtype === null ? null : standardizeDType(dtype), axis };
}

/**
 * Numbers at equal distances between two bounds.
 *
 * @param start - The first one; any shape.
 * @param stop - The last one, unless `endpoint` is false; broadcasts with `start`.
 * @param num - How many. Default 50.
 * @param options - `endpoint`, `retstep`, `dtype`, `axis`.
 * @returns The numbers, along a new axis; with `retstep` also their distance.
 * @throws {ShapeError} when the bounds do not broadcast.
 * @throws {ArgumentError} when `num` is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.linspace(0, 1, 5).array()); // [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace(
  start: TensorLike,
  stop: TensorLike,
  num: HostNumber | undefined,
  options: LinspaceOptions & { readonly retstep: true },
): [Tensor, Tensor];
export function linspace(start: KerasTensor, stop: Other, num?: HostNumber, options?: LinspaceOptions): KerasTensor;
export function linspace(start: Other, stop: KerasTensor, num?: HostNumber, options?: LinspaceOptions): KerasTensor;
export function linspace(start: TensorLike, stop: TensorLike, num?: HostNumber, options?: LinspaceOptions): Tensor;
export function linspace(
  start: Other,
  stop: Other,
  num: HostNumber = 50,
  options: LinspaceOptions = {},
): Tensor | KerasTensor | [Tensor, Tensor] {
  const attrs = spaceAttrs(num, options, "linspace");
  const samples = apply(linspaceOp, [start, stop], attrs)[0]!;
  if (!options.retstep) return samples;
  const parts = attrs.endpoint ? attrs.num - 1 : attrs.num;
  return [samples, divide(subtract(stop as TensorLike, start as TensorLike), parts > 0 ? parts : Number.NaN)];
}

export const logspaceOp: OpDef<LogspaceAttrs> = defineOp<LogspaceAttrs>({
  name: "logspace",
  keras: "keras.src.ops.numpy.Logspace",
  promote: (inputs) => asFloats(inputs),
  infer: (specs, attrs) => inferSpace(specs, attrs, "logspace"),
  decompose: ([start, stop], attrs) => [inDType(power(attrs.base, evenly(start!, stop!, attrs)), attrs.dtype)],
});

/** Options of `logspace`. */
export interface LogspaceOptions extends SpaceOptions {
  /** What is raised to the powers. Default 10. */
  readonly base?: number | undefined;
}

/**
 * Powers of a base with exponents at equal distances.
 *
 * @param start - The first exponent; any shape.
 * @param stop - The last one, unless `endpoint` is false; broadcasts with `start`.
 * @param num - How many. Default 50.
 * @param options - `endpoint`, `base`, `dtype`, `axis`.
 * @throws {ShapeError} when the bounds do not broadcast.
 * @throws {ArgumentError} when `num` is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logspace(0, 2, 3).array()); // [1, 10, 100]
 * ```
 */
export function logspace(start: KerasTensor, stop: Other, num?: HostNumber, options?: LogspaceOptions): KerasTensor;
export function logspace(start: Other, stop: KerasTensor, num?: HostNumber, options?: LogspaceOptions): KerasTensor;
export function logspace(start: TensorLike, stop: TensorLike, num?: HostNumber, options?: LogspaceOptions): Tensor;
export function logspace(
  start: Other,
  stop: Other,
  num: HostNumber = 50,
  options: LogspaceOptions = {},
): Tensor | KerasTensor {
  return apply(logspaceOp, [start, stop], {
    ...spaceAttrs(num, options, "logspace"),
    base: Number(options.base ?? 10),
  })[0]!;
}

export const geomspaceOp: OpDef<SpaceAttrs> = defineOp<SpaceAttrs>({
  name: "geomspace",
  keras: "keras.src.ops.numpy.Geomspace",
  promote: (inputs) => asFloats(inputs),
  infer: (specs, attrs) => inferSpace(specs, attrs, "geomspace"),
  decompose: ([start, stop], attrs) => {
    const { num, endpoint } = attrs;
    // Both bounds negative: as if they were positive, and the sign in the end.
    const [negative, magnitudes] = [
      less(start!, 0),
      [start!, stop!].map((x) => log10(absolute(x))) as [Tensor, Tensor],
    ];
    const grown = power(10, evenly(...magnitudes, attrs));
    const shape: Shape = broadcastShapes([start!.shape, stop!.shape]);
    const at = normalizeAxis(attrs.axis, shape.length + 1);
    const [first, last, sign] = [start!, stop!, where(negative, -1, 1)].map((x) =>
      expandDims(broadcastTo(x, shape), at),
    ) as [Tensor, Tensor, Tensor];
    const signed = multiply(grown, asDType(sign, grown.dtype));
    const place = iotaTensor(
      signed.shape.map((_, i) => (i === at ? num : 1)),
      at,
      "int32",
    );
    const begun = where(less(place, 1), first, signed);
    return [inDType(endpoint && num > 1 ? where(less(place, num - 1), begun, last) : begun, attrs.dtype)];
  },
});

/**
 * Numbers at equal ratios between two bounds.
 *
 * @param start - The first one; any shape, not 0.
 * @param stop - The last one, unless `endpoint` is false; of the same sign; broadcasts with `start`.
 * @param num - How many. Default 50.
 * @param options - `endpoint`, `dtype`, `axis`.
 * @throws {ShapeError} when the bounds do not broadcast.
 * @throws {ArgumentError} when `num` is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.geomspace(1, 8, 4).array()); // [1, 2, 4, 8]
 * ```
 */
export function geomspace(start: KerasTensor, stop: Other, num?: HostNumber, options?: SpaceOptions): KerasTensor;
export function geomspace(start: Other, stop: KerasTensor, num?: HostNumber, options?: SpaceOptions): KerasTensor;
export function geomspace(start: TensorLike, stop: TensorLike, num?: HostNumber, options?: SpaceOptions): Tensor;
export function geomspace(
  start: Other,
  stop: Other,
  num: HostNumber = 50,
  options: SpaceOptions = {},
): Tensor | KerasTensor {
  return apply(geomspaceOp, [start, stop], spaceAttrs(num, options, "geomspace"))[0]!;
}
