import { Graph, type GraphNode, type GraphValue } from "../trace/graph.ts";
import { eliminateDeadCode } from "../passes/dead-code.ts";

/** A graph that runs forwards and backwards, cut where the forward half ends. @internal */
export interface Halves {
  /** The operands → the outputs, and the residuals. */
  readonly forward: Graph;
  /** Values of the forward half that the reverse half needs. */
  readonly residuals: readonly GraphValue[];
  /** The nodes of the reverse half, in order. */
  readonly late: readonly GraphNode[];
}

/**
 * Cuts a graph (…operands, …cotangents) → (…gradients, …outputs): the forward half is what does not depend on a cotangent.
 *
 * @param operands - How many of the inputs are operands.
 * @param again - Those that the reverse half gets once more.
 * @param gradients - How many of the outputs are gradients.
 * @internal
 */
export function halve(graph: Graph, operands: number, again: readonly GraphValue[], gradients: number): Halves {
  const late = new Set<GraphValue>(graph.inputs.slice(operands).map((i) => i.value));
  const early = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (node.inputs.some((v) => late.has(v))) for (const v of node.outputs) late.add(v);
    else early.add(node);
  }
  const own = new Set(again);
  const needed = new Set<GraphValue>();
  const copied = new Set<GraphNode>();
  const leaves = leavesOf(early, own);
  const need = (v: GraphValue): void => {
    if (late.has(v) || own.has(v) || needed.has(v)) return;
    // What is cheap and comes from one kept value, or from none, is made again rather than kept as well.
    if (v.node && early.has(v.node) && leaves(v).size <= 1 && !leaves(v).has(v)) {
      if (copied.has(v.node)) return;
      copied.add(v.node);
      v.node.inputs.forEach(need);
      return;
    }
    needed.add(v);
  };
  for (const node of graph.nodes) if (!early.has(node)) node.inputs.forEach(need);
  graph.outputs.slice(0, gradients).forEach(need);
  const residuals = [...needed];
  return {
    forward: eliminateDeadCode(
      new Graph(graph.inputs.slice(0, operands), [...early], [...graph.outputs.slice(gradients), ...residuals]),
    ),
    residuals,
    late: graph.nodes.filter((n) => copied.has(n) || !early.has(n)),
  };
}

/** Ops that cost no more than reading their result back from memory would. */
const CHEAP: ReadonlySet<string> = new Set([
  "add", "broadcast_to", "cast", "expand_dims", "full", "full_like", "identity", "moveaxis", "multiply", "negative", "ones_like", "reshape", "slice",
  "square", "squeeze", "stop_gradient", "subtract", "swapaxes", "transpose", "zeros_like",
]); // prettier-ignore

/**
 * For a value of the forward half, the values that it can be made from again by cheap ops alone, beside those that are there again:
 * itself where the op that made it is dear.
 */
function leavesOf(
  early: ReadonlySet<GraphNode>,
  own: ReadonlySet<GraphValue>,
): (v: GraphValue) => ReadonlySet<GraphValue> {
  const known = new Map<GraphValue, ReadonlySet<GraphValue>>();
  const find = (v: GraphValue): ReadonlySet<GraphValue> => {
    if (own.has(v)) return new Set();
    let leaves = known.get(v);
    if (!leaves) {
      const cheap = v.node && early.has(v.node) && CHEAP.has(v.node.op.name);
      leaves = new Set(cheap ? v.node.inputs.flatMap((x) => [...find(x)]) : [v]);
      known.set(v, leaves);
    }
    return leaves;
  };
  return find;
}
