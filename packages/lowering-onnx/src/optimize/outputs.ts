import type { OnnxNode } from "../emit/emitter.ts";
import type { GraphProto, NodeProto } from "../proto/messages.ts";

/**
 * Gives the values that are outputs their outward names where they are made, instead of copying them: ONNX Runtime copies a value that
 * is both an output and read elsewhere, which for a training step means all of its state.
 *
 * @param wanted - Outward name → inner name, in order. Names that nodes do not make (inputs, constants), and further names of a value
 *   that has one already, need an Identity; those pairs are given back.
 */
export function nameOutputs(
  nodes: OnnxNode[],
  wanted: readonly (readonly [outward: string, inner: string])[],
): (readonly [string, string])[] {
  const made = new Set(nodes.flatMap((n) => n.outputs));
  const names = new Map<string, string>();
  const left: (readonly [string, string])[] = [];
  for (const [outward, inner] of wanted) {
    if (made.has(inner) && !names.has(inner)) names.set(inner, outward);
    else left.push([outward, names.get(inner) ?? inner]);
  }
  const rename = (name: string): string => names.get(name) ?? name;
  for (const node of nodes) {
    node.inputs = node.inputs.map(rename);
    node.outputs = node.outputs.map(rename);
    for (const value of Object.values(node.attributes))
      if (typeof value === "object" && "graph" in value) renameReads(value.graph, rename);
  }
  return left;
}

/** Names are unique in a model, so those inside a subgraph that are not renamed are its own. */
function renameReads(graph: GraphProto, rename: (name: string) => string): void {
  for (const node of graph.node as NodeProto[]) {
    node.input = node.input.map(rename);
    for (const { g } of node.attribute ?? []) if (g) renameReads(g, rename);
  }
}
