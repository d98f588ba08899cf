import { dim, type Dim, type Graph, type GraphNode } from "@keras/ops";
import { storageOf, type Emitter, type Result, type Val } from "../emit/emitter.ts";
import { binary, broadcast, compare, gather, reshape } from "../emit/ops.ts";
import { OPTIONS } from "../emit/schema.ts";
import type { EmitterTable } from "../emit/table.ts";

/** Emits a subgraph; gives its number. */
function body(
  e: Emitter,
  name: string,
  inputs: readonly Result[],
  build: (b: Emitter, values: readonly Val[]) => readonly Val[],
): number {
  const child = e.child(name);
  const values = inputs.map((x, i) => child.parameter(`in_${i}`, x));
  child.finish(build(child, values));
  return child.index;
}

const stored = ({ dtype, shape }: Result): Result => ({ dtype: storageOf(dtype)!, shape });

function cond(e: Emitter, node: GraphNode, [pred, ...operands]: readonly Val[]): readonly Val[] {
  const { branches } = node.attrs as unknown as { branches: readonly [Graph, Graph] };
  const [yes, no] = branches.map((graph, i) =>
    body(e, i === 0 ? "then" : "else", operands, (b, values) => b.graph(graph, values)),
  ) as [number, number];
  return e.ops("IF", [reshape(e, pred!, []), ...operands], node.outputs.map(stored), OPTIONS.conditional(yes, no));
}

/** A loop over values: all of them go round, also those that stay. */
function loop(
  e: Emitter,
  values: readonly Val[],
  test: (b: Emitter, values: readonly Val[]) => Val,
  step: (b: Emitter, values: readonly Val[]) => readonly Val[],
): readonly Val[] {
  const cond = body(e, "condition", values, (b, v) => [reshape(b, test(b, v), [])]);
  const again = body(e, "body", values, step);
  return e.ops(
    "WHILE",
    values,
    values.map(({ dtype, shape }) => ({ dtype, shape })),
    OPTIONS.whileLoop(cond, again),
  );
}

function whileLoop(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as { cond: Graph; body: Graph; carries: number };
  const results = loop(
    e,
    inputs,
    (b, v) => b.graph(attrs.cond, v)[0]!,
    (b, v) => [...b.graph(attrs.body, v), ...v.slice(attrs.carries)],
  );
  return results.slice(0, attrs.carries);
}

interface ScanAttrs {
  readonly body: Graph;
  readonly carries: number;
  readonly xs: number;
  readonly length: Dim;
  readonly reverse: boolean;
}

/** A loop with a counter; what is stacked is written into place step by step. */
function scan(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as ScanAttrs;
  const { carries, xs } = attrs;
  const stacks = node.outputs.slice(carries).map(stored);
  const start = stacks.map(({ dtype, shape }) => broadcast(e, e.scalar(0, dtype), shape));
  const counter = e.scalar(0, "int32");
  const limit = reshape(e, e.size(attrs.length), []);
  const values = [counter, limit, ...inputs, ...start];
  const results = loop(
    e,
    values,
    (b, [i, n]) => compare(b, "LESS", i!, n!),
    (b, [i, n, ...rest]) => {
      const one = b.scalar(1, "int32");
      const at = attrs.reverse ? binary(b, "SUB", binary(b, "SUB", n!, one), i!) : i!;
      const given = rest.slice(0, inputs.length);
      const stacked = rest.slice(inputs.length);
      const steps = given.slice(carries, carries + xs).map((x) => gather(b, x, at, 0));
      const made = b.graph(attrs.body, [...given.slice(0, carries), ...steps, ...given.slice(carries + xs)]);
      const written = stacked.map((y, k) => {
        const row = reshape(b, made[carries + k]!, [1, ...made[carries + k]!.shape]);
        const place = position(b, at, y.shape.length);
        return b.op("DYNAMIC_UPDATE_SLICE", [y, row, place], { dtype: y.dtype, shape: y.shape });
      });
      return [binary(b, "ADD", i!, one), n!, ...made.slice(0, carries), ...given.slice(carries), ...written];
    },
  );
  return [...results.slice(2, 2 + carries), ...results.slice(2 + inputs.length)];
}

/** [at, 0, 0, …]. */
function position(b: Emitter, at: Val, rank: number): Val {
  const first = reshape(b, at, [1]);
  if (rank === 1) return first;
  return b.op(
    "CONCATENATION",
    [first, b.int32(new Array<number>(rank - 1).fill(0))],
    { dtype: "int32", shape: [rank] },
    OPTIONS.concatenation(0),
  );
}

export const controlFlow: EmitterTable = {
  cond: { emit: cond },
  while_loop: { emit: whileLoop },
  scan: { supports: (_, attrs) => !dim.equal((attrs as unknown as ScanAttrs).length, 0), emit: scan },
};
