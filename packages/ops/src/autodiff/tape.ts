import type { Attrs, OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import type { Variable } from "../variable.ts";

/** An op as it was applied. */
export interface TapeEntry {
  readonly op: OpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Remembers the ops that were applied to what it watches. Tapes form a stack; each records on its own. */
export class Tape {
  readonly entries: TapeEntry[] = [];
  readonly watched: Set<Tensor> = new Set();
  /** The Variables whose reads are watched. */
  readonly variables: ReadonlySet<Variable>;
  /** What each watched Variable held when it was read; more than one value where it was assigned in between. */
  readonly reads: Map<Variable, Set<Tensor>> = new Map();

  constructor(variables: Iterable<Variable> = []) {
    this.variables = new Set(variables);
  }

  watch(x: Tensor): void {
    this.watched.add(x);
  }

  watches(x: Tensor): boolean {
    return this.watched.has(x);
  }

  sawRead(variable: Variable, value: Tensor): void {
    if (!this.variables.has(variable)) return;
    const seen = this.reads.get(variable) ?? new Set();
    this.reads.set(variable, seen.add(value));
    this.watched.add(value);
    value.pinned = true;
  }

  record(op: OpDef, inputs: readonly Tensor[], attrs: Attrs, outputs: readonly Tensor[]): void {
    this.entries.push({ op, attrs, inputs, outputs });
    for (const x of inputs) x.pinned = true;
    for (const y of outputs) {
      y.pinned = true;
      this.watched.add(y);
    }
  }
}
