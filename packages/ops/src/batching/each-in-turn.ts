import { applyScan } from "../core/scan.ts";
import { Graph, GraphNode, GraphValue, type GraphInput } from "../trace/graph.ts";
import { exampleSpec, rows, type BatchContext, type Mapped } from "./mapped.ts";

/** An op for which there is no better way: one example after the other, as a scan. @internal */
export function eachInTurn({ op, attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const order = [...inputs.filter((v) => v.mapped), ...inputs.filter((v) => !v.mapped)];
  const places = order.map((v, i): GraphInput => ({
    role: "argument",
    value: new GraphValue(exampleSpec(v), null, i),
    name: `operand_${i}`,
  }));
  // An operand may occur twice: each place of the list is its own.
  const left = new Map<Mapped, GraphValue[]>();
  order.forEach((v, i) => left.set(v, [...(left.get(v) ?? []), places[i]!.value]));
  const operands = inputs.map((v) => left.get(v)!.shift()!);
  const node = new GraphNode(op, operands, attrs, op.infer(operands, attrs));
  const results = applyScan(
    order.map((v) => v.x),
    {
      body: new Graph(places, [node], node.outputs),
      carries: 0,
      xs: inputs.filter((v) => v.mapped).length,
      length: size as number,
      reverse: false,
      residuals: 0,
    },
  );
  return results.map(rows);
}
