import {
  dim,
  dispatch,
  itemBytes,
  Rewriter,
  subgraphs,
  type Graph,
  type GraphNode,
  type GraphValue,
  type Spec,
  type Tensor,
} from "@keras/ops";

/** Bytes up to which a folded value is always kept: larger ones must not make the file larger. */
const ALWAYS = 1 << 18;

interface Known {
  readonly tensor: Tensor;
  readonly name: string;
}

/** Computes what depends on constants alone. Frozen weights are constants, variables are not: see {@link freeze}. */
export function foldConstants(graph: Graph): Graph {
  const rewriter = new Rewriter(graph.inputs);
  const known = new Map<GraphValue, Known>();
  for (const input of graph.inputs)
    if (input.role === "constant") known.set(input.value, { tensor: input.tensor, name: input.name });
  for (const node of graph.nodes) {
    const operands = node.inputs.map((x) => known.get(x));
    const isKnown = !operands.includes(undefined) && foldable(node);
    // What has no inputs (a number, a range) is short as it is.
    if (!isKnown || operands.length === 0) rewriter.keep(node);
    if (!isKnown) continue;
    const given = operands as Known[];
    const name = nameOf(given) ?? `constant_${rewriter.inputs.length}`;
    dispatch(
      node.op,
      given.map((x) => x.tensor),
      node.attrs,
    ).forEach((tensor, i) => {
      const value = node.outputs[i]!;
      known.set(value, { tensor, name });
      if (operands.length > 0) rewriter.inputs.push({ role: "constant", name, value, tensor });
    });
  }
  return rewriter.finish(graph.outputs);
}

/** What is made of a weight keeps its name. */
function nameOf(operands: readonly Known[]): string | null {
  const weights = operands.filter((x) => x.name.includes("/"));
  const size = ({ tensor }: Known): number => dim.product(tensor.shape) as number;
  return weights.toSorted((a, b) => size(b) - size(a))[0]?.name ?? null;
}

const bytesOf = ({ shape, dtype }: Spec): number => (dim.product(shape) as number) * itemBytes(dtype);

function foldable(node: GraphNode): boolean {
  if (node.op.effect || node.op.dynamicShape || subgraphs(node.attrs).length > 0) return false;
  if (!node.outputs.every(({ shape }) => shape.every(dim.isStatic))) return false;
  const before = node.inputs.reduce((n, x) => n + bytesOf(x), 0);
  return node.outputs.reduce((n, y) => n + bytesOf(y), 0) <= Math.max(ALWAYS, before);
}
