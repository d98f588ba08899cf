import type { DType } from "@keras/ops";
import { describe, it } from "vitest";
import { array, check, generator, random } from "./kit.ts";

const ALL: DType[] = [
  "bool",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
];

describe("moving data", () => {
  for (const dtype of ALL) {
    it(dtype, async () => {
      const x = random(dtype, [2, 3, 4], generator(1));
      const move = (op: string, attrs: Record<string, unknown>, shape: number[]): Promise<void> =>
        check({ op, inputs: [x], attrs, outputs: [{ shape, dtype }] });
      await move("reshape", { shape: [4, 6] }, [4, 6]);
      await move("reshape", { shape: [24] }, [24]);
      await move("transpose", { perm: [2, 0, 1] }, [4, 2, 3]);
      await move("broadcast_to", { shape: [5, 2, 3, 4] }, [5, 2, 3, 4]);
      await move("slice", { start: [0, 1, 1], limit: [2, 3, 4], strides: [1, 1, 2] }, [2, 2, 2]);
      await move("slice", { start: [1, 0, 2], limit: [1, 3, 4], strides: [1, 1, 1] }, [0, 3, 2]);
      await move("reverse", { axis: [0, 2] }, [2, 3, 4]);
      await check({
        op: "concatenate",
        inputs: [x, x, random(dtype, [2, 1, 4], generator(2))],
        attrs: { axis: 1 },
        outputs: [{ shape: [2, 7, 4], dtype }],
      });
      await check({
        op: "dynamic_slice",
        inputs: [x, array("int32", [3], [1, 2, -9])],
        attrs: { size: [1, 2, 3] },
        outputs: [{ shape: [1, 2, 3], dtype }],
      });
      for (const update of [
        random(dtype, [1, 2, 4], generator(3)),
        random(dtype, [2, 1, 3], generator(3)),
        random(dtype, [2, 3, 4], generator(3)),
      ]) {
        await check({
          op: "dynamic_update_slice",
          inputs: [x, update, array("int32", [3], [5, 1, 1])],
          outputs: [{ shape: [2, 3, 4], dtype }],
        });
      }
    });
  }
  it("scalars and empty arrays", async () => {
    await check({
      op: "reshape",
      inputs: [array("float32", [1, 1], [3])],
      attrs: { shape: [] },
      outputs: [{ shape: [], dtype: "float32" }],
    });
    await check({
      op: "reshape",
      inputs: [array("float32", [], [3])],
      attrs: { shape: [1, 1] },
      outputs: [{ shape: [1, 1], dtype: "float32" }],
    });
    await check({
      op: "reshape",
      inputs: [array("float32", [0, 4], [])],
      attrs: { shape: [2, 0] },
      outputs: [{ shape: [2, 0], dtype: "float32" }],
    });
    await check({
      op: "transpose",
      inputs: [array("float32", [0, 4], [])],
      attrs: { perm: [1, 0] },
      outputs: [{ shape: [4, 0], dtype: "float32" }],
    });
    await check({
      op: "broadcast_to",
      inputs: [array("float32", [], [3])],
      attrs: { shape: [0, 2] },
      outputs: [{ shape: [0, 2], dtype: "float32" }],
    });
  });
});

describe("padding", () => {
  for (const dtype of ALL) {
    it(dtype, async () => {
      const x = random(dtype, [3, 4], generator(1));
      const value = random(dtype, [], generator(5));
      const pads: [number[], number[], number[], number[]][] = [
        [
          [1, 0],
          [0, 2],
          [0, 0],
          [4, 6],
        ],
        [
          [0, 1],
          [0, 0],
          [1, 2],
          [5, 11],
        ],
        [
          [-1, 0],
          [1, -2],
          [0, 0],
          [3, 2],
        ],
        [
          [-1, 2],
          [2, -3],
          [1, 1],
          [6, 6],
        ],
      ];
      for (const [low, high, interior, shape] of pads) {
        await check({ op: "pad", inputs: [x, value], attrs: { low, high, interior }, outputs: [{ shape, dtype }] });
      }
    });
  }
});

