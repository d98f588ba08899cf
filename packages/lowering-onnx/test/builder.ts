import { Graph, GraphNode, GraphValue, type Attrs, type DType, type OpDef, type Shape, type Spec } from "@keras/ops";

const opOf = (name: string, outputs: readonly Spec[]): OpDef => ({ name, infer: () => outputs });

/** Builds a graph node by node, with the shapes given. */
export class GraphBuilder {
  readonly inputs: { value: GraphValue; name: string }[] = [];
  readonly nodes: GraphNode[] = [];
  path = "";

  input(dtype: DType, shape: Shape, name = `x${this.inputs.length}`): GraphValue {
    const value = new GraphValue({ dtype, shape }, null, this.inputs.length);
    this.inputs.push({ value, name });
    return value;
  }

  op(
    name: string,
    inputs: readonly GraphValue[],
    attrs: Attrs = {},
    outputs: readonly Spec[] = [inputs[0]!],
  ): GraphValue {
    return this.ops(name, inputs, attrs, outputs)[0]!;
  }

  ops(name: string, inputs: readonly GraphValue[], attrs: Attrs, outputs: readonly Spec[]): readonly GraphValue[] {
    const node = new GraphNode(opOf(name, outputs), inputs, attrs, outputs, this.path);
    this.nodes.push(node);
    return node.outputs;
  }

  scalar(value: number, dtype: DType = "float32"): GraphValue {
    return this.op("full", [], { shape: [], dtype, value }, [{ shape: [], dtype }]);
  }

  finish(...outputs: readonly GraphValue[]): Graph {
    return new Graph(
      this.inputs.map((input) => ({ role: "argument", ...input })),
      this.nodes,
      outputs,
    );
  }
}
