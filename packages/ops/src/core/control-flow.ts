import { toTensor } from "../convert.ts";
import { sliceAt } from "./leading.ts";
import { stack } from "../numpy/stack.ts";
import { zeros } from "../numpy/zeros.ts";
import { runtime } from "../runtime.ts";
import { staticShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { evaluate } from "../trace/evaluate.ts";
import type { Graph } from "../trace/graph.ts";
import { activeBackend } from "../registry.ts";

/** Attributes of `scan`; see `primitives.ts`. */
export interface ScanAttrs {
  readonly [key: string]: unknown;
  readonly body: Graph;
  readonly carries: number;
  readonly xs: number;
  readonly length: number;
  readonly reverse: boolean;
  /** The last so many of the stacked outputs serve only the gradient. */
  readonly residuals: number;
}

export interface CondAttrs {
  readonly [key: string]: unknown;
  readonly branches: readonly [Graph, Graph];
}

export interface WhileAttrs {
  readonly [key: string]: unknown;
  readonly cond: Graph;
  readonly body: Graph;
  readonly carries: number;
}

/** Whether decisions can be taken in JavaScript now: not in a trace, and values can be read at once. */
export function canDecideNow(): boolean {
  return runtime().trace === null && activeBackend().kernels !== undefined;
}

/** A predicate's value. */
function decide(pred: Tensor): boolean {
  return Boolean(pred.dataSync()[0]);
}

/** Runs the branch that the predicate chooses. */
export function runCond([pred, ...operands]: readonly Tensor[], { branches }: CondAttrs): readonly Tensor[] {
  return evaluate(branches[decide(pred!) ? 0 : 1], operands);
}

/** Runs the body for as long as the condition holds. */
export function runWhile(inputs: readonly Tensor[], { cond, body, carries }: WhileAttrs): readonly Tensor[] {
  const consts = inputs.slice(carries);
  let carry: readonly Tensor[] = inputs.slice(0, carries);
  while (decide(evaluate(cond, [...carry, ...consts])[0]!)) carry = evaluate(body, [...carry, ...consts]);
  return carry;
}

/** Runs the steps of a scan one after another; also how it is traced when a target wants it unrolled. */
export function runScan(
  inputs: readonly Tensor[],
  { body, carries, xs, length, reverse }: ScanAttrs,
): readonly Tensor[] {
  let carry = inputs.slice(0, carries);
  const sequences = inputs.slice(carries, carries + xs);
  const consts = inputs.slice(carries + xs);
  const steps: (readonly Tensor[])[] = [];
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const results = evaluate(body, [...carry, ...sequences.map((x) => sliceAt(x, t)), ...consts]);
    carry = results.slice(0, carries);
    steps[t] = results.slice(carries);
  }
  const ys = body.outputs.slice(carries).map((spec, k) =>
    length === 0
      ? zeros([0, ...staticShape(spec.shape)], { dtype: spec.dtype })
      : toTensor(
          stack(
            steps.map((s) => s[k]!),
            { axis: 0 },
          ),
        ),
  );
  return [...carry, ...ys];
}
