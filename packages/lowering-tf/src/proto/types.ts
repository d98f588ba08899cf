import type { DType } from "@keras/ops";

/** Element type of a TensorFlow value: a dtype, a list of tensors, or a handle of a variable. */
export type Element = DType | "variant" | "resource";

/** Codes of TensorFlow's `DataType`. */
export const DATA_TYPE: Readonly<Record<Element, number>> = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  uint16: 17,
  complex128: 18,
  float16: 19,
  resource: 20,
  variant: 21,
  uint32: 22,
  uint64: 23,
  float8_e5m2: 24,
  float8_e4m3fn: 25,
  int4: 29,
  uint4: 30,
};
