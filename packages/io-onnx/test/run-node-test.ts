import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeModel } from "@keras/lowering-onnx";
import { decodeSmallFloats, NDArray } from "@keras/ops";
import type { Item } from "../src/import/call.ts";
import { contextOf, runGraph } from "../src/import/run-graph.ts";
import { tensorData } from "../src/import/tensor-data.ts";
import { Value } from "../src/import/value.ts";

type Names = string | null | readonly Names[];

/** A test as `node_tests.py` writes it. */
export interface NodeTest {
  readonly name: string;
  readonly rtol: number;
  readonly atol: number;
  readonly ops: readonly string[];
  readonly skipped?: string;
  readonly sets: readonly { readonly inputs: readonly Names[]; readonly outputs: readonly Names[] }[];
}

const numbers = ({ values, dtype }: NDArray): ArrayLike<number | bigint | string> =>
  dtype === "float16" || dtype === "bfloat16" ? decodeSmallFloats(values as Uint16Array, dtype) : (values as never);

/** Runs a test. @throws saying what is wrong. */
export async function runNodeTest(folder: string, test: NodeTest): Promise<void> {
  const model = decodeModel(readFileSync(join(folder, `${test.name}.onnx`)));
  const data = decodeModel(readFileSync(join(folder, `${test.name}.data`)));
  const arrays = new Map((data.graph.initializer ?? []).map((t) => [t.name!, t]));
  const item = (names: Names): Item => {
    if (names === null) return null;
    if (Array.isArray(names)) return names.map((n: Names) => item(n) as Value);
    return Value.constant(tensorData(arrays.get(names as string)!));
  };
  for (const { inputs, outputs } of test.sets) {
    const results = runGraph(contextOf(model), model.graph, inputs.map(item));
    for (const [i, names] of outputs.entries()) await compare(results[i]!, names, item, test);
  }
}

async function compare(result: Item, names: Names, item: (names: Names) => Item, test: NodeTest): Promise<void> {
  if (names === null) return;
  if (Array.isArray(names)) {
    const list = result as readonly Value[];
    if (list.length !== names.length) throw new Error(`a sequence of ${list.length}, not ${names.length}`);
    for (const [i, n] of names.entries()) await compare(list[i]!, n as Names, item, test);
    return;
  }
  const wanted = (item(names) as Value).constant!;
  const tensor = (result as Value).tensor;
  const got = await tensor.ndarray();
  if (got.dtype !== wanted.dtype) throw new Error(`dtype ${got.dtype}, not ${wanted.dtype}`);
  if (got.shape.join() !== wanted.shape.join())
    throw new Error(`shape [${got.shape.join()}], not [${wanted.shape.join()}]`);
  const [a, b] = [numbers(got), numbers(wanted)];
  for (let i = 0; i < b.length; i++) {
    if (a[i] === b[i] || typeof a[i] === "string") {
      if (a[i] !== b[i]) throw new Error(`element ${i}: ${String(a[i])}, not ${String(b[i])}`);
      continue;
    }
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (Number.isNaN(x) && Number.isNaN(y)) continue;
    if (!(Math.abs(x - y) <= test.atol + test.rtol * Math.abs(y))) throw new Error(`element ${i}: ${x}, not ${y}`);
  }
}
