import { isTensor, isVariable, traceFunction, tree, type Tensor, type Variable } from "@keras/ops";
import { dictionaryNames, type Signature } from "./signature.ts";
import type { ExportEndpoint } from "./format.ts";

/** Names that stand in one endpoint once each: a second `y` becomes `y_1`. */
function unique(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 1; seen.has(free); i++) free = `${name}_${i}`;
    seen.add(free);
    return free;
  });
}

/** Traces a function into a graph with named inputs and outputs. Variables that it reads are inputs of the graph, its assignments outputs. */
export function traceEndpoint(
  name: string,
  fn: (...args: never[]) => unknown,
  signature: Signature,
  outputNames?: readonly string[] | undefined,
): ExportEndpoint {
  const traced = traceFunction(
    (...inputs) => fn(...(signature.pack(inputs) as never[])),
    signature.inputs,
    (result) =>
      tree
        .flatten<unknown>(result as never)
        .filter((y) => isTensor(y) || isVariable(y))
        .map((y) => (isVariable(y) ? y.value : (y as Tensor))),
    { names: signature.inputs.map((x) => x.name) },
  );
  const { graph, result } = traced;
  const written: readonly Variable[] = [...traced.trace.writes.keys()];
  const count = graph.outputs.length - written.length;
  const keys = dictionaryNames(result);
  const isDictionary = keys !== null;
  const known = outputNames ?? keys ?? signature.outputNames;
  return {
    name,
    graph,
    inputs: signature.inputs,
    outputNames: unique(Array.from({ length: count }, (_, i) => known[i] ?? `output_${i}`)),
    isDictionary,
    written,
  };
}
