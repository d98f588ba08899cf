import { decodeSmallFloats, type NDArray } from "@keras/ops";
import type { EmitterTable } from "../emit/table.ts";
import { storageOf } from "./cast.ts";

export const constants: EmitterTable = {
  constant: {
    supports: (_, attrs) => DATA.has((attrs as { value: NDArray }).value.dtype),
    emit: (e, node) => {
      const { value } = node.attrs as { value: NDArray };
      const dtype = storageOf(e, value.dtype);
      const half = dtype !== value.dtype;
      const values = half
        ? decodeSmallFloats(value.values as Uint16Array, value.dtype as "float16" | "bfloat16")
        : value.values;
      return e.data(values, value.shape, dtype);
    },
  },
};

const DATA: ReadonlySet<string> = new Set([
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
]);
