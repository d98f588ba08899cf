import { apply } from "../execution/dispatch.ts";
import { greater } from "../numpy/compare.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { resultType } from "../dtype.ts";
import { weakTypeOf } from "../scalar.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link thresholdOp}. */
interface ThresholdAttrs extends Readonly<Record<string, unknown>> {
  readonly threshold: number;
  readonly defaultValue: number;
}

export const thresholdOp: OpDef<ThresholdAttrs> = defineOp<ThresholdAttrs>({
  name: "threshold",
  keras: "keras.src.ops.nn.Threshold",
  promote: ([x], { defaultValue }) => [resultType(x!.dtype, weakTypeOf(defaultValue))],
  infer: ([x]) => [x!],
  decompose: ([x], { threshold, defaultValue }) => [where(greater(x!, threshold), x!, defaultValue)],
  vjp: ({ inputs: [x], attrs: { threshold }, grads: [g] }) => [where(greater(x!, threshold), g!, 0)],
});

/**
 * x where it exceeds a threshold, else a fixed value.
 *
 * @param x - Any shape and numeric dtype.
 * @param threshold - What x is compared with.
 * @param defaultValue - Stands where x does not exceed it.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.threshold([1, 3], 2, 0).array()); // [0, 3]
 * ```
 */
export function threshold(x: KerasTensor, threshold: number, defaultValue: number): KerasTensor;
export function threshold(x: TensorLike, threshold: number, defaultValue: number): Tensor;
export function threshold(x: TensorLike | KerasTensor, threshold: number, defaultValue: number): Tensor | KerasTensor {
  return apply(thresholdOp, [x], { threshold, defaultValue })[0]!;
}
