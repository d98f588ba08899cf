import { Graph, type GraphNode } from "../trace/graph.ts";
import { mapSubgraphs, Rewriter } from "./rewrite.ts";

/** Removes nodes that no output needs. Inputs stay: they are the graph's signature. */
export function eliminateDeadCode(graph: Graph): Graph {
  const live = new Set<GraphNode>();
  const stack = graph.outputs.map((v) => v.node);
  for (const node of graph.nodes) if (node.op.effect) stack.push(node);
  while (stack.length > 0) {
    const node = stack.pop();
    if (!node || live.has(node)) continue;
    live.add(node);
    for (const input of node.inputs) stack.push(input.node);
  }
  const rewriter = new Rewriter(graph.inputs);
  for (const node of graph.nodes) if (live.has(node)) rewriter.keep(node, mapSubgraphs(node.attrs, eliminateDeadCode));
  const result = rewriter.finish(graph.outputs);
  const same = result.nodes.length === graph.nodes.length && result.nodes.every((n, i) => n === graph.nodes[i]);
  return same ? graph : result;
}
