import {
  attrValue,
  DATA_TYPE,
  shapeProto,
  uniqueName,
  type FunctionDef,
  type GraphDef,
  type NodeDef,
} from "@keras/lowering-tf";
import type { Variable } from "@keras/ops";
import { callNode, type LoweredEndpoint } from "./endpoint.ts";
import type { SignatureDef, TensorInfo } from "./proto/saved-model.ts";
import type { Port } from "./structured.ts";

/** The version of the format's rules that graphs are written for: those of TensorFlow 2.9. */
const VERSIONS = { producer: 1087, minConsumer: 12 };

/** A variable of the model and its names in the artifact. */
export interface Stored {
  readonly variable: Variable;
  /** Name of its handle in the graph. */
  readonly name: string;
  /** Its key in the checkpoint. */
  readonly key: string;
}

/** A name by which an endpoint is called from outside. */
export interface NamedSignature {
  readonly name: string;
  readonly endpoint: LoweredEndpoint;
}

/** Nodes beside those of variables and signatures. */
const RESERVED = [
  "NoOp",
  "saver_filename",
  "save/names",
  "save/slices",
  "save/SaveV2",
  "save/done",
  "restore/RestoreV2",
  "restore/all",
];

/** Names of variables in the graph and the checkpoint; paths that repeat are told apart. */
export function storedVariables(variables: readonly Variable[]): readonly Stored[] {
  const names = new Set<string>(RESERVED);
  return variables.map((variable, i) => ({
    variable,
    name: uniqueName(names, variable.path.replaceAll(/[^\w./-]/g, "_").replace(/^[^A-Za-z0-9.]/, "v$&")),
    key: `variables/${i}/.ATTRIBUTES/VARIABLE_VALUE`,
  }));
}

const typeOf = (dtype: Port["dtype"]): { type: number } => ({ type: DATA_TYPE[dtype] });
const STRING = { type: DATA_TYPE.string };

function strings(name: string, values: readonly string[]): NodeDef {
  const text = new TextEncoder();
  const tensor = {
    dtype: DATA_TYPE.string,
    tensorShape: shapeProto([values.length]),
    stringVal: values.map((v) => text.encode(v)),
  };
  return { name, op: "Const", input: [], attr: { dtype: STRING, value: { tensor } } };
}

function handleNodes({ variable, name }: Stored): NodeDef[] {
  const attr = {
    shared_name: attrValue(name),
    shape: attrValue({ shape: variable.shape }),
    dtype: typeOf(variable.dtype),
  };
  return [
    { name, op: "VarHandleOp", input: [], attr },
    { name: `${name}/Read`, op: "ReadVariableOp", input: [name], attr: { dtype: typeOf(variable.dtype) } },
  ];
}

/** The nodes by which runtimes without Python objects write and read a checkpoint. */
function saverNodes(stored: readonly Stored[]): NodeDef[] {
  const dtypes = { list: { type: stored.map((s) => DATA_TYPE[s.variable.dtype]) } };
  const keys = ["saver_filename", "save/names", "save/slices"];
  return [
    { name: "saver_filename", op: "Placeholder", input: [], attr: { shape: attrValue({ shape: [] }), dtype: STRING } },
    strings(
      "save/names",
      stored.map((s) => s.key),
    ),
    strings(
      "save/slices",
      stored.map(() => ""),
    ),
    { name: "save/SaveV2", op: "SaveV2", input: [...keys, ...stored.map((s) => `${s.name}/Read`)], attr: { dtypes } },
    { name: "save/done", op: "Identity", input: ["saver_filename", "^save/SaveV2"], attr: { T: STRING } },
    { name: "restore/RestoreV2", op: "RestoreV2", input: keys, attr: { dtypes } },
    ...stored.map(({ name, variable }, i): NodeDef => ({
      name: `restore/Assign_${i}`,
      op: "AssignVariableOp",
      input: [name, `restore/RestoreV2:${i}`],
      attr: { dtype: typeOf(variable.dtype) },
    })),
    { name: "restore/all", op: "NoOp", input: stored.map((_, i) => `^restore/Assign_${i}`), attr: {} },
  ];
}

const tensorInfo = (name: string, { dtype, shape }: Port): TensorInfo => ({
  name,
  dtype: DATA_TYPE[dtype],
  tensorShape: shapeProto(shape),
});

/** Placeholders, a call, and their description. */
function signatureNodes(
  { name, endpoint }: NamedSignature,
  handles: ReadonlyMap<Variable, string>,
  taken: Set<string>,
): { nodes: NodeDef[]; definition: SignatureDef } {
  const target = endpoint.keyword.function;
  const own = target.signature.inputArg.slice(0, endpoint.inputs.length).map((a) => a.name);
  const byArgument = endpoint.inputs.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const placeholders = byArgument.map((port, i) => ({ port, name: uniqueName(taken, `${name}_${own[i]}`) }));
  const call = uniqueName(taken, "StatefulPartitionedCall");
  const results = endpoint.outputs.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const feeds = [...placeholders.map((p) => p.name), ...endpoint.variables.map((v) => handles.get(v)!)];
  return {
    nodes: [
      ...placeholders.map((p): NodeDef => ({
        name: p.name,
        op: "Placeholder",
        input: [],
        attr: { shape: attrValue({ shape: p.port.shape }), dtype: typeOf(p.port.dtype) },
      })),
      callNode(call, target, feeds),
    ],
    definition: {
      inputs: Object.fromEntries(placeholders.map((p) => [p.port.name, tensorInfo(`${p.name}:0`, p.port)])),
      outputs: Object.fromEntries(results.map((port, i) => [port.name, tensorInfo(`${call}:${i}`, port)])),
      methodName: "tensorflow/serving/predict",
    },
  };
}

/** The graph that runtimes without Python objects run. */
export function mainGraph(
  signatures: readonly NamedSignature[],
  functions: readonly FunctionDef[],
  stored: readonly Stored[],
): { readonly graph: GraphDef; readonly signatures: Readonly<Record<string, SignatureDef>> } {
  const handles = new Map(stored.map((s) => [s.variable, s.name]));
  const node = stored.flatMap(handleNodes);
  const taken = new Set(node.map((n) => n.name));
  const definitions: Record<string, SignatureDef> = {};
  for (const signature of signatures) {
    const { nodes, definition } = signatureNodes(signature, handles, taken);
    node.push(...nodes);
    definitions[signature.name] = definition;
  }
  node.push({ name: "NoOp", op: "NoOp", input: [], attr: {} });
  definitions["__saved_model_init_op"] = {
    outputs: { __saved_model_init_op: { name: "NoOp", tensorShape: { unknownRank: true } } },
  };
  if (stored.length > 0) node.push(...saverNodes(stored));
  return { graph: { node, library: { function: functions }, versions: VERSIONS }, signatures: definitions };
}
