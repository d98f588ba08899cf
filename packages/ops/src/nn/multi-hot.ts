import { declareOperandDType } from "../define/declared.ts";
import { cast } from "../core/cast.ts";
import { resolveOptions } from "../define/options.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { max } from "../numpy/max.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkHot, oneHot, type HotOptions } from "./one-hot.ts";

/** Attributes of {@link multiHotOp}. */
interface MultiHotAttrs extends Readonly<Record<string, unknown>> {
  readonly numClasses: number;
  readonly axis: number;
  readonly dtype: DType;
}

/** The axis of the one-hot vectors that is reduced: that of the indices, behind the batch if there is one. */
function reducedAxis(x: Spec): number {
  return x.shape.length > 1 ? 1 : 0;
}

export const multiHotOp: OpDef<MultiHotAttrs> = defineOp<MultiHotAttrs>({
  name: "multi_hot",
  keras: "keras.src.ops.nn.MultiHot",
  resolve: ([x], given) => {
    if (x!.shape.length === 0) throw new ArgumentError("needs at least one axis of indices", { op: "multi_hot" });
    return { ...given, axis: normalizeAxis(given.axis, x!.shape.length + 1, "multi_hot") };
  },
  infer: ([x], { numClasses, axis, dtype }) => [
    { shape: x!.shape.toSpliced(axis, 0, numClasses).toSpliced(reducedAxis(x!), 1), dtype },
  ],
  declare: declareOperandDType,
  decompose: ([x], { numClasses, axis, dtype }) => [
    max(oneHot(cast(x!, "int32"), numClasses, { axis, dtype }), { axis: reducedAxis(x!) }),
  ],
  vjp: null,
});

/** Options of {@link multiHot}. */
export interface MultiHotOptions extends HotOptions {
  /** Length of the vectors; required. */
  readonly numClasses?: number | null | undefined;
}

/**
 * Lists of class indices as vectors with 1 at every index of a list.
 *
 * @param inputs - Indices, [length] or [batch, length].
 * @returns [numClasses] or [batch, numClasses].
 * @throws {ArgumentError} when `numClasses` is missing or the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.multiHot([[0, 2], [1, 1]], { numClasses: 3 }).array()); // [[1, 0, 1], [0, 1, 0]]
 * ```
 */
export function multiHot(inputs: KerasTensor, options?: MultiHotOptions): KerasTensor;
export function multiHot(inputs: TensorLike, options?: MultiHotOptions): Tensor;
export function multiHot(inputs: TensorLike | KerasTensor, options?: MultiHotOptions): Tensor | KerasTensor {
  const resolved = resolveOptions<MultiHotOptions>(options);
  checkHot(resolved.numClasses, resolved, "multi_hot");
  return apply(multiHotOp, [inputs], {
    numClasses: resolved.numClasses,
    axis: resolved.axis ?? -1,
    dtype: standardizeDType(resolved.dtype),
  })[0]!;
}
