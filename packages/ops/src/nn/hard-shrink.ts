import { declareOperandDType } from "../define/declared.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { absolute } from "../numpy/absolute.ts";
import { greater } from "../numpy/compare.ts";
import { where } from "../numpy/where.ts";

/** Attributes of {@link hardShrinkOp}. */
interface HardShrinkAttrs extends Readonly<Record<string, unknown>> {
  readonly threshold: number;
}

export const hardShrinkOp: OpDef<HardShrinkAttrs> = defineOp<HardShrinkAttrs>({
  name: "hard_shrink",
  keras: "keras.src.ops.nn.HardShrink",
  promote: "float",
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { threshold }) => [where(greater(absolute(x!), threshold), x!, 0)],
  vjp: ({ inputs: [x], attrs: { threshold }, grads: [g] }) => [where(greater(absolute(x!), threshold), g!, 0)],
});

/** Options of {@link hardShrink}. */
export interface HardShrinkOptions {
  /** Default 0.5. */
  readonly threshold?: number | undefined;
}

/**
 * x where it exceeds a threshold in size, else 0.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.hardShrink([-1, 0.2, 1]).array()); // [-1, 0, 1]
 * ```
 */
export function hardShrink(x: KerasTensor, options?: HardShrinkOptions): KerasTensor;
export function hardShrink(x: TensorLike, options?: HardShrinkOptions): Tensor;
export function hardShrink(x: TensorLike | KerasTensor, options: HardShrinkOptions = {}): Tensor | KerasTensor {
  const { threshold = 0.5 } = options;
  return apply(hardShrinkOp, [x], { threshold })[0]!;
}
