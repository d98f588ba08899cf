import { isComplex, isInteger, resultType, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import type { OperandSpec } from "../op.ts";

/** @throws {DTypeError} for bool. */
export function notBool(dtype: DType, op: string): DType {
  if (dtype === "bool")
    throw new DTypeError("booleans have no sign: cast them to a number, or use the logical ops", { op });
  return dtype;
}

/** @throws {DTypeError} for complex dtypes. */
export function notComplex(dtype: DType, op: string): DType {
  if (isComplex(dtype))
    throw new DTypeError(`${dtype} is not supported: take the real or imaginary part, or the absolute value`, { op });
  return dtype;
}

/** @throws {DTypeError} unless the dtype is bool or an integer. */
export function integral(dtype: DType, op: string): DType {
  if (dtype !== "bool" && !isInteger(dtype))
    throw new DTypeError(`works on integers and booleans, not on ${dtype}: cast first`, { op });
  return dtype;
}

/** Operands promoted to one dtype, two booleans to int32: for arithmetic that booleans do not have. */
export function boolAsInt(inputs: readonly OperandSpec[]): readonly DType[] {
  const joined = resultType(...inputs.map((x) => x.dtype));
  return inputs.map(() => (joined === "bool" ? "int32" : joined));
}
