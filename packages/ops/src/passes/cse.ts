import { attrsKey } from "../execution/attrs-key.ts";
import type { Graph, GraphValue } from "../trace/graph.ts";
import { mapSubgraphs, Rewriter } from "./rewrite.ts";

/** Computes equal nodes once. */
export function eliminateCommonSubexpressions(graph: Graph): Graph {
  const ids = new Map<GraphValue, number>();
  const id = (v: GraphValue): number => {
    let known = ids.get(v);
    if (known === undefined) ids.set(v, (known = ids.size));
    return known;
  };
  const seen = new Map<string, readonly GraphValue[]>();
  const rewriter = new Rewriter(graph.inputs);
  for (const node of graph.nodes) {
    if (node.op.effect) {
      rewriter.keep(node);
      continue;
    }
    const attrs = mapSubgraphs(node.attrs, eliminateCommonSubexpressions);
    const key = `${node.op.name}${attrsKey(attrs)}(${node.inputs.map((v) => id(rewriter.of(v))).join(",")})`;
    const earlier = seen.get(key);
    if (earlier) node.outputs.forEach((v, i) => rewriter.replace(v, earlier[i]!));
    else seen.set(key, rewriter.keep(node, attrs).outputs);
  }
  return rewriter.finish(graph.outputs);
}
