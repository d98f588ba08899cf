import { Graph, GraphNode, type GraphValue } from "@keras/ops";

/** A gradient of relu behind one of max pooling, and the nodes it is made of. */
interface Match {
  readonly mask: GraphNode;
  readonly spread: GraphNode;
}

/**
 * Applies the gradient of a relu to the small maps behind a max pooling instead of to the large ones before it: an element that a
 * window picked is positive exactly when the window's maximum is. The values are the same.
 */
export function reluBeforePooling(graph: Graph): Graph {
  const uses = new Map<GraphValue, number>();
  const use = (v: GraphValue): unknown => uses.set(v, (uses.get(v) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(use);
  graph.outputs.forEach(use);
  const matches = new Map<GraphNode, Match>();
  for (const mask of graph.nodes) {
    const spread = mask.op.name === "relu_grad" ? mask.inputs[0]!.node : null;
    if (spread?.op.name !== "max_pool_grad" || uses.get(spread.outputs[0]!) !== 1) continue;
    const relu = spread.inputs[0]!.node;
    if (relu?.op.name === "relu" && relu.inputs[0] === mask.inputs[1]) matches.set(mask, { mask, spread });
  }
  if (matches.size === 0) return graph;
  const moved = new Set([...matches.values()].map((m) => m.spread));
  const replaced = new Map<GraphValue, GraphValue>();
  const of = (v: GraphValue): GraphValue => replaced.get(v) ?? v;
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (moved.has(node)) continue;
    const match = matches.get(node);
    if (match) {
      const [x, y, g] = match.spread.inputs.map(of) as [GraphValue, GraphValue, GraphValue];
      const masked = new GraphNode(node.op, [g, y], node.attrs, [g], node.path);
      const spread = new GraphNode(
        match.spread.op,
        [x, y, masked.outputs[0]!],
        match.spread.attrs,
        node.outputs,
        match.spread.path,
      );
      nodes.push(masked, spread);
      replaced.set(node.outputs[0]!, spread.outputs[0]!);
    } else if (node.inputs.some((v) => replaced.has(v))) {
      const copy = new GraphNode(node.op, node.inputs.map(of), node.attrs, node.outputs, node.path);
      node.outputs.forEach((v, i) => replaced.set(v, copy.outputs[i]!));
      nodes.push(copy);
    } else nodes.push(node);
  }
  return new Graph(graph.inputs, nodes, graph.outputs.map(of));
}
