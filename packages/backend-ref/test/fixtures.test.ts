import { readFileSync } from "node:fs";
import { PRIMITIVES, type Attrs, type DType } from "@keras/ops";
import { expect, test } from "vitest";
import { allKernels } from "../src/parts.ts";
import { difference, run, storageOf, type Value } from "./kernel.ts";

type Row = readonly [op: string, attrs: Attrs, inputs: readonly Value[], outputs: readonly Value[]];
const rows = readFileSync(new URL("../../backend-tests/data/primitives.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): Row => JSON.parse(line));

/**
 * Results with at most 24 bits were recorded from float64 computations: kernels, which compute in float64 too, are held to one place.
 * Float64 itself may differ in the last digits, since NumPy, LAPACK and V8 each err by a place or so per step.
 */
function tolerance(dtype: DType): readonly [ulps: number, absolute: number] {
  return dtype === "float64" || dtype === "complex128" ? [64, 5e-14] : [1, 0];
}

const CONTROL_FLOW = new Set(["cond", "while_loop", "scan"]);

test("every primitive but control flow has a kernel and a fixture", () => {
  const expected = Object.keys(PRIMITIVES)
    .filter((op) => !CONTROL_FLOW.has(op))
    .sort();
  expect(Object.keys(allKernels).sort()).toEqual(expected);
  const without = expected.filter((op) => !rows.some((r) => r[0] === op));
  // `eig` is checked by its defining equation in linalg.test.ts, `constant` in backend.test.ts.
  expect(without).toEqual(["constant", "eig"]);
});

const cases = rows.map((row, line) => {
  const [op, attrs, inputs] = row;
  return {
    row,
    title: `${op} ${inputs.map(([d, s]) => `${d}[${s}]`).join(", ")} ${JSON.stringify(attrs)} (line ${line + 1})`,
  };
});

test.each(cases)("$title", ({ row: [op, attrs, inputs, outputs] }) => {
  const results = run(
    op,
    inputs,
    attrs,
    outputs.map(([dtype, shape]) => ({ dtype, shape })),
  );
  expect(results.length).toBe(outputs.length);
  outputs.forEach((value, k) => {
    expect(results[k].shape).toEqual(value[1]);
    expect(difference(results[k].storage, storageOf(value), value[0], ...tolerance(value[0]))).toBeNull();
  });
});
