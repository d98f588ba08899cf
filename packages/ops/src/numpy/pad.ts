import { toTensor } from "../convert.ts";
import { asDType } from "../define/as-dtype.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { isInteger, resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { concatenate } from "./concatenate.ts";
import { divide } from "./divide.ts";
import { flip } from "./flip.ts";
import { gatherTensor } from "./gather.ts";
import { iotaTensor } from "./iota.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import { min } from "./min.ts";
import { multiply } from "./multiply.ts";
import { padOp, padTensor } from "./pad-primitive.ts";
import { reshape } from "./reshape.ts";
import { round } from "./rounding.ts";
import { sliceAxis } from "./slice.ts";

/** Where the new elements come from. */
export type PadMode =
  | "constant"
  | "edge"
  | "empty"
  | "linear_ramp"
  | "maximum"
  | "mean"
  | "median"
  | "minimum"
  | "reflect"
  | "symmetric"
  | "wrap";

/** How many elements to add: one number for all sides, before and after for all axes, or before and after for each axis. */
export type PadWidth =
  | number
  | readonly [number]
  | readonly [number, number]
  | readonly (readonly [number] | readonly [number, number])[];

interface PadModeAttrs {
  readonly [key: string]: unknown;
  /** Before and after, for each axis. */
  readonly padWidth: readonly (readonly [number, number])[];
  readonly mode: PadMode;
}

interface GivenPadAttrs {
  readonly [key: string]: unknown;
  readonly padWidth: PadWidth;
  readonly mode: PadMode;
}

/** For each new place along an axis the old one whose element it gets; `size` is not 0. */
const SOURCES: Partial<Record<PadMode, (at: number, size: number) => number>> = {
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  wrap: (at, size) => modulo(at, size),
  symmetric: (at, size) => bounce(modulo(at, 2 * size), size, 2 * size - 1),
  reflect: (at, size) => (size === 1 ? 0 : bounce(modulo(at, 2 * size - 2), size, 2 * size - 2)),
};

const modulo = (a: number, b: number): number => ((a % b) + b) % b;
const bounce = (at: number, size: number, last: number): number => (at < size ? at : last - at);

/** What a whole axis is padded with: one value per line. */
const STATISTICS: Partial<Record<PadMode, (x: Tensor, axis: number) => Tensor>> = {
  maximum: (x, axis) => max(x, { axis, keepdims: true }),
  minimum: (x, axis) => min(x, { axis, keepdims: true }),
  mean: (x, axis) => whole(mean(x, { axis, keepdims: true }), x),
  median: (x, axis) => whole(median(x, { axis, keepdims: true }), x),
};

/** In the dtype of `like`, rounded where it holds integers. */
function whole(x: Tensor, like: Tensor): Tensor {
  return asDType(isInteger(like.dtype) ? round(x) : x, like.dtype);
}

const MODES: readonly string[] = [
  "constant",
  "empty",
  "linear_ramp",
  ...Object.keys(SOURCES),
  ...Object.keys(STATISTICS),
];

export const padModeOp: OpDef<PadModeAttrs, GivenPadAttrs> = defineOp<PadModeAttrs, GivenPadAttrs>({
  name: "pad_mode",
  keras: "keras.src.ops.numpy.Pad",
  promote: (inputs) => inputs.map(() => resultType(inputs[0]!.dtype)),
  resolve: ([x], { padWidth, mode }) => ({ padWidth: perAxis(padWidth, x!.shape), mode }),
  infer: ([x], { padWidth, mode }) => {
    const shape = x!.shape.map((d, i) => dim.add(dim.add(padWidth[i]![0], d), padWidth[i]![1]));
    const nothing = x!.shape.findIndex((d, i) => d === 0 && shape[i] !== 0);
    if (nothing >= 0 && mode !== "constant" && mode !== "empty") {
      throw new ShapeError(`axis ${nothing} of ${formatShape(x!.shape)} has no elements to take for mode '${mode}'`, {
        op: "pad",
      });
    }
    return [{ shape, dtype: x!.dtype }];
  },
  decompose: ([x, value], { padWidth, mode }) => {
    const [low, high] = [padWidth.map((w) => w[0]), padWidth.map((w) => w[1])];
    const interior = padWidth.map(() => 0);
    if (value) return [dispatch(padOp, [x!, reshape(value, [])], { low, high, interior })[0]!];
    if (mode === "constant" || mode === "empty") return [padTensor(x!, low, high, interior, 0)];
    return [
      padWidth.reduce((y, width, axis) => (width[0] === 0 && width[1] === 0 ? y : padAxis(y, axis, width, mode)), x!),
    ];
  },
});

