import { Graph, isTensor, isVariable, traceFunction, tree, type Tensor, type Variable } from "@keras/ops";
import type { AnyModel, Signature } from "./signature.ts";

/** A model's inference as a graph. */
export interface TracedModel {
  readonly graph: Graph;
  /** Names of the outputs that the result itself gives: the keys of a dictionary. */
  readonly outputKeys: readonly string[] | null;
  /** Variables that the call assigns: an exported model cannot. */
  readonly written: readonly Variable[];
}

/** Traces the call of a model in inference mode. */
export function traceModel(model: AnyModel, signature: Signature): TracedModel {
  const traced = traceFunction(
    (...inputs) => model.applyAny(signature.pack(inputs), { training: false }),
    signature.inputs,
    (result) =>
      tree
        .flatten<unknown>(result as never)
        .filter((y) => isTensor(y) || isVariable(y))
        .map((y) => (isVariable(y) ? y.value : (y as Tensor))),
    { names: signature.inputs.map((x) => x.name) },
  );
  const written = [...traced.trace.writes.keys()];
  const { inputs, nodes, outputs } = traced.graph;
  const { result } = traced;
  const isDictionary = tree.isNested(result) && !Array.isArray(result);
  return {
    graph: new Graph(inputs, nodes, outputs.slice(0, outputs.length - written.length)),
    outputKeys: isDictionary ? Object.keys(result) : null,
    written,
  };
}
