import { dim, type Attrs, type Dim, type Graph, type GraphNode, type Spec } from "@keras/ops";
import { bodyInput, bodyOutputs, conditional } from "../emit/branches.ts";
import { concat, reshape } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter, Result } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import { storageOf } from "./cast.ts";

const resultOf = (e: Emitter, spec: Spec): Result => ({ dtype: storageOf(e, spec.dtype), shape: spec.shape });

function cond(e: Emitter, node: GraphNode, [pred, ...operands]: readonly Val[]): readonly Val[] {
  const { branches } = node.attrs as unknown as { branches: readonly [Graph, Graph] };
  const results = node.outputs.map((o) => resultOf(e, o));
  return conditional(
    e,
    pred!,
    results,
    (b) => b.graph(branches[0], operands),
    (b) => b.graph(branches[1], operands),
  );
}

function whileLoop(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as { cond: Graph; body: Graph; carries: number };
  const [start, consts] = [inputs.slice(0, attrs.carries), inputs.slice(attrs.carries)];
  const first = e.graph(attrs.cond, inputs)[0]!;
  const body = e.child();
  const step = bodyInput(body, "step", { dtype: "int64", shape: [] });
  const going = bodyInput(body, "going", { dtype: "bool", shape: [] });
  const carried = start.map((v) => bodyInput(body, "carry", v));
  const next = body.graph(attrs.body, [...carried.map((c) => c.value), ...consts]);
  const again = body.graph(attrs.cond, [...next, ...consts])[0]!;
  const outputs = bodyOutputs(body, [again, ...next]);
  const graph = body.graphProto("body", [step.info, going.info, ...carried.map((c) => c.info)], outputs);
  return e.ops(
    "Loop",
    [null, first, ...start],
    { body: { graph } },
    start.map(({ dtype, shape }) => ({ dtype, shape })),
  );
}

interface ScanAttrs {
  readonly body: Graph;
  readonly carries: number;
  readonly xs: number;
  readonly length: Dim;
  readonly reverse: boolean;
}

function scan(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as ScanAttrs;
  const { length } = attrs;
  if (dim.isStatic(length) && length > 0 && length * Math.max(1, countNodes(attrs.body)) <= e.target.unroll) {
    return unrolled(e, node, attrs, length, inputs);
  }
  return scanOperator(e, node, attrs, inputs);
}

function countNodes(graph: Graph): number {
  const inner = graph.nodes
    .flatMap((n) => Object.values(n.attrs).flat())
    .filter((v): v is Graph => (v as Graph | null)?.kind === "graph");
  return graph.nodes.length + inner.reduce((n, g) => n + countNodes(g), 0);
}

/** The body once per step: no node crosses a loop's border, so ONNX Runtime sees and shares everything. */
function unrolled(
  e: Emitter,
  node: GraphNode,
  attrs: ScanAttrs,
  length: number,
  inputs: readonly Val[],
): readonly Val[] {
  const { carries, xs, body } = attrs;
  let carry = inputs.slice(0, carries);
  const steps = inputs.slice(carries, carries + xs).map((x) => unstack(e, x, length));
  const consts = inputs.slice(carries + xs);
  const made: Val[][] = Array.from({ length: node.outputs.length - carries }, () => new Array<Val>(length));
  for (let i = 0; i < length; i++) {
    const t = attrs.reverse ? length - 1 - i : i;
    const results = e.graph(body, [...carry, ...steps.map((s) => s[t]!), ...consts]);
    carry = results.slice(0, carries);
    results.slice(carries).forEach((y, k) => (made[k]![t] = y));
  }
  return [...carry, ...made.map((ys) => stack(e, ys))];
}

/** Joins the values of all steps, when someone asks for them together. */
function stack(e: Emitter, steps: readonly Val[]): Val {
  const { dtype, shape } = steps[0]!;
  const all = [steps.length, ...shape];
  return e.lazy(
    { dtype, shape: all },
    () =>
      reshape(
        e,
        concat(
          e,
          steps.map((y) => (shape.length === 0 ? reshape(e, y, [1]) : y)),
          0,
        ),
        all,
      ),
    { steps },
  );
}

/** The values of the steps. They are cut from the merged first two axes, so that no slice needs a reshape of its own. */
function unstack(e: Emitter, x: Val, length: number): readonly Val[] {
  if (x.steps) return x.steps;
  const rest = x.shape.slice(1);
  if (length === 1) return [reshape(e, x, rest)];
  const merged = rest.length === 0 ? x : reshape(e, x, [dim.mul(length, rest[0]!), ...rest.slice(1)]);
  const part = { dtype: x.dtype, shape: rest.length === 0 ? [1] : rest };
  const parts = e.ops(
    "Split",
    [merged],
    { axis: 0, num_outputs: length },
    Array.from({ length }, () => part),
  );
  return parts.map((p) => reshape(e, p, rest));
}

function scanOperator(e: Emitter, node: GraphNode, attrs: ScanAttrs, inputs: readonly Val[]): readonly Val[] {
  const { carries, body } = attrs;
  const start = inputs.slice(0, carries);
  const given = inputs.slice(carries, carries + attrs.xs);
  const consts = inputs.slice(carries + attrs.xs);
  // ONNX wants at least one sequence to walk along.
  const xs = given.length > 0 ? given : [counter(e, attrs.length)];
  const child = e.child();
  const carried = start.map((v) => bodyInput(child, "carry", v));
  const steps = xs.map((x) => bodyInput(child, "x", { dtype: x.dtype, shape: x.shape.slice(1) }));
  const results = child.graph(body, [
    ...carried.map((c) => c.value),
    ...steps.slice(0, given.length).map((s) => s.value),
    ...consts,
  ]);
  const graph = child.graphProto(
    "body",
    [...carried, ...steps].map((v) => v.info),
    bodyOutputs(child, results),
  );
  const direction = attrs.reverse ? 1 : 0;
  const ys = node.outputs.length - carries;
  const attributes = {
    body: { graph },
    num_scan_inputs: xs.length,
    scan_input_directions: xs.map(() => direction),
    ...(ys > 0 ? { scan_output_directions: new Array<number>(ys).fill(direction) } : {}),
  };
  return e.ops(
    "Scan",
    [...start, ...xs],
    attributes,
    node.outputs.map((o) => resultOf(e, o)),
  );
}

const counter = (e: Emitter, length: Dim): Val =>
  e.op(
    "Range",
    [e.scalar(0, "int64"), reshape(e, e.symbols.size(e, length), []), e.scalar(1, "int64")],
    {},
    { dtype: "int64", shape: [length] },
  );

/** An empty scan gives no value to stack: ONNX's operator needs one step at least. */
const someSteps = (_: readonly Spec[], attrs: Attrs): boolean => (attrs as unknown as ScanAttrs).length !== 0;

export const controlFlow: EmitterTable = {
  cond: { emit: cond },
  while_loop: { emit: whileLoop },
  scan: { supports: someSteps, emit: scan },
};
