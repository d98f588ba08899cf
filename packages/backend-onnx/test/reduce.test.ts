import type { DType } from "@keras/ops";
import { describe, it } from "vitest";
import { array, check, generator, random } from "./kit.ts";

const FLOATS: DType[] = ["float32", "float16", "bfloat16", "float64"];
const INTS: DType[] = ["int8", "uint8", "int16", "uint16", "int32", "uint32"];
const reduced = (shape: readonly number[], axis: readonly number[], keepdims: boolean): number[] =>
  keepdims ? shape.map((d, i) => (axis.includes(i) ? 1 : d)) : shape.filter((_, i) => !axis.includes(i));

const AXES = [[0], [1], [2], [0, 1], [0, 2], [0, 1, 2], []];

describe("reductions", () => {
  for (const op of ["sum", "prod", "max", "min"]) {
    for (const dtype of [...FLOATS, ...INTS]) {
      it(`${op} ${dtype}`, async () => {
        const shape = [3, 4, 5];
        for (const axis of AXES) {
          const x = random(dtype, shape, generator(6), op === "prod" ? { low: 0.5, high: 1.9 } : {});
          const outputs = [{ shape: reduced(shape, axis, axis.length === 1), dtype }];
          await check({ op, inputs: [x], attrs: { axis, keepdims: axis.length === 1 }, outputs }, 1e-5);
        }
      });
    }
  }
  it("sums of integers wrap", async () => {
    const x = array("int32", [2, 3], [2 ** 31 - 1, 5, 1, 2, 3, 4]);
    for (const op of ["sum", "prod"])
      await check({
        op,
        inputs: [x],
        attrs: { axis: [0, 1], keepdims: false },
        outputs: [{ shape: [], dtype: "int32" }],
      });
    const u = array("uint8", [3], [200, 100, 3]);
    for (const op of ["sum", "prod"])
      await check({ op, inputs: [u], attrs: { axis: [0], keepdims: true }, outputs: [{ shape: [1], dtype: "uint8" }] });
  });
  it("64-bit sums are exact", async () => {
    const x = array("int64", [3], [2n ** 53n + 1n, 2n ** 60n + 3n, -5n]);
    for (const op of ["sum", "prod"])
      await check({ op, inputs: [x], attrs: { axis: [0], keepdims: false }, outputs: [{ shape: [], dtype: "int64" }] });
  });
  it("large unsigned numbers are not negative", async () => {
    const x = array("uint32", [2, 2], [1, 2 ** 32 - 1, 3, 5]);
    for (const op of ["max", "min"])
      await check({
        op,
        inputs: [x],
        attrs: { axis: [1], keepdims: false },
        outputs: [{ shape: [2], dtype: "uint32" }],
      });
  });
  it("a column sum over many rows", async () => {
    const x = random("float32", [4, 300, 24], generator(3));
    for (const keepdims of [true, false]) {
      await check(
        {
          op: "sum",
          inputs: [x],
          attrs: { axis: [0, 1], keepdims },
          outputs: [{ shape: keepdims ? [1, 1, 24] : [24], dtype: "float32" }],
        },
        1e-5,
      );
    }
  });
  it("NaN wins wherever it stands", async () => {
    for (let at = 0; at < 40; at++) {
      const numbers = Array.from({ length: 40 }, (_, i) => (i === at ? Number.NaN : i - 20));
      const x = array("float32", [2, 20], numbers);
      for (const op of ["max", "min"])
        await check({
          op,
          inputs: [x],
          attrs: { axis: [1], keepdims: false },
          outputs: [{ shape: [2], dtype: "float32" }],
        });
      for (const op of ["argmax", "argmin"])
        await check({
          op,
          inputs: [x],
          attrs: { axis: 1, keepdims: false },
          outputs: [{ shape: [2], dtype: "int32" }],
        });
    }
  });
  it("infinities do not look like NaN", async () => {
    const inf = Number.POSITIVE_INFINITY;
    const x = array("float32", [2, 3], [inf, -inf, 1, -inf, -inf, -inf]);
    for (const op of ["max", "min"])
      await check({
        op,
        inputs: [x],
        attrs: { axis: [1], keepdims: false },
        outputs: [{ shape: [2], dtype: "float32" }],
      });
  });
  it("of nothing", async () => {
    for (const dtype of ["float32", "int32", "int16", "uint8"] as const) {
      for (const op of ["sum", "prod", "max", "min"]) {
        await check({
          op,
          inputs: [array(dtype, [2, 0], [])],
          attrs: { axis: [1], keepdims: false },
          outputs: [{ shape: [2], dtype }],
        });
      }
    }
    for (const op of ["any", "all"])
      await check({
        op,
        inputs: [array("bool", [2, 0], [])],
        attrs: { axis: [1], keepdims: false },
        outputs: [{ shape: [2], dtype: "bool" }],
      });
  });
  it("any and all", async () => {
    for (const op of ["any", "all", "max", "min"]) {
      for (const axis of AXES) {
        const x = random("bool", [2, 3, 2], generator(1));
        await check({
          op,
          inputs: [x],
          attrs: { axis, keepdims: false },
          outputs: [{ shape: reduced(x.shape, axis, false), dtype: "bool" }],
        });
      }
    }
  });
});

