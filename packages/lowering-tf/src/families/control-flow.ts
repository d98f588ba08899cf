import { dim, subgraphs, type Dim, type Graph, type Shape } from "@keras/ops";
import { binary, compare } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

function cond(e: Emitter, node: NodeLike, [pred, ...operands]: readonly Val[]): readonly Val[] {
  const { branches } = node.attrs as unknown as { branches: readonly [Graph, Graph] };
  const [yes, no] = branches.map((graph) => (b: Emitter, inputs: readonly Val[]) => b.graph(graph, inputs));
  return e.conditional(pred!, operands, node.outputs, yes!, no!);
}

function whileLoop(e: Emitter, node: NodeLike, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as { cond: Graph; body: Graph; carries: number };
  const [start, consts] = [inputs.slice(0, attrs.carries), inputs.slice(attrs.carries)];
  return e.loop(
    start,
    (b, carried) => b.graph(attrs.cond, [...carried, ...consts])[0]!,
    (b, carried) => b.graph(attrs.body, [...carried, ...consts]),
  );
}

interface ScanAttrs {
  readonly body: Graph;
  readonly carries: number;
  readonly xs: number;
  readonly length: Dim;
  readonly reverse: boolean;
}

function scan(e: Emitter, node: NodeLike, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as ScanAttrs;
  const { length } = attrs;
  if (dim.isStatic(length) && length > 0 && length * Math.max(1, countNodes(attrs.body)) <= e.target.unroll)
    return unrolled(e, node, attrs, length, inputs);
  return looped(e, node, attrs, inputs);
}

function countNodes(graph: Graph): number {
  const inner = graph.nodes.flatMap((n) => subgraphs(n.attrs));
  return graph.nodes.length + inner.reduce((n, g) => n + countNodes(g), 0);
}

/** The body once per step: no call of a function, and what steps share is computed once. */
function unrolled(
  e: Emitter,
  node: NodeLike,
  attrs: ScanAttrs,
  length: number,
  inputs: readonly Val[],
): readonly Val[] {
  const { carries, xs, body } = attrs;
  let carry = inputs.slice(0, carries);
  const steps = inputs.slice(carries, carries + xs).map((x) => {
    const step = { dtype: x.dtype, shape: x.shape.slice(1) };
    return e.ops(
      "Unpack",
      [x],
      { axis: 0 },
      Array.from({ length }, () => step),
    );
  });
  const consts = inputs.slice(carries + xs);
  const made: Val[][] = Array.from({ length: node.outputs.length - carries }, () => new Array<Val>(length));
  for (let i = 0; i < length; i++) {
    const t = attrs.reverse ? length - 1 - i : i;
    const results = e.graph(body, [...carry, ...steps.map((s) => s[t]!), ...consts]);
    carry = results.slice(0, carries);
    results.slice(carries).forEach((y, k) => (made[k]![t] = y));
  }
  const stack = (ys: readonly Val[]): Val =>
    e.op("Pack", [ys], { axis: 0 }, { dtype: ys[0]!.dtype, shape: [length, ...ys[0]!.shape] });
  return [...carry, ...made.map(stack)];
}

const VARIANT = { dtype: "variant", shape: [] } as const;

/** The shape of an element of a list. */
const elementShape = (e: Emitter, shape: Shape): Val =>
  shape.length === 0 ? e.constant([], [0], "int32") : e.shape(shape);

/** A loop that counts steps and gathers what each gives in a list. */
function looped(e: Emitter, node: NodeLike, attrs: ScanAttrs, inputs: readonly Val[]): readonly Val[] {
  const { carries, body } = attrs;
  const start = inputs.slice(0, carries);
  const xs = inputs.slice(carries, carries + attrs.xs);
  const consts = inputs.slice(carries + attrs.xs);
  const length = e.size(attrs.length);
  const made = node.outputs.slice(carries);
  const elements = made.map((y) => y.shape.slice(1));
  const shapes = elements.map((shape) => elementShape(e, shape));
  const lists = made.map((y, i) =>
    e.op("TensorListReserve", [shapes[i]!, length], { element_dtype: { type: y.dtype } }, VARIANT),
  );
  const results = e.loop(
    [e.scalar(0, "int32"), ...start, ...lists],
    (b, [step]) => compare(b, "Less", step!, length),
    (b, [step, ...rest]) => {
      const last = binary(b, "Sub", length, b.scalar(1, "int32"));
      const at = attrs.reverse ? binary(b, "Sub", last, step!) : step!;
      const steps = xs.map((x) =>
        b.op("GatherV2", [x, at, b.scalar(0, "int32")], {}, { dtype: x.dtype, shape: x.shape.slice(1) }),
      );
      const next = b.graph(body, [...rest.slice(0, carries), ...steps, ...consts]);
      const grown = next
        .slice(carries)
        .map((y, i) => b.op("TensorListSetItem", [rest[carries + i]!, at, y], {}, VARIANT));
      return [binary(b, "AddV2", step!, b.scalar(1, "int32")), ...next.slice(0, carries), ...grown];
    },
  );
  const stacked = made.map((y, i) =>
    e.op("TensorListStack", [results[1 + carries + i]!, shapes[i]!], {}, { dtype: y.dtype, shape: y.shape }),
  );
  return [...results.slice(1, 1 + carries), ...stacked];
}

export const controlFlow: EmitterTable = {
  cond: { emit: cond },
  while_loop: { emit: whileLoop },
  scan: { emit: scan },
};
