import {
  decodeSmallFloats,
  encodeSmallFloats,
  isSmallFloat,
  type DType,
  type HostArray,
  type Kernel,
  type NDArray,
} from "@keras/ops";
import type { Numbers, Storage } from "./storage.ts";

/** Host data → storage. Copies. */
export function fromHost(data: HostArray, dtype: DType): Storage {
  return isSmallFloat(dtype) ? decodeSmallFloats(data as Uint16Array, dtype) : (data.slice() as Storage);
}

/** Storage → fresh host data. */
export function toHost(storage: Storage, dtype: DType): HostArray {
  return isSmallFloat(dtype) ? encodeSmallFloats(storage as Numbers, dtype) : (storage.slice() as HostArray);
}

/** Attributes never change, and neither does storage: only small floats need a copy. */
const constant: Kernel = ({ attrs }) => {
  const { values, dtype } = attrs["value"] as NDArray;
  return [isSmallFloat(dtype) ? fromHost(values, dtype) : values];
};

export const constantKernels: Readonly<Record<string, Kernel>> = { constant };
