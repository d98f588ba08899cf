import { cast } from "../core/cast.ts";
import { resolveOptions } from "../define/options.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { ArgumentError, UnsupportedError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { equal } from "../numpy/compare.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link oneHotOp}. */
interface OneHotAttrs extends Readonly<Record<string, unknown>> {
  readonly numClasses: number;
  readonly axis: number;
  readonly dtype: DType;
}

export const oneHotOp: OpDef<OneHotAttrs> = defineOp<OneHotAttrs>({
  name: "one_hot",
  keras: "keras.src.ops.nn.OneHot",
  resolve: ([x], given) => ({ ...given, axis: normalizeAxis(given.axis, x!.shape.length + 1, "one_hot") }),
  infer: ([x], { numClasses, axis, dtype }) => [{ shape: x!.shape.toSpliced(axis, 0, numClasses), dtype }],
  decompose: ([x], { numClasses, axis, dtype }) => {
    const alone = x!.shape.map(() => 1).toSpliced(axis, 0, numClasses);
    const classes = iotaTensor(alone, axis, x!.dtype === "bool" ? "int32" : x!.dtype);
    return [cast(equal(expandDims(x!, axis), classes), dtype)];
  },
  vjp: null,
});

/** Options of {@link oneHot} and {@link multiHot}. */
export interface HotOptions {
  /** Where the axis of classes stands in the result; default -1. */
  readonly axis?: number | undefined;
  /** Default floatx. */
  readonly dtype?: DType | null | undefined;
  /** Sparse results are not supported: must be false. */
  readonly sparse?: boolean | undefined;
}

/**
 * Checks the number of classes and the options that one-hot and multi-hot share.
 *
 * @internal
 */
export function checkHot(
  numClasses: number | null | undefined,
  { sparse = false }: HotOptions,
  op: string,
): asserts numClasses is number {
  if (sparse) throw new UnsupportedError("sparse tensors are not supported: leave `sparse` out", { op });
  if (!Number.isInteger(numClasses) || (numClasses as number) < 0) {
    throw new ArgumentError(`the number of classes must be a whole number, got ${String(numClasses)}`, { op });
  }
}

/**
 * Class indices as vectors with a 1 at the index and 0 elsewhere. An index outside [0, numClasses) gives zeros.
 *
 * @param x - Indices of any shape.
 * @param numClasses - Length of the vectors.
 * @returns The shape of `x` with an axis of `numClasses` added.
 * @throws {ArgumentError} when `numClasses` is not a whole number or the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.oneHot([0, 2], 3).array()); // [[1, 0, 0], [0, 0, 1]]
 * ```
 */
export function oneHot(x: KerasTensor, numClasses: number, options?: HotOptions | number | DType): KerasTensor;
export function oneHot(x: TensorLike, numClasses: number, options?: HotOptions | number | DType): Tensor;
export function oneHot(
  x: TensorLike | KerasTensor,
  numClasses: number,
  options?: HotOptions | number | DType,
): Tensor | KerasTensor {
  const resolved = resolveOptions<HotOptions>(options);
  checkHot(numClasses, resolved, "one_hot");
  return apply(oneHotOp, [x], { numClasses, axis: resolved.axis ?? -1, dtype: standardizeDType(resolved.dtype) })[0]!;
}
