import {
  dim,
  dispatch,
  Rewriter,
  subgraphs,
  type Graph,
  type GraphNode,
  type GraphValue,
  type Tensor,
} from "@keras/ops";

/** Elements up to which a folded value is kept: larger ones would only make the file larger. */
const LARGEST = 1 << 16;

/**
 * Computes what depends on constants alone. Weights are no constants: their values stay as they are, under their names.
 */
export function foldConstants(graph: Graph): Graph {
  const rewriter = new Rewriter(graph.inputs);
  const known = new Map<GraphValue, Tensor>();
  for (const input of graph.inputs) if (input.role === "constant") known.set(input.value, input.tensor);
  for (const node of graph.nodes) {
    const operands = node.inputs.map((x) => known.get(x));
    const isKnown = foldable(node) && !operands.includes(undefined);
    // What has no inputs (a number, a range) is short as it is.
    if (!isKnown || operands.length === 0) rewriter.keep(node);
    if (!isKnown) continue;
    dispatch(node.op, operands as Tensor[], node.attrs).forEach((tensor, i) => {
      const value = node.outputs[i]!;
      known.set(value, tensor);
      if (operands.length > 0)
        rewriter.inputs.push({ role: "constant", name: `constant_${rewriter.inputs.length}`, value, tensor });
    });
  }
  return rewriter.finish(graph.outputs);
}

function foldable(node: GraphNode): boolean {
  if (node.op.effect || node.op.dynamicShape || subgraphs(node.attrs).length > 0) return false;
  return node.outputs.every(
    ({ shape }) => shape.every(dim.isStatic) && shape.reduce<number>((n, d) => n * (d as number), 1) <= LARGEST,
  );
}