describe("index of the extremum", () => {
  for (const dtype of ["bool", ...FLOATS, ...INTS] as DType[]) {
    it(dtype, async () => {
      for (const [axis, keepdims] of [
        [0, true],
        [1, false],
        [2, true],
      ] as const) {
        const x = random(dtype, [3, 4, 21], generator(6));
        const outputs = [{ shape: reduced(x.shape, [axis], keepdims), dtype: "int32" as const }];
        for (const op of ["argmax", "argmin"]) await check({ op, inputs: [x], attrs: { axis, keepdims }, outputs });
      }
    });
  }
});

describe("running sums and products", () => {
  for (const dtype of [...FLOATS, ...INTS]) {
    it(dtype, async () => {
      for (const op of ["cumsum", "cumprod"]) {
        for (const [axis, reverse, exclusive] of [
          [0, false, false],
          [1, true, false],
          [1, false, true],
          [0, true, true],
        ] as const) {
          const x = random(dtype, [4, 5], generator(6), { low: 0.5, high: 2.5 });
          await check(
            { op, inputs: [x], attrs: { axis, reverse, exclusive }, outputs: [{ shape: [4, 5], dtype }] },
            1e-5,
          );
        }
      }
    });
  }
});

describe("order", () => {
  const nan = Number.NaN;
  const inf = Number.POSITIVE_INFINITY;
  for (const dtype of ["bool", ...FLOATS, ...INTS, "int64"] as DType[]) {
    it(dtype, async () => {
      for (const axis of [0, 1]) {
        const x = random(dtype, [7, 60], generator(12));
        await check({ op: "sort", inputs: [x], attrs: { axis }, outputs: [{ shape: x.shape, dtype }] });
        await check({ op: "argsort", inputs: [x], attrs: { axis }, outputs: [{ shape: x.shape, dtype: "int32" }] });
      }
      const x = random(dtype, [3, 50], generator(12));
      for (const k of [1, 7, 50]) {
        await check({
          op: "top_k",
          inputs: [x],
          attrs: { k },
          outputs: [
            { shape: [3, k], dtype },
            { shape: [3, k], dtype: "int32" },
          ],
        });
      }
    });
  }
  it("NaN, infinities and zeros", async () => {
    const x = array("float32", [10], [3, nan, 1, -5, -0, 0, -inf, inf, nan, 0]);
    await check({ op: "sort", inputs: [x], attrs: { axis: 0 }, outputs: [{ shape: [10], dtype: "float32" }] });
    await check({ op: "argsort", inputs: [x], attrs: { axis: 0 }, outputs: [{ shape: [10], dtype: "int32" }] });
    await check({
      op: "top_k",
      inputs: [x],
      attrs: { k: 4 },
      outputs: [
        { shape: [4], dtype: "float32" },
        { shape: [4], dtype: "int32" },
      ],
    });
  });
  it("is stable for many equal elements", async () => {
    const x = random("int32", [5000], generator(1), { low: 0, high: 5 });
    await check({ op: "argsort", inputs: [x], attrs: { axis: 0 }, outputs: [{ shape: [5000], dtype: "int32" }] });
    await check({
      op: "top_k",
      inputs: [x],
      attrs: { k: 700 },
      outputs: [
        { shape: [700], dtype: "int32" },
        { shape: [700], dtype: "int32" },
      ],
    });
  });
});
