import { toTensor } from "../convert.ts";
import type { Other } from "../operand.ts";
import { isKerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor } from "../tensor.ts";
import { isVariable } from "../variable.ts";

/** An operand that holds indices: arrays of numbers, which would be floatx, become int32; tensors stay as they are. */
export function indexOperand(x: Other): Other {
  const isValue =
    isKerasTensor(x) ||
    isTensor(x) ||
    isVariable(x) ||
    ArrayBuffer.isView(x) ||
    (x as { kind?: unknown }).kind === "ndarray";
  return isValue ? x : toTensor(x as number, "int32");
}
