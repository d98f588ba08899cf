import type { DType } from "@keras/ops";

/** Codes of element types in ONNX tensors (`TensorProto.DataType`). */
export const ELEMENT: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8_e4m3fn: 17,
  float8_e5m2: 19,
  uint4: 21,
  int4: 22,
};

const byCode = new Map(Object.entries(ELEMENT).map(([dtype, code]) => [code, dtype as DType]));

/** The dtype with this code, or undefined for one that Keras does not have. */
export function dtypeOfElement(code: number): DType | undefined {
  return byCode.get(code);
}
