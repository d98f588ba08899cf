import {
  ArgumentError,
  deserializeKerasObject,
  Float,
  float,
  FormatError,
  fromConfigKeys,
  isComplex,
  isFloat,
  isKerasTensor,
  isSerialized,
  isTensor,
  KerasTensor,
  NDArray,
  NotFoundError,
  OpOperation,
  serializeKerasObject,
  serializeObject,
  toConfigKeys,
  toTensor,
  tree,
  type Attrs,
  type DeserializeOptions,
  type DType,
  type Node,
  type OpDef,
  type Operation,
  type SerializedObject,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { InputLayer, isLayer, type Layer } from "@keras/layers";
import type { Functional } from "./model.ts";
import type { SymbolicTree } from "./types.ts";

/** Options of loading a graph. */
export interface GraphDeserializeOptions extends DeserializeOptions {
  /** Ops that may stand in a graph as nodes of their own, by the class that Python Keras has for them. */
  readonly operations?: Readonly<Record<string, readonly OpDef[]>> | undefined;
}

/** One operation of a graph as it stands in a file. */
interface SerializedNode extends SerializedObject {
  readonly name: string;
  readonly inbound_nodes: readonly {
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  }[];
}

/** `[layer, call, output]`. */
type History = readonly [name: string, nodeIndex: number, tensorIndex: number];

/** Numbers of the calls that belong to this model: others are left out, and the rest counted anew. */
function keptNodes(model: Functional): Map<Node, number> {
  const kept = new Map<Node, number>();
  for (const operation of model.graph.operations) {
    let next = 0;
    for (const node of operation.inboundNodes) if (model.graph.nodes.has(node)) kept.set(node, next++);
  }
  return kept;
}

/**
 * Where the inputs and outputs of a graph are named, a nested Functional counts its calls from 1: call 0 is that on its own inputs.
 * Arguments of calls count from 0.
 */
function isFunctionalLike(operation: Operation): boolean {
  return isLayer(operation) && "graph" in operation && "inputStructure" in operation;
}

/** A Functional's graph as JSON, in Keras's form. */
export function functionalConfig(model: Functional): Record<string, unknown> {
  const kept = keptNodes(model);
  const history = (x: KerasTensor): History => [
    x.history!.operation.name,
    kept.get(x.node!) ?? x.history!.nodeIndex,
    x.history!.tensorIndex,
  ];
  const argument = (x: unknown): unknown => {
    if (isKerasTensor(x))
      return { class_name: "__keras_tensor__", config: { shape: x.shape, dtype: x.dtype, keras_history: history(x) } };
    if (isTensor(x)) return constant(x);
    if (Array.isArray(x)) return x.map(argument);
    if (tree.isNested(x)) return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, argument(v)]));
    return serializeKerasObject(x);
  };
  const layers = model.graph.operations.map((operation) => ({
    ...serializeOperation(operation),
    name: operation.name,
    inbound_nodes: operation.inboundNodes
      .filter((node) => model.graph.nodes.has(node) && !node.isInput)
      .map((node) => ({
        args: callArguments(operation, node.args).map(argument),
        kwargs: toConfigKeys(argument(node.kwargs) as Record<string, unknown>),
      })),
  }));
  const end = (x: KerasTensor): History => {
    const [name, node, tensor] = history(x);
    return [name, isFunctionalLike(x.history!.operation) ? node + 1 : node, tensor];
  };
  const ends = (structure: SymbolicTree): unknown => tree.mapStructure(end, structure as never);
  return {
    name: model.name,
    trainable: model.trainable,
    layers,
    inputLayers: ends(model.inputStructure),
    outputLayers: ends(model.outputStructure),
  };
}

/** Elements up to which a constant is written into a config. */
const LARGEST_CONSTANT = 4096;

/** A concrete tensor among the arguments, as nested numbers. @throws {ArgumentError} when it is too large for that. */
function constant(x: Tensor): unknown {
  if (x.size > LARGEST_CONSTANT || isComplex(x.dtype)) {
    throw new ArgumentError(
      `a concrete tensor of ${x.size} elements is part of the graph: it is too large for a config. Make it a weight of a layer`,
    );
  }
  const nested = new NDArray(x.dataSync() as never, x.shape, x.dtype).toNested();
  const write = (v: unknown): unknown =>
    Array.isArray(v) ? v.map(write) : isFloat(x.dtype) ? float(Number(v)) : typeof v === "bigint" ? Number(v) : v;
  return write(nested);
}

/** Nested numbers of a file as an operand: integers stay integers, where a bare array would become floats. */
function operand(x: unknown): unknown {
  if (!Array.isArray(x)) return x;
  const leaves = x.flat(Infinity) as unknown[];
  if (leaves.length > 0 && leaves.every((v) => Number.isInteger(v))) return toTensor(x as TensorLike, "int32");
  return leaves.every((v) => typeof v === "number" || v instanceof Float) ? plain(x) : x;
}

