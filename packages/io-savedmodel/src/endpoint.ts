import {
  argumentName,
  attrValue,
  DATA_TYPE,
  lowerToFunction,
  shapeProto,
  tfSupports,
  uniqueName,
  type ArgDef,
  type FunctionDef,
  type LoweredFunction,
  type NodeDef,
} from "@keras/lowering-tf";
import { prepareEndpoint, type ExportEndpoint, type ExportTarget } from "@keras/models";
import type { Variable } from "@keras/ops";
import type { StructuredValue } from "./proto/saved-model.ts";
import { byName, list, spec, tuple, type Port } from "./structured.ts";

const TARGET: ExportTarget = {
  title: "TensorFlow SavedModel",
  supports: (op, inputs, attrs) => tfSupports(op, inputs, attrs),
};

/** A function of the program by which an endpoint is called, with a form of its arguments and results. */
export interface CallForm {
  readonly function: FunctionDef;
  readonly inputSignature: StructuredValue;
  readonly outputSignature: StructuredValue;
}

/** An endpoint as functions. */
export interface LoweredEndpoint {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Variables whose handles come behind the arguments of all its functions. */
  readonly variables: readonly Variable[];
  /** The function itself, what it calls, and those that call it. */
  readonly functions: readonly FunctionDef[];
  /** For a call in Python: positional; and, of several arguments, as one list or dictionary. */
  readonly calls: readonly CallForm[];
  /** For a call by names, in alphabetical order, as signatures have them. */
  readonly keyword: CallForm;
  readonly warnings: readonly string[];
}

/** Lowers an endpoint, and adds the forms in which it is called. `names` are the functions' names that are taken. */
export async function lowerEndpoint(endpoint: ExportEndpoint, names: Set<string>): Promise<LoweredEndpoint> {
  const ready = await prepareEndpoint(endpoint, TARGET, { freeze: false });
  const lowered = lowerToFunction(ready.graph, {
    name: uniqueName(names, `__inference_${argumentName(endpoint.name)}`),
    bind: (input) => {
      if (input.role === "variable") return { kind: "variable" };
      const data = ready.data.get(input);
      return data ? { kind: "constant", values: data.values, shape: data.shape } : { kind: "argument" };
    },
    outputNames: endpoint.outputNames,
    assigned: endpoint.written,
  });
  const inputs = endpoint.inputs.map(({ name, dtype, shape }): Port => ({ name, dtype, shape }));
  const outputs = endpoint.outputNames.map((name, i): Port => ({ name, ...specOf(ready.graph.outputs[i]!) }));
  const inner = renamed(lowered, names);
  const main = inner.find((f) => f.signature.name === lowered.name)!;
  const result = outputs.length === 1 ? spec(outputs[0]!) : undefined;
  const direct: CallForm = {
    function: main,
    inputSignature: tuple([tuple(inputs.map(spec)), byName([])]),
    outputSignature: result ?? (endpoint.isDictionary ? byName(outputs) : list(outputs.map(spec))),
  };
  const forward = (order: readonly Port[], results: readonly Port[]): FunctionDef =>
    forwarder(
      uniqueName(names, `__inference_call_${argumentName(endpoint.name)}`),
      main,
      inputs,
      order,
      outputs,
      results,
    );
  const alphabetical = (ports: readonly Port[]): readonly Port[] =>
    ports.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const results = endpoint.isDictionary ? alphabetical(outputs) : outputs;
  const outputSignature = result ?? (endpoint.isDictionary ? byName(outputs) : list(outputs.map(spec)));
  // Python flattens dictionaries by their keys in order, so a dictionary of results needs a function that gives them so.
  const positional = { ...direct, function: forward(inputs, results) };
  const calls: CallForm[] = [positional];
  if (inputs.length > 1) {
    calls.push(
      {
        function: forward(inputs, results),
        inputSignature: tuple([tuple([list(inputs.map(spec))]), byName([])]),
        outputSignature,
      },
      {
        function: forward(alphabetical(inputs), results),
        inputSignature: tuple([tuple([byName(inputs)]), byName([])]),
        outputSignature,
      },
    );
  }
  const keyword: CallForm = {
    function: forward(alphabetical(inputs), alphabetical(outputs)),
    inputSignature: tuple([tuple([]), byName(inputs)]),
    outputSignature: byName(outputs),
  };
  return {
    name: endpoint.name,
    inputs,
    outputs,
    variables: lowered.variables,
    functions: [...inner, ...calls.map((c) => c.function), keyword.function],
    calls,
    keyword,
    warnings: ready.warnings,
  };
}

const specOf = ({ dtype, shape }: Pick<Port, "dtype" | "shape">): Pick<Port, "dtype" | "shape"> => ({ dtype, shape });

/** The functions of one endpoint under names that no other endpoint's have. */
function renamed(lowered: LoweredFunction, names: Set<string>): readonly FunctionDef[] {
  const to = new Map<string, string>();
  for (const { signature } of lowered.functions) {
    const isMain = signature.name === lowered.name;
    to.set(signature.name, isMain ? signature.name : uniqueName(names, signature.name));
  }
  const rename = (node: NodeDef): NodeDef => {
    const called = Object.entries(node.attr).filter(([, value]) => value.func);
    if (called.length === 0) return node;
    const attr = Object.fromEntries(called.map(([key, { func }]) => [key, { func: { name: to.get(func!.name)! } }]));
    return { ...node, attr: { ...node.attr, ...attr } };
  };
  return lowered.functions.map((f) => ({
    ...f,
    signature: { ...f.signature, name: to.get(f.signature.name)! },
    nodeDef: f.nodeDef.map(rename),
  }));
}

/** A function that calls another with its arguments and results in another order. */
function forwarder(
  name: string,
  target: FunctionDef,
  inputs: readonly Port[],
  order: readonly Port[],
  outputs: readonly Port[],
  results: readonly Port[],
): FunctionDef {
  const own = target.signature.inputArg;
  const handles = own.slice(inputs.length);
  const place = (port: Port): ArgDef => own[inputs.indexOf(port)]!;
  const node = callNode(
    "call",
    target,
    own.map((a) => a.name),
  );
  const outputArg = results.map((p) => target.signature.outputArg[outputs.indexOf(p)]!);
  const identities = results.map((p, i): NodeDef => ({
    name: `result_${i}`,
    op: "Identity",
    input: [`call:output:${outputs.indexOf(p)}`],
    attr: { T: { type: DATA_TYPE[p.dtype] } },
  }));
  return {
    signature: {
      name,
      inputArg: [...order.map(place), ...handles],
      outputArg,
      isStateful: true,
      controlOutput: ["call"],
    },
    attr: {
      _input_shapes: { list: { shape: [...order.map((p) => shapeProto(p.shape)), ...handles.map(() => ({}))] } },
    },
    nodeDef: [node, ...identities],
    ret: Object.fromEntries(outputArg.map((a, i) => [a.name, `result_${i}:output:0`])),
    controlRet: { call: "call" },
  };
}

/** A node that calls a function. */
export function callNode(name: string, { signature }: FunctionDef, input: readonly string[]): NodeDef {
  return {
    name,
    op: "StatefulPartitionedCall",
    input,
    attr: {
      f: { func: { name: signature.name } },
      Tin: { list: { type: signature.inputArg.map((a) => a.type) } },
      Tout: { list: { type: signature.outputArg.map((a) => a.type) } },
      config_proto: attrValue(""),
    },
  };
}
