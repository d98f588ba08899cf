import { TraceError } from "../errors.ts";
import type { Attrs, OpDef } from "../op.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Spec } from "../shape.ts";
import { isTensor, Tensor, type TracedValue } from "../tensor.ts";
import type { StateOverlay, Variable } from "../variable.ts";
import { Graph, GraphNode, GraphValue, type GraphInput } from "./graph.ts";

/** A tensor inside a trace: it stands for a value of the graph. Its sizes may be symbolic. */
export type Tracer = Tensor & { readonly traced: TracedValue };

/** The tensor that stands for a graph value in traced code. */
function tracer(trace: Trace, value: GraphValue): Tracer {
  return new Tensor(value.shape as readonly number[], value.dtype, null, { trace, value }) as Tracer;
}

export function isTracer(x: unknown): x is Tracer {
  return isTensor(x) && x.traced !== null;
}

/** A value of an enclosing trace, or a concrete one, that a body uses. */
export interface Capture {
  readonly outer: Tensor;
  readonly value: GraphValue;
}

/**
 * Records ops as a graph. Traces nest (bodies of control flow): what a body uses from outside becomes one of its inputs.
 */
export class Trace {
  readonly parent: Trace | null;
  readonly inputs: GraphInput[] = [];
  readonly nodes: GraphNode[] = [];
  /** Outer values that became inputs of this (nested) trace, in order. */
  readonly captures: Capture[] = [];
  /** Variables that were assigned, and what they hold at the end. */
  readonly writes: Map<Variable, Tensor> = new Map();
  readonly reads: Map<Variable, Tensor> = new Map();
  /** Values of an enclosing trace that were read from Variables here: outer tapes must learn of them. */
  readonly outerReads: Map<Tensor, Variable> = new Map();
  readonly lifted: Map<Tensor, GraphValue> = new Map();
  /** Where Variables are read that this trace and those around it have not seen; null: from themselves. */
  readonly overlay: StateOverlay | null;

  constructor(parent: Trace | null, overlay: StateOverlay | null = null) {
    this.parent = parent;
    this.overlay = overlay;
  }

  /** Adds an argument. */
  argument(spec: Spec, name = `arg_${this.inputs.length}`): Tracer {
    const value = new GraphValue(spec, null, this.inputs.length);
    this.inputs.push({ role: "argument", value, name });
    return tracer(this, value);
  }

  /** The graph value that stands for a tensor here; an outer one becomes an input. */
  lift(x: Tensor): GraphValue {
    if (isTracer(x) && x.traced.trace === this) return x.traced.value;
    if (isTracer(x) && !this.encloses(x.traced.trace)) {
      throw new TraceError(
        "a traced tensor was used outside the function that made it: return it from that function (or pass it as an argument) instead of keeping it in a variable",
      );
    }
    const known = this.lifted.get(x);
    if (known) return known;
    const value = new GraphValue(x, null, this.inputs.length);
    this.lifted.set(x, value);
    if (this.parent) {
      this.inputs.push({ role: "argument", value, name: `captured_${this.captures.length}` });
      this.captures.push({ outer: x, value });
    } else {
      this.inputs.push({ role: "constant", value, name: `constant_${this.inputs.length}`, tensor: x });
      x.pinned = true;
    }
    return value;
  }

  /** Whether `other` is an open trace around this one. */
  encloses(other: Trace): boolean {
    for (let t = this.parent; t; t = t.parent) if (t === other) return true;
    return false;
  }

  record(op: OpDef, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
    const values = inputs.map((x) => this.lift(x));
    const node = new GraphNode(op, values, attrs, op.infer(values, attrs), runtime().scope.join("/"));
    this.nodes.push(node);
    return node.outputs.map((value) => tracer(this, value));
  }

  /** What a Variable holds at this point of the traced code. */
  read(variable: Variable): Tensor {
    const own = this.writes.get(variable) ?? this.reads.get(variable);
    if (own) return own;
    const overlaid = this.overlay?.get(variable);
    if (overlaid) return overlaid;
    if (!this.parent) return this.readAtRoot(variable);
    const value = this.parent.read(variable);
    this.outerReads.set(value, variable);
    return value;
  }

  readAtRoot(variable: Variable): Tensor {
    const value = new GraphValue(variable, null, this.inputs.length);
    this.inputs.push({ role: "variable", value, name: variable.path, variable });
    const read = tracer(this, value);
    this.reads.set(variable, read);
    return read;
  }

  write(variable: Variable, value: Tensor): void {
    // A tensor of its own, so that tapes tell two Variables with one value apart; but one that a tape follows stays as it is.
    const followed = runtime().tapes.some((tape) => tape.watches(value));
    this.writes.set(variable, isTracer(value) && !followed ? value.alias() : value);
  }

  /** The recorded graph with the given results. */
  finish(results: readonly Tensor[]): Graph {
    const outputs = results.map((x) => this.lift(x));
    return new Graph(this.inputs, this.nodes, outputs);
  }
}

/** A function traced into a graph. */
export interface Traced<R> {
  readonly graph: Graph;
  /** What the function returned, with tracers in place. */
  readonly result: R;
  readonly trace: Trace;
}

/**
 * Traces `fn` on arguments of the given specs. The graph's outputs are the tensors that `outputs` picks from the result, then the
 * final values of the written Variables, in the order of `trace.writes`.
 */
export function traceFunction<R>(
  fn: (...args: Tensor[]) => R,
  specs: readonly Spec[],
  outputs: (result: R) => readonly Tensor[],
  options: { readonly nested?: boolean; readonly names?: readonly string[] } = {},
): Traced<R> {
  const outer = runtime();
  // A body's reads see the overlay around it; what it assigns are its own results, which whoever traced it hands on.
  const recording = options.nested ? new Trace(outer.trace, outer.overlay) : new Trace(null);
  const args = specs.map((spec, i) => recording.argument(spec, options.names?.[i]));
  return scoped({ trace: recording, tapes: [], overlay: options.nested ? null : outer.overlay }, () => {
    const result = fn(...args);
    const graph = recording.finish([...outputs(result), ...recording.writes.values()]);
    return { graph, result, trace: recording };
  });
}