/** Positional arguments of a call, as Keras's class of that name takes them. */
function callArguments(operation: Operation, args: readonly unknown[]): readonly unknown[] {
  if (!(operation instanceof OpOperation)) return args;
  const { callForm, configOperands = [] } = operation.op;
  return callForm ? callForm.write(args, operation.attrs) : args.slice(0, args.length - configOperands.length);
}

/** A layer, or an op that stands in the graph itself. */
export function serializeOperation(operation: Operation): SerializedObject {
  if (operation instanceof OpOperation) {
    const path = operation.op.keras;
    if (!path)
      throw new ArgumentError(`the op '${operation.op.name}' has no form in a file: use it inside a layer`, {
        op: operation.op.name,
      });
    const at = path.lastIndexOf(".");
    const attrs = {
      ...(operation.op.toConfig ? operation.op.toConfig(operation.attrs) : toConfigKeys(operation.attrs)),
      ...operandsInConfig(operation),
    };
    const className = path.slice(at + 1);
    return {
      module: path.slice(0, at),
      class_name: className,
      config: { ...(serializeKerasObject(attrs) as object), name: operation.name },
      registered_name: className,
    };
  }
  if (!isLayer(operation)) throw new ArgumentError(`'${operation.name}' cannot be written into a config`);
  const build = operation.getBuildConfig();
  const serialized = serializeObject(operation);
  return build && !(operation instanceof InputLayer)
    ? { ...serialized, build_config: toConfigKeys(build) }
    : serialized;
}

/** Operands that Keras has in the config. @throws {ArgumentError} when one is a symbolic tensor. */
function operandsInConfig({ op, name, inboundNodes }: OpOperation): Record<string, unknown> {
  const { configOperands = [] } = op;
  const values = configOperands.length > 0 ? (inboundNodes[0]?.args ?? []).slice(-configOperands.length) : [];
  if (values.some(isKerasTensor))
    throw new ArgumentError(
      `'${name}' has a symbolic tensor as ${configOperands.join(" or ")}, which cannot be written into a config: use it inside a layer`,
      { op: op.name },
    );
  return toConfigKeys(Object.fromEntries(configOperands.map((key, i) => [key, values[i] ?? null])));
}

function makeOperation(data: SerializedNode, options: GraphDeserializeOptions): Operation {
  const candidates = findOperations(data, options);
  if (!candidates) return deserializeKerasObject(data, options) as Operation;
  const { name, ...config } = fromConfigKeys(data.config);
  const attrs = plain(config) as Record<string, unknown>;
  // Keras notes a policy for some ops; here it is the operands that decide.
  if (typeof attrs["dtype"] === "object") delete attrs["dtype"];
  const op = candidates.find((o) => o.ownsConfig?.(attrs)) ?? candidates.find((o) => !o.ownsConfig)!;
  for (const key of op.configOperands ?? []) delete attrs[key];
  return new OpOperation(op, { ...attrs, ...callAttrs(op, data, options) }, { name: String(name) });
}

/** @throws {NotFoundError} when an op of Keras is not at hand. */
function findOperations(data: SerializedNode, options: GraphDeserializeOptions): readonly OpDef[] | null {
  const path = `${data.module}.${data.class_name}`;
  const { operations = {} } = options;
  if (Object.hasOwn(operations, path)) return operations[path]!;
  if (!data.module?.startsWith("keras.src.ops.")) return null;
  throw new NotFoundError(
    options.operations
      ? `the graph has an op '${path}' ('${data.name}') that this library does not have as a node of a graph: rebuild the model with other ops, or put it into a layer`
      : `the graph has an op '${path}' as a node: import { OPERATIONS } from "@keras/ops/op-table" and pass { operations: OPERATIONS }`,
  );
}

/** Plain numbers in place of floats that a file marks as such. */
function plain(x: unknown): unknown {
  if (x instanceof Float) return x.value;
  if (Array.isArray(x)) return x.map(plain);
  return tree.isNested(x) ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
}

/** Attributes that Keras has among the arguments of the call. */
function callAttrs(op: OpDef, data: SerializedNode, options: DeserializeOptions): Attrs {
  const call = data.inbound_nodes[0];
  if (!op.callForm || !call) return {};
  const standIn = (x: unknown): unknown => {
    if (isSymbol(x)) return new KerasTensor(x.config.shape, x.config.dtype);
    return Array.isArray(x) ? x.map(standIn) : deserializeKerasObject(plain(x), options);
  };
  return op.callForm.read(normalizeCall(call).args.map(standIn)).attrs;
}

/** Arguments of a call: tensors that Keras names are positional here, if the layer takes them so. */
function arrangeCall(
  operation: Operation,
  data: SerializedNode,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  if (operation instanceof OpOperation) {
    const config = fromConfigKeys(data.config);
    const { callForm, configOperands = [] } = operation.op;
    return callForm
      ? callForm.read(args).operands
      : [...args, ...configOperands.map((key) => config[key])].map(operand);
  }
  const names = isLayer(operation) ? (operation.constructor as typeof Layer).callArguments : [];
  const options = { ...kwargs };
  const positional = [...args];
  for (const name of names.slice(args.length)) {
    if (!(name in options)) break;
    positional.push(options[name]);
    delete options[name];
  }
  return Object.keys(options).length > 0 ? [...positional, options] : positional;
}

