import { floatResult, resultType, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { OperandSpec } from "../op.ts";

/**
 * Operands promoted to one float dtype, for functions of which a truth value is no sensible argument.
 *
 * @throws {DTypeError} for booleans.
 */
export function floatNotBool(inputs: readonly OperandSpec[], op: string): readonly DType[] {
  if (inputs.some((x) => x.dtype === "bool"))
    throw new DTypeError("booleans are not logits: cast them to a float first", { op });
  const dtype = floatResult(resultType(...inputs.map((x) => x.dtype)));
  return inputs.map(() => dtype);
}
