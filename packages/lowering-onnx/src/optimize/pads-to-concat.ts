import { dim, type Dim, type Graph, type GraphNode, type GraphValue } from "@keras/ops";
import { applied, countUses, rewriteGraph } from "./nodes.ts";

interface PadAttrs {
  readonly low: readonly Dim[];
  readonly high: readonly Dim[];
  readonly interior: readonly number[];
}

/** A part of an array along one axis; everything else in it is zero. */
interface Part {
  readonly value: GraphValue;
  readonly axis: number;
  readonly start: number;
  readonly size: number;
}

const isZero = (v: GraphValue): boolean =>
  v.node?.op.name === "full" && Number((v.node.attrs as { value: unknown }).value) === 0;

/** A value that is padded with zeros along one axis. */
function partOf(v: GraphValue): Part | null {
  const { node } = v;
  if (node?.op.name !== "pad" || !isZero(node.inputs[1]!)) return null;
  const { low, high, interior } = node.attrs as unknown as PadAttrs;
  if (interior.some((d) => d !== 0) || ![...low, ...high].every((d) => dim.isStatic(d) && d >= 0)) return null;
  const axes = low.map((_, i) => i).filter((i) => low[i] !== 0 || high[i] !== 0);
  const axis = axes[0]!;
  const size = node.inputs[0]!.shape[axis];
  if (axes.length !== 1 || !dim.isStatic(size!)) return null;
  return { value: node.inputs[0]!, axis, start: low[axis] as number, size };
}

/** The padded values of a sum of them, or null. */
function partsOf(v: GraphValue, uses: ReadonlyMap<GraphValue, number>, top: boolean): Part[] | null {
  if (!top && uses.get(v) !== 1) return null;
  const part = partOf(v);
  if (part) return [part];
  if (v.node?.op.name !== "add") return null;
  const both = v.node.inputs.map((x) => partsOf(x, uses, false));
  return both[0] && both[1] ? [...both[0], ...both[1]] : null;
}

/**
 * A sum of padded pieces that fill an axis between them is those pieces joined: what the gradients of the slices of one array add up to,
 * such as the gates of a recurrent cell.
 */
export function padsToConcat(graph: Graph): Graph {
  const uses = countUses(graph);
  const rule = (node: GraphNode): ReturnType<Parameters<typeof rewriteGraph>[1]> => {
    if (node.op.name !== "add") return null;
    const parts = partsOf(node.outputs[0]!, uses, true);
    const axis = parts?.[0]?.axis;
    if (!parts || parts.length < 2 || axis === undefined || !parts.every((p) => p.axis === axis)) return null;
    const output = node.outputs[0]!;
    const sorted = parts.toSorted((a, b) => a.start - b.start);
    let end = 0;
    for (const p of sorted) {
      if (p.start !== end) return null;
      end += p.size;
    }
    if (end !== output.shape[axis]) return null;
    const joined = applied(
      "concatenate",
      sorted.map((p) => p.value),
      { axis },
      output,
      node.path,
    );
    return { nodes: [joined], outputs: joined.outputs };
  };
  return rewriteGraph(graph, rule, padsToConcat);
}
