import { ArgumentError } from "../errors.ts";
import { flatten, type Tree } from "../tree/structure.ts";
import { isKerasTensor } from "./is-keras-tensor.ts";
import type { KerasTensor } from "./keras-tensor.ts";
import type { Operation } from "./operation.ts";

/** One call of an operation on symbolic tensors: an edge bundle of a Functional graph. */
export class Node {
  readonly operation: Operation;
  /** Positional arguments of the call, with KerasTensors in place. */
  readonly args: readonly unknown[];
  /** Named arguments of the call. */
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly inputTensors: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];

  /** @throws {ArgumentError} when an output already belongs to another call. */
  constructor(
    operation: Operation,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
    outputs: unknown,
  ) {
    this.operation = operation;
    this.args = args;
    this.kwargs = kwargs;
    this.inputTensors = flatten([args as Tree<unknown>, kwargs as Tree<unknown>]).filter(isKerasTensor);
    this.outputs = flatten(outputs as Tree<unknown>).filter(isKerasTensor);
    if (this.outputs.length === 0)
      throw new ArgumentError(`'${operation.name}' returned no tensor for symbolic inputs`);
    const nodeIndex = operation.inboundNodes.length;
    operation.inboundNodes.push(this);
    this.outputs.forEach((tensor, tensorIndex) => {
      tensor.history = { operation, nodeIndex, tensorIndex };
      tensor.node = this;
    });
    for (const parent of this.parents) parent.operation.outboundNodes.push(this);
  }

  /** Whether it stands for an input of the graph. */
  get isInput(): boolean {
    return this.inputTensors.length === 0;
  }

  /** The calls whose results it takes. */
  get parents(): readonly Node[] {
    return this.inputTensors.flatMap((x) => (x.node && x.node !== this ? [x.node] : []));
  }

  /** Its arguments with every KerasTensor replaced. */
  fillIn(value: (x: KerasTensor) => unknown): { args: unknown[]; kwargs: Record<string, unknown> } {
    return { args: fill(this.args, value) as unknown[], kwargs: fill(this.kwargs, value) as Record<string, unknown> };
  }
}

function fill(x: unknown, value: (x: KerasTensor) => unknown): unknown {
  if (isKerasTensor(x)) return value(x);
  if (Array.isArray(x)) return x.map((item) => fill(item, value));
  if (typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype) {
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, fill(v, value)]));
  }
  return x;
}
