import {
  UnsupportedError,
  type Graph,
  type GraphInput,
  type GraphNode,
  type GraphValue,
  type Variable,
} from "@keras/ops";
import type { Emitter } from "./emit/emitter.ts";
import { FunctionEmitter, type Program } from "./emit/function.ts";
import type { Val } from "./emit/value.ts";
import { targetOf, type LowerOptions } from "./options.ts";
import type { FunctionDef } from "./proto/messages.ts";
import { EMITTERS } from "./table.ts";

/** Emits the nodes of a graph whose inputs have values; gives the values of its outputs. */
export function emitGraph(e: Emitter, graph: Graph, inputs: readonly Val[]): readonly Val[] {
  const values = new Map<GraphValue, Val>(graph.inputs.map((input, i) => [input.value, inputs[i]!]));
  for (const node of graph.nodes) {
    const operands = node.inputs.map((x) => values.get(x)!);
    const results = emitNode(e, node, operands);
    node.outputs.forEach((output, i) => values.set(output, results[i]!));
  }
  return graph.outputs.map((output) => values.get(output)!);
}

/** Emits one op. @throws {UnsupportedError} where TensorFlow has no equivalent. */
export function emitNode(
  e: Emitter,
  node: Pick<GraphNode, "op" | "inputs" | "outputs" | "attrs" | "path">,
  inputs: readonly Val[],
): readonly Val[] {
  const emitter = Object.hasOwn(EMITTERS, node.op.name) ? EMITTERS[node.op.name] : undefined;
  if (!emitter) {
    throw new UnsupportedError("TensorFlow has no equivalent of this op: decompose it, or run it outside the graph", {
      op: node.op.name,
      layer: node.path || undefined,
    });
  }
  const outer = e.scope;
  e.scope = node.path === "" ? node.op.name : `${node.path}/${node.op.name}`;
  const emitted = emitter.emit(e, node, inputs);
  e.scope = outer;
  return Array.isArray(emitted) ? (emitted as readonly Val[]) : [emitted as Val];
}

/** A graph as TensorFlow functions. */
export interface LoweredFunction {
  /** Name of the function that is the graph. */
  readonly name: string;
  /** That function, and those it calls. */
  readonly functions: readonly FunctionDef[];
  /** The graph's inputs that are arguments, in order. */
  readonly inputs: readonly GraphInput[];
  /** Variables whose handles follow behind them. */
  readonly variables: readonly Variable[];
  /** Names of all arguments. */
  readonly inputNames: readonly string[];
  /** Names of the results. */
  readonly outputNames: readonly string[];
}

/**
 * Lowers a graph to a TensorFlow function. All its ops must be supported ({@link tfSupports}): the core's `legalize` pass sees to that.
 * Symbolic sizes are computed from the shapes of the arguments; nodes are named after the layer and the op they come from.
 *
 * @param graph - Traced graph.
 * @param options - Names, what stands for inputs; see {@link LowerOptions}.
 * @returns The function and those it calls.
 * @throws {UnsupportedError} on an op that TensorFlow does not have.
 */
export function lowerToFunction(graph: Graph, options: LowerOptions = {}): LoweredFunction {
  const program: Program = { target: targetOf(options), emitGraph, functions: [], names: new Set() };
  const e = new FunctionEmitter(program);
  const values: Val[] = [];
  const args: GraphInput[] = [];
  const bindings = graph.inputs.map((input) => options.bind?.(input) ?? ({ kind: "argument" } as const));
  graph.inputs.forEach((input, i) => {
    const binding = bindings[i]!;
    if (binding.kind === "constant") values[i] = e.data(binding.values, binding.shape, input.value.dtype);
    if (binding.kind !== "argument") return;
    values[i] = e.argument(options.inputNames?.[i] ?? input.name, input.value);
    args.push(input);
  });
  const handles = new Map<Variable, { handle: Val; read: Val | null }>();
  const handleOf = (v: Variable): Val => e.argument(v.path, { dtype: "resource", shape: [] }, v);
  graph.inputs.forEach((input, i) => {
    if (bindings[i]!.kind !== "variable" || input.role !== "variable") return;
    const handle = handleOf(input.variable);
    e.scope = input.name;
    const read = e.op("ReadVariableOp", [handle], {}, input.value);
    handles.set(input.variable, { handle, read });
    values[i] = read;
  });
  e.scope = "";
  const assigned = options.assigned ?? [];
  for (const v of assigned) if (!handles.has(v)) handles.set(v, { handle: handleOf(v), read: null });
  const results = emitGraph(e, graph, values);
  const given = results.slice(0, results.length - assigned.length);
  assigned.forEach((v, i) => {
    const { handle, read } = handles.get(v)!;
    e.assign(handle, results[given.length + i]!, read);
  });
  const named = given.map((value, i) => [options.outputNames?.[i] ?? `output_${i}`, value] as const);
  const { signature } = e.finish(options.name ?? "graph", named);
  return {
    name: signature.name,
    functions: program.functions,
    inputs: args,
    variables: [...handles.keys()],
    inputNames: signature.inputArg.map((a) => a.name),
    outputNames: signature.outputArg.map((a) => a.name),
  };
}
