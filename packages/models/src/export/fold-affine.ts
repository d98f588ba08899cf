import {
  add,
  dim,
  GraphNode,
  GraphValue,
  multiply,
  reshape,
  Rewriter,
  subgraphs,
  type Graph,
  type Tensor,
} from "@keras/ops";

/**
 * Puts a factor per channel into the weights before it, and adjacent shifts together: what batch normalization is at inference
 * after its statistics have become constants. Convolutions, matrix products and a shift between them and the factor are seen through.
 * Runs on a graph whose weights are frozen and whose constants are folded.
 */
export function foldAffine(graph: Graph): Graph {
  const uses = countUses(graph);
  const folder = new AffineFolder(graph, uses);
  for (const node of graph.nodes) if (!folder.fold(node)) folder.keep(node);
  return folder.rewriter.finish(graph.outputs);
}

function countUses(graph: Graph): Map<GraphValue, number> {
  const uses = new Map<GraphValue, number>();
  const use = (v: GraphValue): void => void uses.set(v, (uses.get(v) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(use);
  graph.outputs.forEach(use);
  return uses;
}

/** Where the output's channels stand in the kernel of an op that a factor can go into; null where it cannot. */
function channelAxis(node: GraphNode): number | null {
  const kernel = node.inputs[1];
  if (!kernel) return null;
  const rank = kernel.shape.length;
  switch (node.op.name) {
    case "conv":
      return rank - 1;
    case "matmul":
      return rank >= 2 ? rank - 1 : null;
    case "conv_input_grad":
      return (node.attrs as { groups: number }).groups === 1 ? rank - 2 : null;
    case "dot_general": {
      const { contract, batch } = node.attrs as unknown as Record<"contract" | "batch", readonly (readonly number[])[]>;
      if (batch[1]!.length > 0) return null;
      const free = kernel.shape.map((_, i) => i).filter((i) => !contract[1]!.includes(i));
      return free.at(-1) ?? null;
    }
    default:
      return null;
  }
}

class AffineFolder {
  readonly rewriter: Rewriter;
  private readonly constants = new Map<GraphValue, { readonly tensor: Tensor; readonly name: string }>();
  /** The node that now computes a value. */
  private readonly makers = new Map<GraphValue, GraphNode>();
  private readonly uses: ReadonlyMap<GraphValue, number>;

  constructor(graph: Graph, uses: ReadonlyMap<GraphValue, number>) {
    this.rewriter = new Rewriter(graph.inputs);
    this.uses = uses;
    for (const input of graph.inputs) if (input.role === "constant") this.constants.set(input.value, input);
  }

  keep(node: GraphNode): void {
    const kept = this.rewriter.keep(node);
    kept.outputs.forEach((y) => this.makers.set(y, kept));
    if (kept !== node) node.outputs.forEach((y, i) => this.copyUses(y, kept.outputs[i]!));
  }

  /** Folds a node into those before it; false where it stays. */
  fold(node: GraphNode): boolean {
    const { name } = node.op;
    if ((name !== "multiply" && name !== "add") || subgraphs(node.attrs).length > 0) return false;
    const inputs = node.inputs.map((x) => this.rewriter.of(x));
    for (const i of [0, 1] as const) {
      const [x, vector] = [inputs[i]!, this.perChannel(inputs[1 - i]!, node.outputs[0]!)];
      if (!vector || !this.isOnlyUse(node.inputs[i]!) || !this.sameShape(x, node.outputs[0]!)) continue;
      const made = name === "multiply" ? this.scale(x, vector) : this.shift(x, vector);
      if (!made) continue;
      this.rewriter.replace(node.outputs[0]!, made);
      this.copyUses(node.outputs[0]!, made);
      return true;
    }
    return false;
  }

  private readonly used = new Map<GraphValue, number>();
  private copyUses(from: GraphValue, to: GraphValue): void {
    this.used.set(to, this.usesOf(from));
  }
  private usesOf(v: GraphValue): number {
    return this.used.get(v) ?? this.uses.get(v) ?? 0;
  }
  private isOnlyUse(v: GraphValue): boolean {
    return this.usesOf(v) === 1;
  }
  private sameShape(a: GraphValue, b: GraphValue): boolean {
    return a.shape.length === b.shape.length && a.shape.every((d, i) => dim.equal(d, b.shape[i]!));
  }

  /** A constant that has one number for each place on the last axis, as a vector. */
  private perChannel(value: GraphValue, like: GraphValue): Tensor | null {
    const tensor = this.constants.get(value)?.tensor;
    const channels = like.shape.at(-1);
    if (!tensor || tensor.dtype !== like.dtype || like.shape.length < 2 || typeof channels !== "number") return null;
    const fits = tensor.shape.at(-1) === channels && tensor.shape.slice(0, -1).every((d) => d === 1);
    return fits ? reshape(tensor, [channels]) : null;
  }

  /** x times a factor, by other weights. */
  private scale(x: GraphValue, factor: Tensor): GraphValue | null {
    const node = this.makers.get(x);
    if (!node) return null;
    if (node.op.name === "add") {
      for (const i of [0, 1] as const) {
        const inner = node.inputs[i]!;
        const vector = this.perChannel(node.inputs[1 - i]!, node.outputs[0]!);
        if (!vector || !this.isOnlyUse(inner) || !this.sameShape(inner, x)) continue;
        const scaled = this.scale(inner, factor);
        if (scaled) return this.shifted(node, scaled, multiply(vector, factor));
      }
      return null;
    }
    const axis = channelAxis(node);
    const kernel = axis === null ? undefined : this.constants.get(node.inputs[1]!);
    if (axis === null || !kernel || kernel.tensor.dtype !== factor.dtype) return null;
    const size = kernel.tensor.shape.map((d, i) => (i === axis ? d : 1));
    if (dim.product(size) !== dim.product(factor.shape)) return null;
    const weights = this.constant(multiply(kernel.tensor, reshape(factor, size)), kernel.name);
    return this.replaced(node, [node.inputs[0]!, weights, ...node.inputs.slice(2)]);
  }

  /** x plus a shift, where one is added already. */
  private shift(x: GraphValue, vector: Tensor): GraphValue | null {
    const node = this.makers.get(x);
    if (node?.op.name !== "add") return null;
    for (const i of [0, 1] as const) {
      const inner = node.inputs[i]!;
      const before = this.perChannel(node.inputs[1 - i]!, node.outputs[0]!);
      if (before && this.sameShape(inner, x)) return this.shifted(node, inner, add(before, vector));
    }
    return null;
  }

  private shifted(node: GraphNode, x: GraphValue, vector: Tensor): GraphValue {
    const name = node.inputs.map((v) => this.constants.get(v)?.name).find((n) => n !== undefined);
    const shape = x.shape.map((_, i) => (i === x.shape.length - 1 ? (vector.shape[0] as number) : 1));
    return this.replaced(node, [x, this.constant(reshape(vector, shape), name ?? "shift")]);
  }

  private constant(tensor: Tensor, name: string): GraphValue {
    tensor.pinned = true;
    const value = new GraphValue(tensor, null, this.rewriter.inputs.length);
    this.rewriter.inputs.push({ role: "constant", name, value, tensor });
    this.constants.set(value, { tensor, name });
    return value;
  }

  /** The node on other operands, after all that was there: its only consumer is being folded into it. */
  private replaced(node: GraphNode, inputs: readonly GraphValue[]): GraphValue {
    const copy = new GraphNode(node.op, inputs, node.attrs, node.outputs, node.path);
    const at = this.rewriter.nodes.indexOf(node);
    if (at >= 0) this.rewriter.nodes.splice(at, 1);
    this.rewriter.nodes.push(copy);
    this.makers.set(copy.outputs[0]!, copy);
    this.used.set(copy.outputs[0]!, 1);
    return copy.outputs[0]!;
  }
}
