import { indexOperand } from "../define/index-operand.ts";
import { shapeArg, type ShapeArg } from "../define/shape-arg.ts";
import { wrapIndices } from "../define/wrap-indices.ts";
import type { Dim, Shape } from "../dim.ts";
import { resultType, type DType } from "../dtype.ts";
import { ArgumentError, DTypeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { concatenate } from "../numpy/concatenate.ts";
import type { ScatterMode } from "../numpy/scatter-add.ts";
import { scatterNd, scatterNdOp } from "../numpy/scatter-nd.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { zeros } from "../numpy/zeros.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Addresses with negative parts counted from the end. */
function wrapAddresses(indices: Tensor, shape: Shape): Tensor {
  const depth = indices.shape.at(-1)!;
  const last = indices.ndim - 1;
  const columns = Array.from({ length: depth }, (_, i) => wrapIndices(sliceAxis(indices, last, i, i + 1), shape[i]!));
  return columns.length === 1 ? columns[0]! : concatenate(columns, { axis: last });
}

/** Indices may be floats where arrays of numbers were given. */
function indexDType({ dtype }: OperandSpec, op: string): DType {
  const own = resultType(dtype);
  if (own === "bool") throw new DTypeError("indices are integers, not booleans", { op });
  return own.includes("int") ? own : "int32";
}

export const scatterOp: OpDef<{ readonly shape: readonly Dim[] }> = defineOp({
  name: "scatter",
  keras: "keras.src.ops.core.Scatter",
  promote: ([indices, values]) => [indexDType(indices!, "scatter"), resultType(values!.dtype)],
  infer: ([indices, values], { shape }) =>
    scatterNdOp.infer([{ shape, dtype: values!.dtype }, indices!, values!], { mode: "add" }),
  decompose: ([indices, values], { shape }) => [
    scatterNd(zeros(shape, { dtype: values!.dtype }), wrapAddresses(indices!, shape), values!, "add"),
  ],
});

/**
 * A tensor of zeros with values at some places. Values at the same place add up.
 *
 * @param indices - `[..., k]` integers: each row addresses the first `k` axes of the result.
 * @param values - `[..., *shape[k:]]`.
 * @param shape - Sizes of the result.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.scatter([[0, 1], [1, 0]], [5, 6], [2, 2]).array()); // [[0, 5], [6, 0]]
 * ```
 */
export function scatter(indices: KerasTensor, values: Other, shape: ShapeArg): KerasTensor;
export function scatter(indices: Other, values: KerasTensor, shape: ShapeArg): KerasTensor;
export function scatter(indices: TensorLike, values: TensorLike, shape: ShapeArg): Tensor;
export function scatter(indices: Other, values: Other, shape: ShapeArg): Tensor | KerasTensor {
  return apply(scatterOp, [indexOperand(indices), values], { shape: shapeArg(shape, "scatter") })[0]!;
}

/** How `scatterUpdate` combines updates with what is there; `null` replaces it. */
export type ScatterReduction = "add" | "max" | "min" | "mul" | null;

const MODES: Readonly<Record<Exclude<ScatterReduction, null>, ScatterMode>> = {
  add: "add",
  max: "max",
  min: "min",
  mul: "multiply",
};

export const scatterUpdateOp: OpDef<{ readonly reduction: ScatterReduction }> = defineOp({
  name: "scatter_update",
  keras: "keras.src.ops.core.ScatterUpdate",
  promote: ([inputs, indices]) => {
    const dtype = resultType(inputs!.dtype);
    return [dtype, indexDType(indices!, "scatter_update"), dtype];
  },
  infer: (specs): readonly Spec[] => scatterNdOp.infer(specs, { mode: "set" }),
  decompose: ([inputs, indices, updates], { reduction }) => [
    scatterNd(inputs!, wrapAddresses(indices!, inputs!.shape), updates!, reduction === null ? "set" : MODES[reduction]),
  ],
});

/** Options of `scatterUpdate`. */
export interface ScatterUpdateOptions {
  /** Default: updates replace what is there, the last one wins. */
  readonly reduction?: ScatterReduction | undefined;
}

/**
 * A tensor with updates at some places.
 *
 * @param inputs - Any shape and dtype.
 * @param indices - `[..., k]` integers: each row addresses the first `k` axes of `inputs`.
 * @param updates - `[..., *inputs.shape[k:]]`.
 * @param options - `reduction`: how updates combine with what is there.
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ArgumentError} on an unknown reduction.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.scatterUpdate([1, 1, 1], [[0], [2]], [5, 6]).array()); // [5, 1, 6]
 * console.log(await ops.scatterUpdate([1, 1, 1], [[0], [0]], [5, 6], { reduction: "add" }).array()); // [12, 1, 1]
 * ```
 */
export function scatterUpdate(
  inputs: KerasTensor,
  indices: Other,
  updates: Other,
  options?: ScatterUpdateOptions,
): KerasTensor;
export function scatterUpdate(
  inputs: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options?: ScatterUpdateOptions,
): Tensor;
export function scatterUpdate(
  inputs: Other,
  indices: Other,
  updates: Other,
  options: ScatterUpdateOptions = {},
): Tensor | KerasTensor {
  const { reduction = null } = options;
  if (reduction !== null && !Object.hasOwn(MODES, reduction)) {
    throw new ArgumentError(
      `reduction is null or one of ${Object.keys(MODES).join(", ")}; got '${String(reduction)}'`,
      { op: "scatter_update" },
    );
  }
  return apply(scatterUpdateOp, [inputs, indexOperand(indices), updates], { reduction })[0]!;
}
