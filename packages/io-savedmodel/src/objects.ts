import { DATA_TYPE, shapeProto } from "@keras/lowering-tf";
import type { Variable } from "@keras/ops";
import type { CallForm, LoweredEndpoint } from "./endpoint.ts";
import type { NamedSignature, Stored } from "./graph.ts";
import type { ObjectReference, SavedConcreteFunction, SavedObject } from "./proto/saved-model.ts";
import { functionSpec, spec, tuple } from "./structured.ts";

const VERSION = { producer: 1, minConsumer: 1 };

/** The Python objects that TensorFlow makes of a SavedModel. */
export interface ObjectGraph {
  readonly nodes: readonly SavedObject[];
  readonly concreteFunctions: Readonly<Record<string, SavedConcreteFunction>>;
  /** The node of each variable. */
  readonly variableNodes: ReadonlyMap<Variable, number>;
}

/**
 * The root has a list for each collection of variables, a function for each endpoint, and the signatures. A variable is one node, however
 * many lists hold it, so its data is written once and stays one variable when it is loaded.
 */
export function objectGraph(
  endpoints: readonly LoweredEndpoint[],
  signatures: readonly NamedSignature[],
  stored: readonly Stored[],
  collections: ReadonlyMap<string, readonly Variable[]>,
): ObjectGraph {
  const nodes: SavedObject[] = [];
  const concreteFunctions: Record<string, SavedConcreteFunction> = {};
  const add = (node: SavedObject): number => nodes.push(node) - 1;
  const user = (identifier: string, children: readonly ObjectReference[]): SavedObject => ({
    children,
    userObject: { identifier, version: VERSION },
  });
  add(user("_generic_user_object", []));
  const variableNodes = new Map(
    stored.map(({ variable, name }) => {
      const { dtype, shape, trainable } = variable;
      const description = { dtype: DATA_TYPE[dtype], shape: shapeProto(shape), trainable, name };
      return [variable, add({ children: [], variable: description })];
    }),
  );
  const children: ObjectReference[] = [];
  const attach = (localName: string, node: SavedObject): void => {
    children.push({ localName, nodeId: add(node) });
  };
  for (const [name, variables] of collections) {
    const items = variables.map((v, i) => ({ localName: String(i), nodeId: variableNodes.get(v)! }));
    attach(name, user("trackable_list_wrapper", items));
  }
  const declare = (
    { function: f, inputSignature, outputSignature }: CallForm,
    { variables }: LoweredEndpoint,
  ): string => {
    const { name } = f.signature;
    const boundInputs = variables.map((v) => variableNodes.get(v)!);
    concreteFunctions[name] = { boundInputs, canonicalizedInputSignature: inputSignature, outputSignature };
    return name;
  };
  for (const endpoint of endpoints) {
    const { inputs, calls, name } = endpoint;
    const form =
      inputs.length === 1
        ? functionSpec(["inputs"], { signature: tuple(inputs.map(spec)) })
        : functionSpec([], { varargs: "inputs" });
    const concrete = calls.map((call) => declare(call, endpoint));
    attach(name, { children: [], function: { concreteFunctions: concrete, functionSpec: form } });
  }
  const bySignature = signatures.map(({ name, endpoint }): ObjectReference => {
    const argumentKeywords = endpoint.inputs.map((p) => p.name).sort();
    const nodeId = add({
      children: [],
      bareConcreteFunction: {
        concreteFunctionName: declare(endpoint.keyword, endpoint),
        argumentKeywords,
        allowedPositionalArguments: endpoint.inputs.length === 1 ? 1 : 0,
        functionSpec: functionSpec([], { keywordOnly: argumentKeywords }),
      },
    });
    return { localName: name, nodeId };
  });
  attach("signatures", user("signature_map", bySignature));
  nodes[0] = user("_generic_user_object", children);
  return { nodes, concreteFunctions, variableNodes };
}
