import {
  allocateHost,
  decodeSmallFloats,
  encodeSmallFloats,
  isFloat,
  isSmallFloat,
  isUnsigned,
  type DType,
  type HostArray,
} from "@keras/ops";

/** What one element is in a shader: every dtype that the device has takes 32 bits there. */
export type Lane = "f32" | "i32" | "u32";

/** Dtypes that only the host computes with: WGSL has no numbers of 64 bits, and pairs and strings are none. */
const HOST_ONLY: ReadonlySet<DType> = new Set<DType>([
  "int64",
  "uint64",
  "float64",
  "complex64",
  "complex128",
  "string",
]);

export const onDevice = (dtype: DType): boolean => !HOST_ONLY.has(dtype);

/** Half types and bytes of floats are float32 values that have been rounded, narrow integers are sign- or zero-extended, bool is 0 or 1. */
export function laneOf(dtype: DType): Lane {
  if (isFloat(dtype)) return "f32";
  return dtype === "bool" || isUnsigned(dtype) ? "u32" : "i32";
}

type LaneArray = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Host data → what the device holds. It may be the same memory. */
export function toLanes(data: HostArray, dtype: DType): LaneArray {
  if (isSmallFloat(dtype)) return decodeSmallFloats(data as Uint16Array, dtype);
  if (dtype === "float32" || dtype === "int32" || dtype === "uint32") return data as LaneArray;
  const numbers = data as Uint8Array;
  return laneOf(dtype) === "i32" ? Int32Array.from(numbers) : Uint32Array.from(numbers);
}

/** The device's words → a host array. */
export function fromLanes(words: ArrayBuffer, dtype: DType): HostArray {
  if (dtype === "float32") return new Float32Array(words);
  if (dtype === "int32") return new Int32Array(words);
  if (dtype === "uint32") return new Uint32Array(words);
  if (isSmallFloat(dtype)) return encodeSmallFloats(new Float32Array(words), dtype);
  const lanes = laneOf(dtype) === "i32" ? new Int32Array(words) : new Uint32Array(words);
  const out = allocateHost(dtype, lanes.length) as Uint8Array<ArrayBuffer>;
  out.set(lanes);
  return out;
}
