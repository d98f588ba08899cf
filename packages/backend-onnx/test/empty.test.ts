import type { Attrs, StaticSpec } from "@keras/ops";
import { describe, it } from "vitest";
import { check, generator, random } from "./kit.ts";

const f = (...shape: number[]): StaticSpec => ({ dtype: "float32", shape });
const i = (...shape: number[]): StaticSpec => ({ dtype: "int32", shape });

/** Ops on a batch of nothing, or on nothing in another place: kernels that divide by a size end the process. */
const CASES: readonly (readonly [string, readonly StaticSpec[], Attrs, readonly StaticSpec[]])[] = [
  ["add", [f(0, 3), f(3)], {}, [f(0, 3)]],
  ["where", [{ dtype: "bool", shape: [0, 3] }, f(0, 3), f()], {}, [f(0, 3)]],
  ["floor_divide", [i(0, 3), i(3)], {}, [i(0, 3)]],
  ["sum", [f(0, 3)], { axis: [1], keepdims: false }, [f(0)]],
  ["sum", [f(0, 3)], { axis: [0], keepdims: true }, [f(1, 3)]],
  ["sum", [i(0, 3)], { axis: [0, 1], keepdims: false }, [i()]],
  ["prod", [i(0, 3)], { axis: [1], keepdims: false }, [i(0)]],
  ["max", [f(0, 3)], { axis: [1], keepdims: false }, [f(0)]],
  ["min", [f(3, 0)], { axis: [1], keepdims: false }, [f(3)]],
  ["argmax", [f(0, 3)], { axis: 1, keepdims: false }, [i(0)]],
  ["cumsum", [f(0, 3)], { axis: 1, reverse: false, exclusive: false }, [f(0, 3)]],
  ["cumprod", [f(3, 0)], { axis: 1, reverse: true, exclusive: true }, [f(3, 0)]],
  ["sort", [f(0, 3)], { axis: 1 }, [f(0, 3)]],
  ["sort", [f(3, 0)], { axis: 1 }, [f(3, 0)]],
  ["argsort", [f(0, 3)], { axis: 0 }, [i(0, 3)]],
  ["top_k", [f(0, 3)], { k: 2 }, [f(0, 2), i(0, 2)]],
  ["top_k", [f(2, 3)], { k: 0 }, [f(2, 0), i(2, 0)]],
  ["reshape", [f(0, 6)], { shape: [0, 2, 3] }, [f(0, 2, 3)]],
  ["transpose", [f(0, 2, 3)], { perm: [2, 0, 1] }, [f(3, 0, 2)]],
  ["slice", [f(4, 3)], { start: [2, 0], limit: [2, 3], strides: [1, 1] }, [f(0, 3)]],
  ["pad", [f(0, 3), f()], { low: [1, 0], high: [1, 0], interior: [2, 0] }, [f(2, 3)]],
  ["concatenate", [f(0, 3), f(2, 3), f(0, 3)], { axis: 0 }, [f(2, 3)]],
  ["reverse", [f(0, 3)], { axis: [0, 1] }, [f(0, 3)]],
  ["gather", [f(4, 3), i(0)], { axis: 0 }, [f(0, 3)]],
  ["gather", [f(0, 3), i(2)], { axis: 1 }, [f(0, 2)]],
  ["gather_nd", [f(4, 3), i(0, 1)], { batchDims: 0 }, [f(0, 3)]],
  ["scatter_nd", [f(4, 3), i(0, 1), f(0, 3)], { mode: "add" }, [f(4, 3)]],
  ["scatter_nd", [f(0, 3), i(0, 1), f(0, 3)], { mode: "set" }, [f(0, 3)]],
  ["dynamic_slice", [f(0, 3), i(2)], { size: [0, 2] }, [f(0, 2)]],
  ["dynamic_update_slice", [f(4, 3), f(0, 3), i(2)], {}, [f(4, 3)]],
  ["dot_general", [f(0, 3), f(3, 4)], { contract: [[1], [0]], batch: [[], []] }, [f(0, 4)]],
  ["dot_general", [f(0, 2, 3), f(0, 3, 4)], { contract: [[2], [1]], batch: [[0], [0]] }, [f(0, 2, 4)]],
  ["dot_general", [f(0, 3), f(0, 4)], { contract: [[0], [0]], batch: [[], []] }, [f(3, 4)]],
  ...(["conv", "conv_input_grad", "conv_kernel_grad"] as const).map((op) => {
    const attrs = {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      inputDilation: [1, 1],
      kernelDilation: [1, 1],
      groups: 1,
    };
    const [x, k, y] = [f(0, 5, 5, 2), f(3, 3, 2, 4), f(0, 5, 5, 4)];
    if (op === "conv") return [op, [x, k], attrs, [y]] as const;
    if (op === "conv_input_grad") return [op, [y, k], { ...attrs, inputShape: x.shape }, [x]] as const;
    return [op, [x, y], { ...attrs, kernelShape: k.shape }, [k]] as const;
  }),
  ...(["max_pool", "max_pool_grad", "average_pool", "average_pool_grad"] as const).map((op) => {
    const attrs = {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
    };
    const [x, y] = [f(0, 4, 4, 2), f(0, 2, 2, 2)];
    if (op === "max_pool_grad") return [op, [x, y, y], attrs, [x]] as const;
    if (op === "average_pool_grad") return [op, [y], { ...attrs, inputShape: x.shape }, [x]] as const;
    return [op, [x], attrs, [y]] as const;
  }),
  ["random_bits", [{ dtype: "uint32", shape: [2] }], { shape: [0, 3] }, [{ dtype: "uint32", shape: [0, 3] }]],
  ["iota", [], { shape: [0, 3], axis: 1, dtype: "int32" }, [i(0, 3)]],
  ["full", [], { shape: [0, 3], dtype: "float32", value: 1 }, [f(0, 3)]],
];

describe("arrays without elements", () => {
  for (const [op, inputs, attrs, outputs] of CASES) {
    it(`${op} ${inputs.map((s) => `[${s.shape.join()}]`).join(" ")} ${JSON.stringify(attrs)}`, async () => {
      const next = generator(1);
      const arrays = inputs.map((s) => random(s.dtype, s.shape, next, { low: 0, high: 2 }));
      await check({ op, inputs: arrays, attrs, outputs });
    });
  }
});
