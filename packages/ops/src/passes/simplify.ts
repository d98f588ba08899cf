import type { Attrs } from "../op.ts";
import { sameShape } from "../shape.ts";
import { GraphNode, type Graph, type GraphValue } from "../trace/graph.ts";
import { mapSubgraphs, Rewriter } from "./rewrite.ts";

/** The value that a node's only output equals, if it equals one already there. */
type Shortcut = (node: GraphNode, inputs: readonly GraphValue[]) => GraphValue | null;

/** The number that a value is filled with, or null. */
function filled(v: GraphValue): unknown {
  const node = v.node;
  if (node?.op.name === "full") return (node.attrs as { value: unknown }).value;
  if (node?.op.name === "broadcast_to" || node?.op.name === "reshape") return filled(node.inputs[0]!);
  return null;
}

const sameSpec = (a: GraphValue, b: GraphValue): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);
const unit =
  (value: number): Shortcut =>
  (node, [x, y]) => {
    const out = node.outputs[0]!;
    if (Number(filled(y!) ?? Number.NaN) === value && sameSpec(x!, out)) return x!;
    return Number(filled(x!) ?? Number.NaN) === value && sameSpec(y!, out) ? y! : null;
  };
const rightUnit =
  (value: number): Shortcut =>
  (node, [x, y]) =>
    Number(filled(y!) ?? Number.NaN) === value && sameSpec(x!, node.outputs[0]!) ? x! : null;
const whenUnchanged: Shortcut = (node, [x]) => (sameSpec(x!, node.outputs[0]!) ? x! : null);

/**
 * Rules that hold bit for bit. `x + 0` is not among them for its own sake (−0 + 0 is 0) but cotangents begin with such sums; the sign
 * of a zero gradient is not observable in training.
 */
const SHORTCUTS: Readonly<Record<string, Shortcut>> = {
  identity: (_, [x]) => x!,
  reshape: whenUnchanged,
  broadcast_to: whenUnchanged,
  transpose: (node, [x]) => ((node.attrs as { perm: readonly number[] }).perm.every((p, i) => p === i) ? x! : null),
  // A cast to the same dtype does nothing; one to another dtype may round and stays.
  cast: whenUnchanged,
  concatenate: (node, inputs) => (inputs.length === 1 ? inputs[0]! : null),
  multiply: unit(1),
  add: unit(0),
  subtract: rightUnit(0),
  divide: rightUnit(1),
  negative: (_, [x]) => (x!.node?.op.name === "negative" ? x!.node.inputs[0]! : null),
  logical_not: (_, [x]) => (x!.node?.op.name === "logical_not" ? x!.node.inputs[0]! : null),
};

/** A node that computes the same with less, on earlier values; null where there is none. */
function merge(
  node: GraphNode,
  [x]: readonly GraphValue[],
): { readonly input: GraphValue; readonly attrs: Attrs } | null {
  const before = x?.node;
  if (!before || before.op.name !== node.op.name) return null;
  if (node.op.name === "reshape") return { input: before.inputs[0]!, attrs: node.attrs };
  if (node.op.name === "transpose") {
    const [inner, outer] = [before.attrs, node.attrs] as unknown as readonly { perm: readonly number[] }[];
    return { input: before.inputs[0]!, attrs: { perm: outer!.perm.map((p) => inner!.perm[p]!) } };
  }
  if (node.op.name === "broadcast_to" && before.inputs[0]!.shape.length <= node.outputs[0]!.shape.length) {
    return { input: before.inputs[0]!, attrs: node.attrs };
  }
  return null;
}

/** Multiplication by a whole number of ones, double negation, reshapes of reshapes and their like. */
export function simplify(graph: Graph): Graph {
  const rewriter = new Rewriter(graph.inputs);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((v) => rewriter.of(v));
    const shortcut = node.outputs.length === 1 ? SHORTCUTS[node.op.name]?.(node, inputs) : null;
    if (shortcut) {
      rewriter.replace(node.outputs[0]!, shortcut);
      continue;
    }
    const merged = node.inputs.length === 1 ? merge(node, inputs) : null;
    if (merged) {
      const copy = new GraphNode(node.op, [merged.input], merged.attrs, node.outputs, node.path);
      const again = SHORTCUTS[copy.op.name]?.(copy, copy.inputs);
      rewriter.replace(node.outputs[0]!, again ?? copy.outputs[0]!);
      if (!again) rewriter.nodes.push(copy);
      continue;
    }
    rewriter.keep(node, mapSubgraphs(node.attrs, simplify));
  }
  return rewriter.finish(graph.outputs);
}
