import { cast } from "../core/cast.ts";
import { shapeArg, type ShapeArg } from "../define/shape-arg.ts";
import { resolveOptions } from "../define/options.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import type { Dim } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { isScalar, scalarValue } from "../scalar.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";

/** Attributes of `full`. */
export interface FullAttrs {
  readonly [key: string]: unknown;
  readonly shape: readonly Dim[];
  readonly dtype: DType;
  readonly value: number | bigint | boolean | string;
}

export const fullOp: OpDef<FullAttrs> = defineOp({
  name: "full",
  keras: "keras.src.ops.numpy.Full",
  infer: (_, { shape, dtype }) => [{ shape, dtype }],
  vjp: null,
});

/** Options of ops that make a new tensor. */
export interface DTypeOptions {
  /** Default: floatx. */
  readonly dtype?: DType | null | undefined;
}

/**
 * A tensor filled with one value.
 *
 * @param shape - Sizes, or one size.
 * @param fillValue - A scalar, or values that broadcast to `shape`.
 * @param options - `dtype` of the result, or that dtype itself.
 * @throws {ShapeError} when a size is not a whole number, or `fillValue` does not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.full([2, 2], 7).array()); // [[7, 7], [7, 7]]
 * ```
 */
export function full(shape: ShapeArg, fillValue: KerasTensor, options?: DTypeOptions | DType): KerasTensor;
export function full(shape: ShapeArg, fillValue: TensorLike, options?: DTypeOptions | DType): Tensor;
export function full(shape: ShapeArg, fillValue: Other, options?: DTypeOptions | DType): Tensor | KerasTensor {
  const dtype = standardizeDType(resolveOptions<DTypeOptions>(options).dtype);
  const sizes = shapeArg(shape, "full");
  if (isScalar(fillValue)) return apply(fullOp, [], { shape: sizes, dtype, value: scalarValue(fillValue, dtype) })[0]!;
  return broadcastTo(cast(fillValue as TensorLike, dtype), sizes);
}
