// Ops that look for NaN and for numbers out of range once, and take a shorter way where there are none: at sizes where that is done.
import type { DType } from "@keras/ops";
import { describe, it } from "vitest";
import { array, check, generator } from "./kit.ts";

const SHAPE = [64, 300];

/** Numbers with ties, of which some are replaced. */
function numbers(special: readonly number[]): number[] {
  const next = generator(9);
  const values = Array.from({ length: SHAPE[0]! * SHAPE[1]! }, () => Math.round(2000 * (next() - 0.5)) / 8);
  special.forEach((x, i) => (values[37 + 611 * i] = x));
  return values;
}

const DATA: readonly (readonly [string, readonly number[]])[] = [
  ["plain numbers", []],
  ["infinities", [Infinity, -Infinity, Infinity]],
  ["NaN", [NaN, 3, NaN, NaN]],
  ["NaN and infinities in one row", [Infinity, NaN, -Infinity]],
  ["zeros of both signs", [0, -0, -0, 0]],
  ["numbers beyond int32", [2 ** 31, 2 ** 31 - 128, -(2 ** 31), -(2 ** 31) - 256, 1e20, -1e20]],
];

describe.each(DATA)("%s among many", (_, special) => {
  for (const dtype of ["float32", "float64", "float16"] satisfies DType[]) {
    const x = array(dtype, SHAPE, numbers(special));
    it(`${dtype}: extrema and their places`, async () => {
      for (const axis of [0, 1]) {
        const shape = [SHAPE[1 - axis]!];
        for (const op of ["max", "min"])
          await check({ op, inputs: [x], attrs: { axis: [axis], keepdims: false }, outputs: [{ shape, dtype }] });
        for (const op of ["argmax", "argmin"])
          await check({ op, inputs: [x], attrs: { axis, keepdims: false }, outputs: [{ shape, dtype: "int32" }] });
      }
    });
    it(`${dtype}: order`, async () => {
      await check({ op: "argsort", inputs: [x], attrs: { axis: 1 }, outputs: [{ shape: SHAPE, dtype: "int32" }] });
      await check({ op: "sort", inputs: [x], attrs: { axis: 0 }, outputs: [{ shape: SHAPE, dtype }] });
      const outputs = [
        { shape: [SHAPE[0]!, 5], dtype },
        { shape: [SHAPE[0]!, 5], dtype: "int32" as DType },
      ];
      await check({ op: "top_k", inputs: [x], attrs: { k: 5, sorted: true }, outputs });
    });
    it(`${dtype} to integers`, async () => {
      for (const to of ["int32", "int8", "uint32"] satisfies DType[])
        await check({ op: "cast", inputs: [x], attrs: { dtype: to }, outputs: [{ shape: SHAPE, dtype: to }] });
    });
  }
});
