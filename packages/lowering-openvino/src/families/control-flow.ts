import { type Dim, type Graph, type GraphNode } from "@keras/ops";
import { cast, reshape } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Result, Val } from "../emit/ir.ts";
import type { EmitterTable } from "../emit/table.ts";

/** A graph as a body: the ids of its parameters and results, and its text. */
interface Body {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  readonly text: string;
}

/** Emits a body; `build` gets its parameters and gives its results. */
function bodyOf(
  e: Emitter,
  inputs: readonly Result[],
  build: (b: Emitter, values: readonly Val[]) => readonly Val[],
): Body {
  const child = e.child();
  const values = inputs.map((x, i) => child.parameter(`in_${i}`, x));
  const outputs = build(child, values);
  const first = child.ir.size;
  outputs.forEach((y, i) => child.result(y, `out_${i}`));
  return {
    parameters: values.map((v) => v.layer),
    results: outputs.map((_, i) => first + i),
    text: child.ir.content(),
  };
}

function cond(e: Emitter, node: GraphNode, [pred, ...operands]: readonly Val[]): readonly Val[] {
  const { branches } = node.attrs as unknown as { branches: readonly [Graph, Graph] };
  const parts = branches.map((graph) => bodyOf(e, operands, (b, values) => b.graph(graph, values)));
  const map = ({ parameters, results }: Body): string =>
    [
      ...parameters.map((id, i) => `<input external_port_id="${i + 1}" internal_layer_id="${id}"/>`),
      ...results.map((id, i) => `<output external_port_id="${operands.length + 1 + i}" internal_layer_id="${id}"/>`),
    ].join("");
  const [yes, no] = parts as [Body, Body];
  const inner =
    `<else_port_map>${map(no)}</else_port_map><then_port_map>${map(yes)}</then_port_map>` +
    `<then_body>${yes.text}<rt_info/></then_body><else_body>${no.text}<rt_info/></else_body>`;
  return e.ir.add("If", "opset8", {}, [reshape(e, pred!, []), ...operands], node.outputs, {
    inner,
    name: `${e.scope}/If`,
  });
}

function whileLoop(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as { cond: Graph; body: Graph; carries: number };
  const first = e.graph(attrs.cond, inputs)[0]!;
  const body = bodyOf(e, inputs, (b, values) => {
    const consts = values.slice(attrs.carries);
    const next = b.graph(attrs.body, values);
    return [reshape(b, b.graph(attrs.cond, [...next, ...consts])[0]!, []), ...next];
  });
  const n = inputs.length + 2;
  const map = [
    ...body.parameters.map((id, i) => `<input external_port_id="${i + 2}" internal_layer_id="${id}"/>`),
    ...body.results.slice(1).map((id, i) => `<output external_port_id="${n + i}" internal_layer_id="${id}"/>`),
    `<output external_port_id="-1" internal_layer_id="${body.results[0]}" purpose="execution_condition"/>`,
  ];
  const back = body.results.slice(1).map((id, i) => `<edge from-layer="${id}" to-layer="${body.parameters[i]}"/>`);
  const inner = `<port_map>${map.join("")}</port_map><back_edges>${back.join("")}</back_edges><body>${body.text}<rt_info/></body>`;
  return e.ir.add("Loop", "opset5", {}, [e.scalar(-1, "int64"), reshape(e, first, []), ...inputs], node.outputs, {
    inner,
    name: `${e.scope}/Loop`,
  });
}

interface ScanAttrs {
  readonly body: Graph;
  readonly carries: number;
  readonly xs: number;
  readonly length: Dim;
  readonly reverse: boolean;
}

/** A TensorIterator: sequences are cut along their first axis, carries go round, the rest stays. */
function scan(e: Emitter, node: GraphNode, inputs: readonly Val[]): readonly Val[] {
  const attrs = node.attrs as unknown as ScanAttrs;
  const { carries } = attrs;
  const sequences = inputs.slice(carries, carries + attrs.xs);
  // It needs a sequence to walk along.
  const counter = sequences.length > 0 ? [] : [range(e, attrs.length)];
  const all = [...inputs.slice(0, carries), ...sequences, ...counter, ...inputs.slice(carries + attrs.xs)];
  const count = sequences.length + counter.length;
  const isSequence = (i: number): boolean => i >= carries && i < carries + count;
  const specs = all.map((x, i): Result => (isSequence(i) ? { dtype: x.dtype, shape: [1, ...x.shape.slice(1)] } : x));
  const body = bodyOf(e, specs, (b, values) => {
    const steps = values.map((v, i) => (isSequence(i) ? reshape(b, v, v.shape.slice(1)) : v));
    const given = counter.length > 0 ? steps.toSpliced(carries, 1) : steps;
    const results = b.graph(attrs.body, given);
    return results.map((y, i) => (i < carries ? y : reshape(b, y, [1, ...y.shape])));
  });
  const walk = attrs.reverse
    ? 'axis="0" start="-1" end="0" stride="-1" part_size="1"'
    : 'axis="0" start="0" end="-1" stride="1" part_size="1"';
  const map = [
    ...body.parameters.map(
      (id, i) => `<input ${isSequence(i) ? `${walk} ` : ""}external_port_id="${i}" internal_layer_id="${id}"/>`,
    ),
    ...body.results.map(
      (id, i) =>
        `<output ${i < carries ? "" : `${walk} `}external_port_id="${all.length + i}" internal_layer_id="${id}"/>`,
    ),
  ];
  const back = body.results
    .slice(0, carries)
    .map((id, i) => `<edge from-layer="${id}" to-layer="${body.parameters[i]}"/>`);
  const inner = `<port_map>${map.join("")}</port_map><back_edges>${back.join("")}</back_edges><body>${body.text}<rt_info/></body>`;
  return e.ir.add("TensorIterator", "opset1", {}, all, node.outputs, { inner, name: `${e.scope}/TensorIterator` });
}

function range(e: Emitter, length: Dim): Val {
  const line = e.op(
    "Range",
    [e.scalar(0, "int64"), reshape(e, e.size(length), []), e.scalar(1, "int64")],
    { dtype: "int64", shape: [length] },
    { output_type: "i64" },
    "opset4",
  );
  return cast(e, line, "int32");
}

export const controlFlow: EmitterTable = {
  cond: { emit: cond },
  while_loop: { emit: whileLoop },
  scan: { supports: (_, attrs) => (attrs as unknown as ScanAttrs).length !== 0, emit: scan },
};
