import { subgraphs, type Attrs } from "../op.ts";
import { Graph, GraphNode, type GraphInput, type GraphValue } from "../trace/graph.ts";

/** Builds a new graph out of an old one, node by node. Inputs keep their values; nodes are reused where nothing changed. */
export class Rewriter {
  readonly inputs: GraphInput[];
  readonly nodes: GraphNode[] = [];
  readonly values: Map<GraphValue, GraphValue> = new Map();

  constructor(inputs: readonly GraphInput[]) {
    this.inputs = [...inputs];
  }

  /** The value that now stands for an old one. */
  of(value: GraphValue): GraphValue {
    return this.values.get(value) ?? value;
  }

  replace(old: GraphValue, value: GraphValue): void {
    this.values.set(old, value);
  }

  /** Keeps a node, on the values that now stand for its inputs. */
  keep(node: GraphNode, attrs: Attrs = node.attrs): GraphNode {
    const inputs = node.inputs.map((v) => this.of(v));
    if (attrs === node.attrs && inputs.every((v, i) => v === node.inputs[i])) {
      this.nodes.push(node);
      return node;
    }
    const copy = new GraphNode(node.op, inputs, attrs, node.outputs, node.path);
    node.outputs.forEach((value, i) => this.replace(value, copy.outputs[i]!));
    this.nodes.push(copy);
    return copy;
  }

  finish(outputs: readonly GraphValue[]): Graph {
    return new Graph(
      this.inputs,
      this.nodes,
      outputs.map((v) => this.of(v)),
    );
  }
}

/** Attributes with every subgraph replaced by `fn` of it; the same object when none changed. */
export function mapSubgraphs(attrs: Attrs, fn: (graph: Graph) => Graph): Attrs {
  if (subgraphs(attrs).length === 0) return attrs;
  let changed = false;
  const map = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(map);
    if (typeof v !== "object" || v === null || (v as Graph).kind !== "graph") return v;
    const mapped = fn(v as Graph);
    if (mapped !== v) changed = true;
    return mapped;
  };
  const mapped = Object.fromEntries(Object.entries(attrs).map(([k, v]) => [k, map(v)]));
  return changed ? mapped : attrs;
}