function perAxis(width: PadWidth, shape: Shape): readonly (readonly [number, number])[] {
  const pair = (w: number | readonly number[]): readonly [number, number] =>
    typeof w === "number" ? [w, w] : [w[0]!, w[1] ?? w[0]!];
  const isPerAxis = typeof width !== "number" && typeof width[0] !== "number";
  const given = isPerAxis
    ? (width as readonly (readonly number[])[]).map(pair)
    : [pair(width as number | readonly number[])];
  const all = given.length === 1 ? shape.map(() => given[0]!) : given;
  if (all.length !== shape.length || all.flat().some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ArgumentError(
      `pad widths ${JSON.stringify(width)} are not whole numbers of at least 0 for the ${shape.length} axes of ${formatShape(shape)}`,
      { op: "pad" },
    );
  }
  return all;
}

function padAxis(x: Tensor, axis: number, [low, high]: readonly [number, number], mode: PadMode): Tensor {
  const size: Dim = x.shape[axis]!;
  const sides = (before: () => Tensor, after: () => Tensor): Tensor =>
    concatenate([...(low > 0 ? [before()] : []), x, ...(high > 0 ? [after()] : [])], { axis });
  const sized = (y: Tensor, n: number): Tensor => broadcastTo(y, (y.shape as Shape).with(axis, n));
  const statistic = STATISTICS[mode];
  if (statistic)
    return sides(
      () => sized(statistic(x, axis), low),
      () => sized(statistic(x, axis), high),
    );
  const [first, last] = [sliceAxis(x, axis, 0, 1), sliceAxis(x, axis, dim.sub(size, 1), size)];
  if (mode === "linear_ramp") {
    const ramp = (edge: Tensor, n: number): Tensor => {
      const line = (edge.shape as Shape).map((_, i) => (i === axis ? n : 1));
      return asDType(multiply(edge, divide(iotaTensor(line, axis, "int32"), n)), x.dtype);
    };
    return sides(
      () => ramp(first, low),
      () => flip(ramp(last, high), { axis }),
    );
  }
  const source = SOURCES[mode]!;
  if (dim.isStatic(size)) {
    const from = Int32Array.from({ length: low + size + high }, (_, i) => source(i - low, size));
    return gatherTensor(x, toTensor(from), axis);
  }
  // The size is not known: it is taken to be at least as large as the padding.
  if (mode === "edge")
    return sides(
      () => sized(first, low),
      () => sized(last, high),
    );
  if (mode === "wrap")
    return sides(
      () => sliceAxis(x, axis, dim.sub(size, low), size),
      () => sliceAxis(x, axis, 0, high),
    );
  const skip = mode === "reflect" ? 1 : 0;
  const mirrored = (from: Dim, to: Dim): Tensor => flip(sliceAxis(x, axis, from, to), { axis });
  return sides(
    () => mirrored(skip, low + skip),
    () => mirrored(dim.sub(size, high + skip), dim.sub(size, skip)),
  );
}

/** Options of `pad`. */
export interface PadOptions {
  /** Default `constant`. */
  readonly mode?: PadMode | undefined;
  /** The new elements in mode `constant`. Default 0. */
  readonly constantValues?: Other | null | undefined;
}

/**
 * Adds elements before and after along axes.
 *
 * @param x - Any shape and dtype.
 * @param padWidth - How many: one number for all sides, `[before, after]` for all axes, or `[[before, after], …]` for each axis.
 * @param options - `mode` and `constantValues`.
 * @throws {ArgumentError} on a bad width or mode, or `constantValues` with another mode than `constant`.
 * @throws {ShapeError} when an empty axis is padded with its own elements.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.pad([1, 2], 1).array()); // [0, 1, 2, 0]
 * console.log(await ops.pad([1, 2, 3], [2, 1], { mode: "reflect" }).array()); // [3, 2, 1, 2, 3, 2]
 * ```
 */
export function pad(x: KerasTensor, padWidth: PadWidth, options?: PadOptions): KerasTensor;
export function pad(x: TensorLike, padWidth: PadWidth, options?: PadOptions): Tensor;
export function pad(x: Other, padWidth: PadWidth, options: PadOptions = {}): Tensor | KerasTensor {
  const { mode = "constant", constantValues = null } = options;
  if (!MODES.includes(mode))
    throw new ArgumentError(`mode is one of ${MODES.join(", ")}; got '${String(mode)}'`, { op: "pad" });
  if (constantValues !== null && mode !== "constant") {
    throw new ArgumentError(`constantValues belong to mode 'constant', not to '${mode}'`, { op: "pad" });
  }
  return apply(padModeOp, constantValues === null ? [x] : [x, constantValues], { padWidth, mode })[0]!;
}
