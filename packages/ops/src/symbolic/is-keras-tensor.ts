import type { KerasTensor } from "./keras-tensor.ts";

/** Whether a value is symbolic. */
export function isKerasTensor(x: unknown): x is KerasTensor {
  return typeof x === "object" && x !== null && (x as KerasTensor).kind === "keras_tensor";
}