describe("constants", () => {
  for (const dtype of ALL) {
    it(dtype, async () => {
      await check({
        op: "full",
        inputs: [],
        attrs: { shape: [2, 3], dtype, value: dtype === "bool" ? true : 3 },
        outputs: [{ shape: [2, 3], dtype }],
      });
      if (dtype === "bool") return;
      await check({
        op: "iota",
        inputs: [],
        attrs: { shape: [2, 30, 2], axis: 1, dtype },
        outputs: [{ shape: [2, 30, 2], dtype }],
      });
    });
  }
  it("long ranges", async () => {
    await check({
      op: "iota",
      inputs: [],
      attrs: { shape: [5000], axis: 0, dtype: "float32" },
      outputs: [{ shape: [5000], dtype: "float32" }],
    });
  });
  it("extreme values", async () => {
    const values: [DType, number | bigint][] = [
      ["float32", Number.NaN],
      ["float32", Number.NEGATIVE_INFINITY],
      ["float32", -0],
      ["int64", 2n ** 62n + 1n],
      ["uint32", 2 ** 32 - 1],
      ["float16", 65504],
    ];
    for (const [dtype, value] of values)
      await check({ op: "full", inputs: [], attrs: { shape: [2], dtype, value }, outputs: [{ shape: [2], dtype }] });
  });
});

describe("indexing", () => {
  for (const dtype of ALL) {
    it(dtype, async () => {
      const x = random(dtype, [4, 3, 5], generator(1));
      for (const [axis, shape] of [
        [0, [2, 2, 3, 5]],
        [1, [4, 2, 2, 5]],
        [2, [4, 3, 2, 2]],
      ] as const) {
        await check({
          op: "gather",
          inputs: [x, array("int32", [2, 2], [2, 0, 1, 1])],
          attrs: { axis },
          outputs: [{ shape, dtype }],
        });
        await check({
          op: "gather",
          inputs: [x, array("int32", [2, 2], [2, -1, 7, 1])],
          attrs: { axis },
          outputs: [{ shape, dtype }],
        });
      }
      await check({
        op: "gather",
        inputs: [x, array("uint8", [], [2])],
        attrs: { axis: 0 },
        outputs: [{ shape: [3, 5], dtype }],
      });
      await check({
        op: "gather",
        inputs: [x, array("int32", [0], [])],
        attrs: { axis: 1 },
        outputs: [{ shape: [4, 0, 5], dtype }],
      });
      await check({
        op: "gather_nd",
        inputs: [x, array("int32", [3, 2], [0, 2, 3, 1, 1, 1])],
        attrs: { batchDims: 0 },
        outputs: [{ shape: [3, 5], dtype }],
      });
      await check({
        op: "gather_nd",
        inputs: [x, array("int32", [3, 2], [0, 2, 4, 1, 1, -1])],
        attrs: { batchDims: 0 },
        outputs: [{ shape: [3, 5], dtype }],
      });
      await check({
        op: "gather_nd",
        inputs: [x, array("int32", [4, 2, 1], [0, 2, 1, 1, 2, 0, 3, 1])],
        attrs: { batchDims: 1 },
        outputs: [{ shape: [4, 2, 5], dtype }],
      });
      const updates = random(dtype, [4, 5], generator(2));
      for (const mode of dtype === "bool" ? ["set"] : ["set", "add", "multiply", "min", "max"]) {
        for (const at of [
          [0, 2, 3, 1, 0, 2, 1, 0],
          [0, 2, 4, 1, 1, -1, 0, 2],
        ]) {
          await check(
            {
              op: "scatter_nd",
              inputs: [x, array("int32", [4, 2], at), updates],
              attrs: { mode },
              outputs: [{ shape: [4, 3, 5], dtype }],
            },
            1e-5,
          );
        }
      }
    });
  }
  it("many repeated indices add up", async () => {
    const n = 20_000;
    const next = generator(2);
    const indices = array(
      "int32",
      [n, 1],
      Array.from({ length: n }, () => Math.floor(next() * 10)),
    );
    const x = array("int32", [10, 3], new Array<number>(30).fill(1));
    await check({
      op: "scatter_nd",
      inputs: [x, indices, random("int32", [n, 3], next)],
      attrs: { mode: "add" },
      outputs: [{ shape: [10, 3], dtype: "int32" }],
    });
    await check({
      op: "scatter_nd",
      inputs: [x, indices, random("int32", [n, 3], next)],
      attrs: { mode: "set" },
      outputs: [{ shape: [10, 3], dtype: "int32" }],
    });
  });
});

describe("random bits", () => {
  it("are those of JAX", async () => {
    // jax.random.bits(jax.random.PRNGKey(42), (6,)), jax 0.8
    const key = array("uint32", [2], [0, 42]);
    for (const shape of [[6], [2, 3], [], [0], [1000]]) {
      await check({ op: "random_bits", inputs: [key], attrs: { shape }, outputs: [{ shape, dtype: "uint32" }] });
    }
  });
});
