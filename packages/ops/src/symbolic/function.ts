import { ArgumentError } from "../errors.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";
import { isKerasTensor, type KerasTensor } from "./keras-tensor.ts";
import type { Node } from "./node.ts";
import { Operation, type OperationOptions } from "./operation.ts";

/** A graph of operations between symbolic inputs and outputs, in the order in which Keras lists it. */
export interface OperationGraph {
  /** Every call on a path from the inputs to the outputs. */
  readonly nodes: ReadonlySet<Node>;
  /** Deepest first: what is near the inputs comes before what is near the outputs. */
  readonly nodesByDepth: readonly (readonly Node[])[];
  /** Each operation once, by depth, then in the order of a walk from the outputs. */
  readonly operations: readonly Operation[];
}

/** Walks from the outputs to the inputs and orders what it meets. @throws {ArgumentError} when an output does not follow from the inputs. */
export function mapGraph(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): OperationGraph {
  const { order, indices } = walk(outputs, new Set(inputs));
  const nodeDepths = new Map<Node, number>();
  const operationDepths = new Map<Operation, number>();
  for (const node of [...order].toReversed()) {
    const depth = Math.max(nodeDepths.get(node) ?? 0, operationDepths.get(node.operation) ?? 0);
    operationDepths.set(node.operation, depth);
    nodeDepths.set(node, depth);
    for (const { node: parent } of node.inputTensors) {
      if (parent && order.has(parent)) nodeDepths.set(parent, Math.max(depth + 1, nodeDepths.get(parent) ?? 0));
    }
  }
  for (const { node } of inputs) {
    // An input that no output depends on still belongs to the graph.
    if (!node || nodeDepths.has(node)) continue;
    nodeDepths.set(node, 0);
    if (operationDepths.has(node.operation)) continue;
    operationDepths.set(node.operation, 0);
    indices.set(node.operation, -1);
  }
  const byDepth = new Map<number, Node[]>();
  for (const [node, depth] of nodeDepths) byDepth.set(depth, [...(byDepth.get(depth) ?? []), node]);
  const depths = [...byDepth.keys()].sort((a, b) => b - a);
  const operations = [...operationDepths.entries()]
    .sort(([a, da], [b, db]) => db - da || indices.get(a)! - indices.get(b)!)
    .map(([operation]) => operation);
  const graph = { nodes: new Set(nodeDepths.keys()), nodesByDepth: depths.map((d) => byDepth.get(d)!), operations };
  checkConnected(graph, inputs);
  return graph;
}

/** Calls in the order in which their operands are known, and operations in the order in which they are met. */
function walk(
  outputs: readonly KerasTensor[],
  stops: ReadonlySet<KerasTensor>,
): { order: Set<Node>; indices: Map<Operation, number> } {
  const order = new Set<Node>();
  const open = new Set<Node>();
  const indices = new Map<Operation, number>();
  for (const output of outputs) {
    if (!output.node)
      throw new ArgumentError(`the tensor '${output.name}' was not made by a layer or an op: a graph cannot end there`);
    const stack: { readonly node: Node; readonly operands: readonly KerasTensor[]; next: number }[] = [];
    const enter = (node: Node): void => {
      if (order.has(node)) return;
      if (open.has(node)) throw new ArgumentError(`the graph of '${output.name}' has a cycle`);
      if (!indices.has(node.operation)) indices.set(node.operation, indices.size);
      open.add(node);
      // What makes an input of the graph is not part of it.
      stack.push({ node, operands: node.outputs.every((y) => stops.has(y)) ? [] : node.inputTensors, next: 0 });
    };
    enter(output.node);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const x = top.operands[top.next++];
      if (x === undefined) {
        stack.pop();
        open.delete(top.node);
        order.add(top.node);
      } else if (x.node) enter(x.node);
    }
  }
  return { order, indices };
}

