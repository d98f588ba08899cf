import {
  dim,
  dispatch,
  enable64Bit,
  PRIMITIVES,
  Tensor,
  toTensor,
  type Attrs,
  type NDArray,
  type OpDef,
  type Spec,
} from "@keras/ops";
import { afterAll, beforeAll, expect } from "vitest";
import type { Suite } from "../suite.ts";
import { difference, hostOf, type Value } from "../values.ts";

/** A recorded call of a primitive, as NumPy, SciPy or JAX answered it. */
export type PrimitiveCase = readonly [op: string, attrs: Attrs, inputs: readonly Value[], outputs: readonly Value[]];

/** The recorded calls. */
export function parsePrimitives(text: string): PrimitiveCase[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as PrimitiveCase);
}

const DYNAMIC = new Set(["nonzero", "unique"]);

/** An op that is nothing but its name: how it is computed is the backend's affair alone. */
function opOf([name, , , outputs]: PrimitiveCase): OpDef {
  const specs = outputs.map(([dtype, shape]): Spec => ({ dtype, shape }));
  return DYNAMIC.has(name)
    ? { name, dynamicShape: true, infer: () => specs.map((s) => ({ ...s, shape: [dim.symbol("n")] })), vjp: null }
    : { name, infer: () => specs, vjp: null };
}

async function apply(row: PrimitiveCase): Promise<NDArray[]> {
  const [, attrs, inputs] = row;
  const operands = inputs.map((value) => toTensor(hostOf(value)));
  const results = dispatch(opOf(row), operands, attrs);
  const arrays = await Promise.all(
    results.map(async (y) => {
      await y.ready();
      return y.ndarray();
    }),
  );
  for (const x of [...operands, ...results]) if (x instanceof Tensor) x.dispose();
  return arrays;
}

async function failureOf(row: PrimitiveCase, suite: Suite): Promise<string | null> {
  const [op, attrs, inputs, outputs] = row;
  const call = `${op}(${inputs.map(([d, s]) => `${d}[${s}]`).join(", ")}, ${JSON.stringify(attrs)})`;
  try {
    const results = await apply(row);
    if (results.length !== outputs.length) return `${call} gives ${results.length} results, not ${outputs.length}`;
    for (const [i, output] of outputs.entries()) {
      const what = difference(results[i]!, hostOf(output), suite.settings.tolerance);
      if (what !== null) return `${call}: output ${i}: ${what}`;
    }
    return null;
  } catch (error) {
    return `${call} throws ${String(error)}`;
  }
}

/** Every primitive by dtype, on recorded values. One test holds all calls of a primitive whose operands have these dtypes. */
export function primitiveTests(suite: Suite, cases: readonly PrimitiveCase[]): void {
  const { dtypes } = suite.settings;
  beforeAll(() => enable64Bit(true));
  afterAll(() => enable64Bit(false));
  const groups = new Map<string, PrimitiveCase[]>();
  for (const row of cases) {
    const [op, attrs, inputs, outputs] = row;
    const types = [...new Set([...inputs, ...outputs].map(([dtype]) => dtype))];
    if (!types.every((dtype) => dtypes.has(dtype))) continue;
    const shown = inputs.length > 0 ? new Set(inputs.map(([dtype]) => dtype)) : types;
    const to = op === "cast" || op === "bitcast" ? ` to ${String(attrs["dtype"])}` : "";
    const name = `${op} ${[...shown].join(" ")}${to}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  for (const [name, rows] of groups)
    suite.test(name, async () => {
      const failures: string[] = [];
      for (const row of rows) {
        const failure = await failureOf(row, suite);
        if (failure !== null) failures.push(failure);
      }
      expect(failures).toEqual([]);
    });
  suite.test("the cases name primitives only", () => {
    const known = new Set(Object.keys(PRIMITIVES));
    expect([...new Set(cases.map(([op]) => op))].filter((op) => !known.has(op))).toEqual([]);
  });
}
