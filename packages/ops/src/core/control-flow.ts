import type { Backend, DeviceBuffer, StaticSpec } from "../backend.ts";
import { toTensor } from "../convert.ts";
import { freeing } from "../execution/temporaries.ts";
import type { Attrs, OpDef } from "../op.ts";
import { sliceAt } from "./leading.ts";
import { stack } from "../numpy/stack.ts";
import { zeros } from "../numpy/zeros.ts";
import { runtime, scoped } from "../runtime.ts";
import { staticShape } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import { evaluate } from "../trace/evaluate.ts";
import type { Graph, GraphNode } from "../trace/graph.ts";
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

const NAMES: ReadonlySet<string> = new Set(["cond", "while_loop", "scan"]);

/** Whether the core can run this op by itself on any backend with kernels. */
export function isControlFlow(op: OpDef): boolean {
  return NAMES.has(op.name);
}

/** Whether decisions can be taken in JavaScript now: not in a trace, and values can be read at once. */
export function canDecideNow(): boolean {
  return runtime().trace === null && activeBackend().kernels !== undefined;
}

/** Runs control flow on tensors, step by step. */
export function runControlFlow(op: OpDef, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
  return freeing(() => {
    if (op.name === "scan") return runScan(inputs, attrs as ScanAttrs);
    return op.name === "cond" ? runCond(inputs, attrs as CondAttrs) : runWhile(inputs, attrs as WhileAttrs);
  });
}

function decide(pred: Tensor): boolean {
  return Boolean(pred.dataSync()[0]);
}

function runCond([pred, ...operands]: readonly Tensor[], { branches }: CondAttrs): readonly Tensor[] {
  return evaluate(branches[decide(pred!) ? 0 : 1], operands);
}

function runWhile(inputs: readonly Tensor[], { cond, body, carries }: WhileAttrs): readonly Tensor[] {
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

/** Control flow inside an interpreted graph, on raw buffers. */
export function runControlFlowBuffers(
  backend: Backend,
  node: GraphNode,
  inputs: readonly DeviceBuffer[],
): readonly DeviceBuffer[] {
  const wrapped = inputs.map((buffer, i) => {
    const spec = node.inputs[i] as unknown as StaticSpec;
    return new Tensor(spec.shape, spec.dtype, new Storage(backend, spec, { name: "ready", buffer }));
  });
  for (const x of wrapped) x.pinned = true;
  const results = scoped({ backend, trace: null, tapes: [], overlay: null }, () =>
    runControlFlow(node.op, wrapped, node.attrs),
  );
  const buffers = results.map((y) => y.memory().buffer());
  // The interpreter owns the buffers, operands and results alike: let go of them without freeing.
  for (const x of new Set([...wrapped, ...results].map((y) => y.memory()))) x.surrender();
  return buffers;
}