function checkConnected({ nodesByDepth }: OperationGraph, inputs: readonly KerasTensor[]): void {
  const known = new Set(inputs);
  for (const node of nodesByDepth.flat()) {
    if (node.outputs.every((y) => known.has(y))) continue;
    if (node.isInput)
      throw new ArgumentError(
        `the outputs need the Input '${node.operation.name}', which is not among the inputs: pass it, too`,
      );
    const missing = node.inputTensors.find((x) => !known.has(x));
    if (missing)
      throw new ArgumentError(
        `the outputs do not follow from the inputs: '${node.operation.name}' needs the tensor '${missing.name}', which is not computed from them`,
      );
    for (const y of node.outputs) known.add(y);
  }
}

/** How one operation of a graph is called when the graph runs. */
export type CallOperation = (
  operation: Operation,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  node: Node,
) => unknown;

/**
 * A graph of operations as one operation.
 *
 * @example
 * ```ts
 * import { Function as KerasFunction, Input, ops } from "keras";
 * const x = Input({ shape: [2] });
 * const f = new KerasFunction({ inputs: x, outputs: ops.multiply(x, 2) });
 * console.log(await (f.applyAny(ops.array([[1, 2]])) as ops.Tensor).array()); // [[2, 4]]
 * ```
 */
export class Function extends Operation {
  readonly inputStructure: unknown;
  readonly outputStructure: unknown;
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly graph: OperationGraph;

  constructor(options: { readonly inputs: unknown; readonly outputs: unknown } & OperationOptions) {
    super(options);
    this.inputStructure = options.inputs;
    this.outputStructure = options.outputs;
    this.inputs = symbolicLeaves(options.inputs, "inputs");
    this.outputs = symbolicLeaves(options.outputs, "outputs");
    this.graph = mapGraph(this.inputs, this.outputs);
  }

  get operations(): readonly Operation[] {
    return this.graph.operations;
  }

  override call(inputs: never): unknown {
    return this.run(inputs);
  }

  override computeOutputSpec(args: readonly unknown[]): unknown {
    return this.run(args[0], (operation, a, k) => operation.computeOutputSpec(a, k));
  }

  /** Runs the graph on a tree of values; `call` says how each operation is called. */
  run(inputs: unknown, call: CallOperation = callPlainly): unknown {
    return runGraph(
      this.graph,
      this.inputs,
      this.outputs,
      this.outputStructure,
      flatten(inputs as Tree<unknown>),
      call,
    );
  }
}

const callPlainly: CallOperation = (operation, args, kwargs) =>
  operation.applyAny(...args, ...(Object.keys(kwargs).length > 0 ? [kwargs] : []));

/** Runs a graph of operations on the values of its inputs. */
export function runGraph(
  graph: OperationGraph,
  inputs: readonly KerasTensor[],
  outputs: readonly KerasTensor[],
  structure: unknown,
  values: readonly unknown[],
  call: CallOperation,
): unknown {
  if (values.length !== inputs.length)
    throw new ArgumentError(`the graph has ${inputs.length} inputs, but ${values.length} values were given`);
  const known = new Map<KerasTensor, unknown>();
  inputs.forEach((x, i) => known.set(x, values[i]));
  for (const node of graph.nodesByDepth.flat()) {
    if (node.isInput || node.outputs.every((y) => known.has(y))) continue;
    const { args, kwargs } = node.fillIn((x) => known.get(x));
    const results = flatten(call(node.operation, args, kwargs, node) as Tree<unknown>);
    node.outputs.forEach((y, i) => known.set(y, results[i]));
  }
  return packSequenceAs(
    structure,
    outputs.map((y) => known.get(y)),
  );
}

function symbolicLeaves(structure: unknown, what: string): KerasTensor[] {
  const leaves = flatten(structure as Tree<unknown>);
  if (leaves.length === 0) throw new ArgumentError(`${what} hold no tensor`);
  return leaves.map((x) => {
    if (!isKerasTensor(x))
      throw new ArgumentError(
        `${what} must be symbolic tensors, made by Input(...) and what was applied to it; got ${x === null ? "null" : typeof x}`,
      );
    return x;
  });
}
