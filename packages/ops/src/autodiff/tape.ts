import type { Attrs, OpDef } from "../op.ts";
import type { CompiledGraph, RunOptions } from "../execution/run-graph.ts";
import type { Tensor } from "../tensor.ts";
import type { Variable } from "../variable.ts";

/** An op as it was applied. */
export interface TapeEntry {
  readonly op: OpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Calls a compiled graph; see `callCompiled`. */
export type CompiledCaller = (
  graph: CompiledGraph,
  operands: readonly Tensor[],
  options?: RunOptions,
) => readonly Tensor[];

/** Remembers the ops that were applied to what it watches. Tapes form a stack; each records on its own. */
export class Tape {
  readonly entries: TapeEntry[] = [];
  readonly watched: Set<Tensor> = new Set();
  /** The Variables whose reads are watched. */
  readonly variables: ReadonlySet<Variable>;
  /** Variables that were assigned: what they hold now is a result, no longer what gradients are taken of. */
  readonly written: Set<Variable> = new Set();
  /** What each watched Variable held when it was read; more than one tensor where it was moved in between. */
  readonly reads: Map<Variable, Set<Tensor>> = new Map();

  /** How compiled functions are called so that this tape sees one op; null: op by op. */
  readonly caller: CompiledCaller | null;
  /** Values that only its entries know. */
  readonly hidden: Tensor[] = [];

  constructor(variables: Iterable<Variable> = [], caller: CompiledCaller | null = null) {
    this.variables = new Set(variables);
    this.caller = caller;
  }

  watch(x: Tensor): void {
    this.watched.add(x);
  }

  watches(x: Tensor): boolean {
    return this.watched.has(x);
  }

  sawRead(variable: Variable, value: Tensor): void {
    if (!this.variables.has(variable) || this.written.has(variable)) return;
    const seen = this.reads.get(variable) ?? new Set();
    this.reads.set(variable, seen.add(value));
    this.watched.add(value);
    value.pinned = true;
  }

  sawWrite(variable: Variable): void {
    this.written.add(variable);
  }

  record(op: OpDef, inputs: readonly Tensor[], attrs: Attrs, outputs: readonly Tensor[]): void {
    this.entries.push({ op, attrs, inputs, outputs });
    for (const x of inputs) x.pinned = true;
    for (const y of outputs) {
      y.pinned = true;
      this.watched.add(y);
    }
  }

  /** Takes over values that nobody else has. */
  own(values: readonly Tensor[]): void {
    this.hidden.push(...values);
  }

  /** Gives back the memory of what it owns: it will not run backwards again. */
  release(): void {
    for (const x of this.hidden) x.dispose();
    this.hidden.length = 0;
  }
}
