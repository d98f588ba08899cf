import { dim } from "../dim.ts";
import { isFloat, isUnsigned, itemBytes, resultType, type DType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { full } from "../numpy/full.ts";
import { greaterEqual, less } from "../numpy/compare.ts";
import { logicalAnd } from "../numpy/logical.ts";
import type { ScatterMode } from "../numpy/scatter-add.ts";
import { scatterNd } from "../numpy/scatter-nd.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of the segment ops. */
interface SegmentAttrs extends Readonly<Record<string, unknown>> {
  /** null: left open in a Functional graph, which then cannot run. */
  readonly numSegments: number | null;
  readonly sorted: boolean;
}

/** What a segment without elements holds. */
function neutral(mode: ScatterMode, dtype: DType): number {
  if (mode === "add" || mode === "multiply") return mode === "add" ? 0 : 1;
  if (isFloat(dtype)) return mode === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (dtype === "bool") return mode === "max" ? 0 : 1;
  const bits = itemBytes(dtype) * 8;
  const [least, most] = isUnsigned(dtype) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return mode === "max" ? least : most;
}

/* @__NO_SIDE_EFFECTS__ */
function defineSegment(name: string, keras: string, mode: ScatterMode): OpDef<SegmentAttrs> {
  return defineOp<SegmentAttrs>({
    name,
    keras,
    promote: ([data]) => [resultType(data!.dtype), "int32"],
    toConfig: ({ numSegments, sorted }) => ({ num_segments: numSegments, sorted }),
    infer: ([data, ids], { numSegments }) => {
      if (ids!.shape.length !== 1)
        throw new ShapeError(`segment ids must be a vector, got ${formatShape(ids!.shape)}: flatten ids and data`, {
          op: name,
        });
      if (data!.shape.length === 0 || unify(data!.shape[0]!, ids!.shape[0]!) === null) {
        throw new ShapeError(
          `data ${formatShape(data!.shape)} must have as many rows as there are segment ids, ${String(ids!.shape[0])}`,
          { op: name },
        );
      }
      return [{ shape: [numSegments ?? dim.symbol("segments"), ...data!.shape.slice(1)], dtype: data!.dtype }];
    },
    decompose: ([data, ids], { numSegments }) => {
      if (numSegments === null) throw missing(name);
      // What belongs to no segment goes to one more, which is cut off.
      const known = logicalAnd(greaterEqual(ids!, 0), less(ids!, numSegments));
      const address = expandDims(where(known, ids!, numSegments), -1);
      const start = full([numSegments + 1, ...data!.shape.slice(1)], neutral(mode, data!.dtype), {
        dtype: data!.dtype,
      });
      return [sliceAxis(scatterNd(start, address, data!, mode), 0, 0, numSegments)];
    },
    inline: true,
  });
}

export const segmentSumOp: OpDef<SegmentAttrs> = defineSegment("segment_sum", "keras.src.ops.math.SegmentSum", "add");
export const segmentMaxOp: OpDef<SegmentAttrs> = defineSegment("segment_max", "keras.src.ops.math.SegmentMax", "max");
export const segmentMinOp: OpDef<SegmentAttrs> = defineSegment("segment_min", "keras.src.ops.math.SegmentMin", "min");
export const segmentProdOp: OpDef<SegmentAttrs> = defineSegment(
  "segment_prod",
  "keras.src.ops.math.SegmentProd",
  "multiply",
);

/** Options of the segment ops. */
export interface SegmentOptions {
  /** Number of segments; required, since the shape of the result depends on it. */
  readonly numSegments?: number | null | undefined;
  /** Whether the ids are in ascending order: a hint that is not needed. */
  readonly sorted?: boolean | undefined;
}

function missing(op: string): ArgumentError {
  return new ArgumentError("pass `numSegments`: the shape of the result depends on it", { op });
}

function segment(
  op: OpDef<SegmentAttrs>,
  data: Other,
  segmentIds: Other,
  { numSegments = null, sorted = false }: SegmentOptions,
): Tensor | KerasTensor {
  if (numSegments === null && !isKerasTensor(data) && !isKerasTensor(segmentIds)) throw missing(op.name);
  if (numSegments !== null && (!Number.isInteger(numSegments) || numSegments < 0)) {
    throw new ArgumentError(`the number of segments must be a whole number, got ${String(numSegments)}`, {
      op: op.name,
    });
  }
  return apply(op, [data, segmentIds], { numSegments, sorted })[0]!;
}

/**
 * Sums of the rows that have the same segment id. A segment without rows is 0.
 *
 * @param data - [rows, ...].
 * @param segmentIds - [rows]: the segment of each row; an id outside [0, numSegments) leaves its row out.
 * @returns [numSegments, ...].
 * @throws {ArgumentError} when `numSegments` is missing.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.segmentSum([1, 2, 3], [0, 0, 1], { numSegments: 2 }).array()); // [3, 3]
 * ```
 */
export function segmentSum(data: KerasTensor, segmentIds: Other, options?: SegmentOptions): KerasTensor;
export function segmentSum(data: Other, segmentIds: KerasTensor, options?: SegmentOptions): KerasTensor;
export function segmentSum(data: TensorLike, segmentIds: TensorLike, options?: SegmentOptions): Tensor;
export function segmentSum(data: Other, segmentIds: Other, options: SegmentOptions = {}): Tensor | KerasTensor {
  return segment(segmentSumOp, data, segmentIds, options);
}

/**
 * The largest of the rows that have the same segment id. A segment without rows is -Infinity, or the least integer.
 *
 * @param data - [rows, ...].
 * @param segmentIds - [rows]: the segment of each row; an id outside [0, numSegments) leaves its row out.
 * @returns [numSegments, ...].
 * @throws {ArgumentError} when `numSegments` is missing.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.segmentMax([1, 2, 3], [0, 0, 1], { numSegments: 2 }).array()); // [2, 3]
 * ```
 */
export function segmentMax(data: KerasTensor, segmentIds: Other, options?: SegmentOptions): KerasTensor;
export function segmentMax(data: Other, segmentIds: KerasTensor, options?: SegmentOptions): KerasTensor;
export function segmentMax(data: TensorLike, segmentIds: TensorLike, options?: SegmentOptions): Tensor;
export function segmentMax(data: Other, segmentIds: Other, options: SegmentOptions = {}): Tensor | KerasTensor {
  return segment(segmentMaxOp, data, segmentIds, options);
}

/**
 * The smallest of the rows that have the same segment id. A segment without rows is Infinity, or the largest integer.
 *
 * @param data - [rows, ...].
 * @param segmentIds - [rows]: the segment of each row; an id outside [0, numSegments) leaves its row out.
 * @returns [numSegments, ...].
 * @throws {ArgumentError} when `numSegments` is missing.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.segmentMin([1, 2, 3], [0, 0, 1], { numSegments: 2 }).array()); // [1, 3]
 * ```
 */
export function segmentMin(data: KerasTensor, segmentIds: Other, options?: SegmentOptions): KerasTensor;
export function segmentMin(data: Other, segmentIds: KerasTensor, options?: SegmentOptions): KerasTensor;
export function segmentMin(data: TensorLike, segmentIds: TensorLike, options?: SegmentOptions): Tensor;
export function segmentMin(data: Other, segmentIds: Other, options: SegmentOptions = {}): Tensor | KerasTensor {
  return segment(segmentMinOp, data, segmentIds, options);
}

/**
 * Products of the rows that have the same segment id. A segment without rows is 1.
 *
 * @param data - [rows, ...].
 * @param segmentIds - [rows]: the segment of each row; an id outside [0, numSegments) leaves its row out.
 * @returns [numSegments, ...].
 * @throws {ArgumentError} when `numSegments` is missing.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.segmentProd([2, 3, 4], [0, 0, 1], { numSegments: 2 }).array()); // [6, 4]
 * ```
 */
export function segmentProd(data: KerasTensor, segmentIds: Other, options?: SegmentOptions): KerasTensor;
export function segmentProd(data: Other, segmentIds: KerasTensor, options?: SegmentOptions): KerasTensor;
export function segmentProd(data: TensorLike, segmentIds: TensorLike, options?: SegmentOptions): Tensor;
export function segmentProd(data: Other, segmentIds: Other, options: SegmentOptions = {}): Tensor | KerasTensor {
  return segment(segmentProdOp, data, segmentIds, options);
}
