import { resultType, type DType } from "../dtype.ts";
import type { OperandSpec } from "../op.ts";
import type { Spec } from "../shape.ts";

/** Results declared with the dtype of the first operand (see `OpDef.declare`). */
export function declareOperandDType(outputs: readonly Spec[], operands: readonly OperandSpec[]): readonly Spec[] {
  const dtype: DType = resultType(operands[0]!.dtype);
  return outputs.map(({ shape }) => ({ shape, dtype }));
}