/** Makes a graph out of its config. @throws {FormatError} when calls refer to tensors that do not exist. */
export function functionalFromConfig(
  config: Readonly<Record<string, unknown>>,
  options: GraphDeserializeOptions,
): { inputs: SymbolicTree; outputs: SymbolicTree } {
  const operations = new Map<string, Operation>();
  const results = new Map<string, readonly KerasTensor[]>();
  const pending: {
    operation: Operation;
    data: SerializedNode;
    index: number;
    call: SerializedNode["inbound_nodes"][number];
  }[] = [];
  const key = (name: string, index: number): string => `${name}:${index}`;
  for (const data of (config["layers"] ?? []) as readonly SerializedNode[]) {
    const operation = makeOperation(data, options);
    operations.set(data.name, operation);
    if (operation instanceof InputLayer) results.set(key(data.name, 0), operation.inboundNodes[0]!.outputs);
    data.inbound_nodes.forEach((call, i) => pending.push({ operation, data, index: i, call: normalizeCall(call) }));
  }
  const lookUp = (history: History): KerasTensor | null =>
    results.get(key(history[0], history[1]))?.[history[2]] ?? null;
  let waiting = pending;
  while (waiting.length > 0) {
    const blocked = waiting.filter(({ operation, data, index, call }) => {
      const missing = histories(call).some((h) => lookUp(h) === null);
      if (missing) return true;
      const fill = (x: unknown): unknown => fillTensors(x, lookUp, options);
      const args = call.args.map(fill);
      const kwargs = fromConfigKeys(fill(call.kwargs) as Record<string, unknown>);
      const outputs = operation.applyAny(...arrangeCall(operation, data, args, kwargs));
      results.set(key(operation.name, index), tree.flatten<KerasTensor>(outputs as never));
      return false;
    });
    if (blocked.length === waiting.length) {
      throw new FormatError(
        `the graph is damaged: calls of ${blocked.map((b) => `'${b.operation.name}'`).join(", ")} refer to tensors that do not exist`,
      );
    }
    waiting = blocked;
  }
  const ends = (structure: unknown): SymbolicTree => {
    if (isHistory(structure)) {
      const [name, node, tensor] = structure;
      const nested = operations.get(name);
      const found = lookUp([name, nested && isFunctionalLike(nested) ? node - 1 : node, tensor]);
      if (!found) throw new FormatError(`the graph is damaged: there is no tensor ${JSON.stringify(structure)}`);
      return found;
    }
    if (Array.isArray(structure)) return structure.map(ends);
    if (tree.isNested(structure)) return Object.fromEntries(Object.entries(structure).map(([k, v]) => [k, ends(v)]));
    throw new FormatError("the graph is damaged: its inputs or outputs are malformed");
  };
  const [inputs, outputs] = [ends(config["inputLayers"]), ends(config["outputLayers"])];
  return { inputs: single(config["inputLayers"], inputs), outputs: single(config["outputLayers"], outputs) };
}

/** Keras writes one tensor as `[[name, 0, 0]]` as well as `[name, 0, 0]`. */
function single(structure: unknown, made: SymbolicTree): SymbolicTree {
  return Array.isArray(structure) && structure.length === 1 && isHistory(structure[0])
    ? (made as readonly SymbolicTree[])[0]!
    : made;
}

const isHistory = (x: unknown): x is History =>
  Array.isArray(x) &&
  x.length === 3 &&
  typeof x[0] === "string" &&
  typeof x[1] === "number" &&
  typeof x[2] === "number";

function normalizeCall(call: unknown): SerializedNode["inbound_nodes"][number] {
  const { args, kwargs } = (call ?? {}) as { args?: unknown; kwargs?: unknown };
  if (!Array.isArray(args)) throw new FormatError("the graph is damaged, or of Keras 2: a call has no arguments");
  return { args, kwargs: (kwargs ?? {}) as Record<string, unknown> };
}

const isSymbol = (
  x: unknown,
): x is {
  readonly config: {
    readonly keras_history: History;
    readonly shape: readonly (number | null)[];
    readonly dtype: DType;
  };
} => isSerialized(x) && x.class_name === "__keras_tensor__";

function histories(x: unknown): History[] {
  if (isSymbol(x)) return [x.config.keras_history];
  if (Array.isArray(x)) return x.flatMap(histories);
  return tree.isNested(x) ? Object.values(x).flatMap(histories) : [];
}

function fillTensors(x: unknown, lookUp: (h: History) => KerasTensor | null, options: DeserializeOptions): unknown {
  if (isSymbol(x)) return lookUp(x.config.keras_history);
  if (Array.isArray(x)) return x.map((v) => fillTensors(v, lookUp, options));
  if (isSerialized(x)) return deserializeKerasObject(x, options);
  if (tree.isNested(x))
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, fillTensors(v, lookUp, options)]));
  return x;
}
