import { dispatch } from "../execution/dispatch.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import type { Graph, GraphValue } from "./graph.ts";

/** Applies a graph's nodes to tensors, one by one: run at once, traced, or taped, as any code would be. */
export function evaluate(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  const values = new Map<GraphValue, Tensor>();
  graph.inputs.forEach(({ value }, i) => values.set(value, inputs[i]!));
  const { scope } = runtime();
  for (const node of graph.nodes) {
    const operands = node.inputs.map((v) => values.get(v)!);
    const results = scoped({ scope: node.path ? node.path.split("/") : scope }, () =>
      dispatch(node.op, operands, node.attrs),
    );
    node.outputs.forEach((v, i) => values.set(v, results[i]!));
  }
  return graph.outputs.map((v) => values.get(v)!);
}
