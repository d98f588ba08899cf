import { TraceError } from "../errors.ts";
import { subgraphs } from "../op.ts";
import { formatShape, sameShape } from "../shape.ts";
import type { Graph, GraphValue } from "../trace/graph.ts";

/**
 * Checks that every value is defined before it is used and that every spec is what `infer` says.
 *
 * @throws {TraceError} naming the node at fault.
 */
export function verify(graph: Graph): void {
  const defined = new Set<GraphValue>(graph.inputs.map((i) => i.value));
  for (const node of graph.nodes) {
    const place = { op: node.op.name, layer: node.path || undefined };
    node.inputs.forEach((value, i) => {
      if (!defined.has(value))
        throw new TraceError(`malformed graph: operand ${i} is used before it is defined`, place);
    });
    const specs = node.op.infer(node.inputs, node.attrs);
    node.outputs.forEach((value, i) => {
      const spec = specs[i];
      if (!spec || spec.dtype !== value.dtype || !sameShape(spec.shape, value.shape)) {
        throw new TraceError(
          `malformed graph: output ${i} is ${value.dtype}${formatShape(value.shape)}, but its op gives ${spec ? spec.dtype + formatShape(spec.shape) : "nothing"}`,
          place,
        );
      }
      defined.add(value);
    });
    for (const body of subgraphs(node.attrs)) verify(body);
  }
  graph.outputs.forEach((value, i) => {
    if (!defined.has(value)) throw new TraceError(`malformed graph: output ${i} is not defined`);
  });
}
