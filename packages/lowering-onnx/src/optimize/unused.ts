import type { OnnxNode } from "../emit/emitter.ts";
import type { GraphProto, TensorProto } from "../proto/messages.ts";

/** Names that a node reads, those its subgraphs take from outside included. */
function* reads(node: OnnxNode): Iterable<string> {
  yield* node.inputs;
  for (const value of Object.values(node.attributes)) {
    if (typeof value === "object" && "graph" in value) yield* graphReads(value.graph);
  }
}

function* graphReads(graph: GraphProto): Iterable<string> {
  for (const node of graph.node) {
    yield* node.input;
    for (const { g } of node.attribute ?? []) if (g) yield* graphReads(g);
  }
  yield* graph.output.map((o) => o.name);
}

/** Drops the nodes and constants that no output depends on. */
export function removeUnused(
  nodes: readonly OnnxNode[],
  outputs: readonly string[],
  initializers: Iterable<TensorProto>,
): { nodes: OnnxNode[]; initializers: TensorProto[] } {
  const needed = new Set(outputs);
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of reads(node)) needed.add(name);
  }
  return { nodes: kept.toReversed(), initializers: [...initializers].filter((t) => needed.has(t.name!)) };
}
