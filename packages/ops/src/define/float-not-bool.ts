import { floatResult, isInteger, resultType, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { OperandSpec } from "../op.ts";
import { isTensor } from "../tensor.ts";

/** As in Keras a symbolic tensor is not asked: its values may get another dtype. */
const someValue = (inputs: readonly OperandSpec[], test: (dtype: DType) => boolean): boolean =>
  inputs.some((x) => isTensor(x) && test(x.dtype));

/** Operands promoted to one float dtype. */
export function asFloats(inputs: readonly OperandSpec[]): readonly DType[] {
  const dtype = floatResult(resultType(...inputs.map((x) => x.dtype)));
  return inputs.map(() => dtype);
}

/**
 * Operands promoted to one float dtype, for functions of which a truth value is no sensible argument.
 *
 * @throws {DTypeError} for booleans.
 */
export function floatNotBool(inputs: readonly OperandSpec[], op: string): readonly DType[] {
  if (someValue(inputs, (dtype) => dtype === "bool"))
    throw new DTypeError("booleans are not logits: cast them to a float first", { op });
  return asFloats(inputs);
}

/**
 * Operands promoted to one float dtype, for functions that Keras takes of floats alone. Plain numbers will do, whole ones too.
 *
 * @throws {DTypeError} for tensors of integers and booleans.
 */
export function floatOnly(inputs: readonly OperandSpec[], op: string): readonly DType[] {
  if (someValue(inputs, (dtype) => dtype === "bool" || isInteger(dtype)))
    throw new DTypeError("takes floats, as in Keras: cast integers and booleans with ops.cast first", { op });
  return asFloats(inputs);
}
