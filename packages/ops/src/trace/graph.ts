import type { DType } from "../dtype.ts";
import type { Shape } from "../dim.ts";
import type { Attrs, OpDef } from "../op.ts";
import type { Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { Variable } from "../variable.ts";

/** One value in a graph: an input, or output `index` of a node. */
export class GraphValue implements Spec {
  readonly kind: "graph_value" = "graph_value";
  readonly shape: Shape;
  readonly dtype: DType;
  /** null: an input of the graph. */
  readonly node: GraphNode | null;
  readonly index: number;

  constructor(spec: Spec, node: GraphNode | null, index: number) {
    this.shape = spec.shape;
    this.dtype = spec.dtype;
    this.node = node;
    this.index = index;
  }
}

/** An op applied to values. */
export class GraphNode {
  readonly op: OpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Path of the layer in which it was applied, such as `sequential/dense_1`; empty outside layers. */
  readonly path: string;

  constructor(op: OpDef, inputs: readonly GraphValue[], attrs: Attrs, outputs: readonly Spec[], path = "") {
    this.op = op;
    this.attrs = attrs;
    this.inputs = inputs;
    this.outputs = outputs.map((spec, i) => new GraphValue(spec, this, i));
    this.path = path;
  }
}

/** Where the value of a graph input comes from. A constant is a tensor that existed before the trace. */
export type GraphInput =
  | { readonly role: "argument"; readonly value: GraphValue; readonly name: string }
  | { readonly role: "variable"; readonly value: GraphValue; readonly name: string; readonly variable: Variable }
  | { readonly role: "constant"; readonly value: GraphValue; readonly name: string; readonly tensor: Tensor };

/**
 * A pure function as data: nodes in topological order. Effects on Variables are extra inputs and outputs.
 * In a subgraph (body of `cond`, `while_loop`, `scan`) every input is an argument; outer values are passed in by the node.
 */
export class Graph {
  readonly kind: "graph" = "graph";
  readonly inputs: readonly GraphInput[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphValue[];

  constructor(inputs: readonly GraphInput[], nodes: readonly GraphNode[], outputs: readonly GraphValue[]) {
    this.inputs = inputs;
    this.nodes = nodes;
    this.outputs = outputs;
  }
}
