import { Graph, GraphNode, GraphValue, type Attrs, type OpDef, type Spec } from "@keras/ops";

/** A primitive by name, for nodes that only this lowering reads. */
export const primitive = (name: string): OpDef => ({ name, infer: () => [] });

/** A primitive applied to values; gives its only output. */
export function applied(name: string, inputs: readonly GraphValue[], attrs: Attrs, output: Spec, path = ""): GraphNode {
  return new GraphNode(primitive(name), inputs, attrs, [output], path);
}

/** How often each value is read, outputs included. */
export function countUses(graph: Graph): Map<GraphValue, number> {
  const uses = new Map<GraphValue, number>();
  const use = (v: GraphValue): void => {
    uses.set(v, (uses.get(v) ?? 0) + 1);
  };
  for (const node of graph.nodes) node.inputs.forEach(use);
  graph.outputs.forEach(use);
  return uses;
}

const isGraph = (v: unknown): v is Graph => typeof v === "object" && v !== null && (v as Graph).kind === "graph";

/** The attributes with a pass applied to the graphs among them. */
export function mapBodies(attrs: Attrs, pass: (graph: Graph) => Graph): Attrs {
  const map = (v: unknown): unknown => (isGraph(v) ? pass(v) : Array.isArray(v) && v.some(isGraph) ? v.map(map) : v);
  if (!Object.values(attrs).flat().some(isGraph)) return attrs;
  return Object.fromEntries(Object.entries(attrs).map(([k, v]) => [k, map(v)]));
}

/** What a rewriting rule gives for a node: nodes in its place, and the values that its outputs become; null where it does not apply. */
export type Rewrite = (
  node: GraphNode,
  of: (v: GraphValue) => GraphValue,
) => { nodes: readonly GraphNode[]; outputs: readonly GraphValue[] } | null;

/** Rewrites a graph node by node, from its inputs on; what follows a rewritten node reads its new outputs. */
export function rewriteGraph(graph: Graph, rule: Rewrite, bodies: (graph: Graph) => Graph = (g) => g): Graph {
  const replaced = new Map<GraphValue, GraphValue>();
  const of = (v: GraphValue): GraphValue => replaced.get(v) ?? v;
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    const attrs = mapBodies(node.attrs, bodies);
    const moved = attrs !== node.attrs || node.inputs.some((v) => replaced.has(v));
    const current = moved ? new GraphNode(node.op, node.inputs.map(of), attrs, node.outputs, node.path) : node;
    const change = rule(current, of);
    nodes.push(...(change ? change.nodes : [current]));
    node.outputs.forEach((v, i) => {
      const now = change ? change.outputs[i]! : current.outputs[i]!;
      if (now !== v) replaced.set(v, now);
    });
  }
  return new Graph(graph.inputs, nodes, graph.outputs.map(of));
}

/** Drops the nodes that no output depends on, in bodies too. */
export function prune(graph: Graph): Graph {
  const needed = new Set<GraphValue>(graph.outputs);
  const kept: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((v) => needed.has(v))) continue;
    kept.push(node);
    for (const v of node.inputs) needed.add(v);
  }
  return new Graph(graph.inputs, kept.toReversed(), graph.outputs);
}

/** A value of its own for an input of a graph. */
export const inputValue = (spec: Spec, index: number): GraphValue => new GraphValue(spec, null, index);
