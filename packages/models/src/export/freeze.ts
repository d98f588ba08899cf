import { Graph, type GraphInput } from "@keras/ops";

/** The graph with its variables as constants of the values that they hold now, under their paths. */
export function freeze(graph: Graph): Graph {
  const inputs = graph.inputs.map((input): GraphInput => {
    if (input.role !== "variable") return input;
    const tensor = input.variable.held();
    tensor.pinned = true;
    return { role: "constant", value: input.value, name: input.name, tensor };
  });
  return new Graph(inputs, graph.nodes, graph.outputs);
}
