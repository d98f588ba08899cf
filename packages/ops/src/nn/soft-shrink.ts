import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { greater, less } from "../numpy/compare.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";

/** Attributes of {@link softShrinkOp}. */
interface SoftShrinkAttrs extends Readonly<Record<string, unknown>> {
  readonly threshold: number;
}

export const softShrinkOp: OpDef<SoftShrinkAttrs> = defineOp<SoftShrinkAttrs>({
  name: "soft_shrink",
  keras: "keras.src.ops.nn.SoftShrink",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { threshold }) => [
    where(greater(x!, threshold), subtract(x!, threshold), where(less(x!, -threshold), add(x!, threshold), 0)),
  ],
  vjp: ({ inputs: [x], attrs: { threshold }, grads: [g] }) => [where(greater(absolute(x!), threshold), g!, 0)],
});

/** Options of {@link softShrink}. */
export interface SoftShrinkOptions {
  /** Default 0.5. */
  readonly threshold?: number | undefined;
}

/**
 * x brought nearer to 0 by a threshold; 0 within it.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.softShrink([-1, 0.2, 1]).array()); // [-0.5, 0, 0.5]
 * ```
 */
export function softShrink(x: KerasTensor, options?: SoftShrinkOptions): KerasTensor;
export function softShrink(x: TensorLike, options?: SoftShrinkOptions): Tensor;
export function softShrink(x: TensorLike | KerasTensor, options: SoftShrinkOptions = {}): Tensor | KerasTensor {
  const { threshold = 0.5 } = options;
  return apply(softShrinkOp, [x], { threshold })[0]!;
}
