import type { NDArray } from "@keras/ops";
import type { EmitterTable } from "../emit/table.ts";

export const constants: EmitterTable = {
  constant: {
    emit: (e, node) => {
      const { values, shape, dtype } = (node.attrs as { value: NDArray }).value;
      return e.data(values, shape, dtype);
    },
  },
};
