import { cast } from "../core/cast.ts";
import type { AxisAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { greater } from "../numpy/compare.ts";
import { cumsum } from "../numpy/cumsum.ts";
import { divide } from "../numpy/divide.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { maximum } from "../numpy/maximum.ts";
import { negative } from "../numpy/negative.ts";
import { sort } from "../numpy/sort.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

export const sparsemaxOp: OpDef<AxisAttrs> = defineOp<AxisAttrs>({
  name: "sparsemax",
  keras: "keras.src.ops.nn.Sparsemax",
  resolve: ([x], { axis }) => ({ axis: normalizeAxis(axis, x!.shape.length, "sparsemax") }),
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { axis }) => {
    const descending = negative(sort(negative(x!), { axis }));
    const sums = cumsum(descending, { axis });
    const rank = add(iotaTensor(x!.shape, axis, x!.dtype), 1);
    const inSupport = greater(subtract(descending, divide(subtract(sums, 1), rank)), 0);
    const size = sum(cast(inSupport, x!.dtype), { axis, keepdims: true });
    // Keras adds the running sums, where the paper takes the last of them: with more than one element in the support the result
    // sums to less than 1. The numbers are kept as Keras gives them.
    const total = sum(where(inSupport, sums, 0), { axis, keepdims: true });
    return [maximum(subtract(x!, divide(subtract(total, 1), size)), 0)];
  },
});

/** Options of {@link sparsemax}. */
export interface SparsemaxOptions {
  /** Axis along which elements compete; default -1. */
  readonly axis?: number | undefined;
}

/**
 * Like softmax, with exact zeros: x less a threshold, where that is positive. As in Keras the threshold is that of the paper only where
 * a single element remains.
 *
 * Source: Martins and Astudillo, From Softmax to Sparsemax (2016).
 *
 * @param x - Any shape but a scalar; integers and booleans become floatx.
 * @param options - `axis`, or that axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.sparsemax([3, 0, 0]).array()); // [1, 0, 0]
 * ```
 */
export function sparsemax(x: KerasTensor, options?: SparsemaxOptions | number): KerasTensor;
export function sparsemax(x: TensorLike, options?: SparsemaxOptions | number): Tensor;
export function sparsemax(x: TensorLike | KerasTensor, options?: SparsemaxOptions | number): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<SparsemaxOptions>(options);
  return apply(sparsemaxOp, [x], { axis })[0]!;
}
