import { ArgumentError } from "../errors.ts";
import { autoName } from "../naming.ts";
import { flatten, type Tree } from "../tree/structure.ts";
import { isKerasTensor } from "./is-keras-tensor.ts";
import type { KerasTensor } from "./keras-tensor.ts";
import { Node } from "./node.ts";

/** Options that every operation takes. */
export interface OperationOptions {
  readonly name?: string | null | undefined;
  /** Class name to number when no name is given; default: the constructor's, which minifiers change. */
  readonly className?: string | undefined;
}

/**
 * Something that can be called on tensors, and on symbolic tensors to build a graph: the base of layers, and of ops in a Functional
 * model. Subclasses write `call`.
 */
export abstract class Operation {
  readonly name: string;
  /** Its calls on symbolic tensors. */
  readonly inboundNodes: Node[] = [];
  /** Calls that take its results. */
  readonly outboundNodes: Node[] = [];

  /** @throws {ArgumentError} when the name holds a slash, which separates names in paths. */
  constructor(options: OperationOptions = {}) {
    const name = options.name ?? autoName(options.className ?? this.constructor.name);
    if (typeof name !== "string" || name.includes("/"))
      throw new ArgumentError(`a name is a string without '/', got ${JSON.stringify(options.name)}`);
    this.name = name;
  }

  /** Computes the result on concrete or traced tensors. */
  abstract call(...args: never[]): unknown;

  /** Calls it: on symbolic tensors it becomes a node of a graph and gives symbolic tensors. */
  applyAny(...args: unknown[]): unknown {
    return hasKerasTensor(args)
      ? this.symbolicCall(args, {})
      : (this.call as (...xs: unknown[]) => unknown).apply(this, args);
  }

  /** Adds a node to the graph. */
  symbolicCall(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown {
    const outputs = this.computeOutputSpec(args, kwargs);
    new Node(this, args, kwargs, outputs);
    return outputs;
  }

  /** Symbolic results for symbolic arguments. */
  abstract computeOutputSpec(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown;

  /** The symbolic inputs of its only call. @throws {ArgumentError} when it was called never or more than once. */
  get input(): KerasTensor | KerasTensor[] {
    return single(this.onlyNode().inputTensors);
  }

  /** The symbolic outputs of its only call. @throws {ArgumentError} when it was called never or more than once. */
  get output(): KerasTensor | KerasTensor[] {
    return single(this.onlyNode().outputs);
  }

  onlyNode(): Node {
    if (this.inboundNodes.length !== 1) {
      throw new ArgumentError(
        this.inboundNodes.length === 0
          ? `'${this.name}' has no symbolic input or output: it was never called on an Input`
          : `'${this.name}' was called ${this.inboundNodes.length} times: its inputs and outputs are ambiguous`,
      );
    }
    return this.inboundNodes[0]!;
  }
}

const single = (xs: readonly KerasTensor[]): KerasTensor | KerasTensor[] => (xs.length === 1 ? xs[0]! : [...xs]);

/** Whether a symbolic tensor lies anywhere in the arguments. */
export function hasKerasTensor(args: unknown): boolean {
  return flatten(args as Tree<unknown>).some(isKerasTensor);
}
