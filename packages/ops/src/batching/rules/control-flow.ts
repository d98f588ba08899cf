import { condOp } from "../../core/cond.ts";
import type { CondAttrs, ScanAttrs, WhileAttrs } from "../../core/control-flow.ts";
import { applyScan } from "../../core/scan.ts";
import { whileLoopOp } from "../../core/while-loop.ts";
import type { Dim } from "../../dim.ts";
import { dispatch } from "../../execution/dispatch.ts";
import { any } from "../../numpy/any.ts";
import { where } from "../../numpy/where.ts";
import { scoped } from "../../runtime.ts";
import type { Tensor } from "../../tensor.ts";
import type { Graph } from "../../trace/graph.ts";
import { traceFunction } from "../../trace/trace.ts";
import { batchGraph } from "../batch-graph.ts";
import {
  alignRank,
  exampleRank,
  materialize,
  moveAxis,
  rows,
  shared,
  type BatchContext,
  type Mapped,
} from "../mapped.ts";

type Flags = readonly boolean[];

const or = (a: Flags, b: Flags): Flags => a.map((flag, i) => flag || b[i]!);

/** A body that works on all examples, and which of its results differ between them. */
function batchBody(
  graph: Graph,
  mapped: Flags,
  size: Dim,
  finish: (results: readonly Mapped[], args: readonly Mapped[]) => readonly Tensor[],
): { graph: Graph; mapped: Flags } {
  let found: Flags = [];
  const specs = graph.inputs.map(({ value: { shape, dtype } }, i) => ({
    shape: mapped[i] ? [size, ...shape] : shape,
    dtype,
  }));
  const traced = scoped({ overlay: null, autocast: null }, () =>
    traceFunction(
      (...xs) => {
        const args = xs.map((x, i) => ({ x, mapped: mapped[i]! }));
        const results = batchGraph(graph, args, size);
        found = results.map((v) => v.mapped);
        return finish(results, args);
      },
      specs,
      (outputs) => outputs,
    ),
  );
  return { graph: traced.graph, mapped: found };
}

const asTheyAre = (results: readonly Mapped[]): readonly Tensor[] => results.map((v) => v.x);

/** Results of which those marked have one row per example. */
const withRows =
  (mapped: Flags, size: Dim) =>
  (results: readonly Mapped[]): readonly Tensor[] =>
    results.map((v, i) => (mapped[i] ? materialize(v, size) : v.x));

/** `yes` where the predicate of the example holds, else `no`. */
function choose(predicate: Tensor, yes: Mapped, no: Mapped): Mapped {
  const rank = Math.max(exampleRank(yes), exampleRank(no));
  return rows(where(alignRank(rows(predicate), rank), alignRank(yes, rank), alignRank(no, rank)));
}

/** A decision that is the same for all is taken once; otherwise both branches are computed, and each example gets its own. @internal */
export function condRule({ attrs, inputs: [predicate, ...operands], size }: BatchContext): readonly Mapped[] {
  const { branches } = attrs as CondAttrs;
  if (predicate!.mapped) {
    const [yes, no] = branches.map((branch) => batchGraph(branch, operands, size));
    return yes!.map((v, i) => choose(predicate!.x, v, no![i]!));
  }
  const given = operands.map((v) => v.mapped);
  const [a, b] = branches.map((branch) => batchBody(branch, given, size, asTheyAre).mapped);
  const mapped = or(a!, b!);
  const bodies = branches.map((branch) => batchBody(branch, given, size, withRows(mapped, size)).graph);
  const results = dispatch(condOp, [predicate!.x, ...operands.map((v) => v.x)], {
    branches: bodies as unknown as CondAttrs["branches"],
  });
  return results.map((x, i) => ({ x, mapped: mapped[i]! }));
}

/** Which parts of a carry differ between examples sooner or later. */
function carryFlags(first: Flags, next: (carry: Flags) => Flags): Flags {
  let carry = first;
  for (;;) {
    const wider = or(carry, next(carry));
    if (wider.every((flag, i) => flag === carry[i])) return carry;
    carry = wider;
  }
}

/** Runs until the condition fails for every example; those for which it has failed stand still. @internal */
export function whileRule({ attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const { cond, body, carries } = attrs as WhileAttrs;
  const consts = inputs.slice(carries);
  const others = consts.map((v) => v.mapped);
  const decides = (carry: Flags): boolean => batchBody(cond, [...carry, ...others], size, asTheyAre).mapped[0]!;
  const mapped = carryFlags(
    inputs.slice(0, carries).map((v) => v.mapped),
    (carry) =>
      decides(carry) ? carry.map(() => true) : batchBody(body, [...carry, ...others], size, asTheyAre).mapped,
  );
  const flags = [...mapped, ...others];
  const each = decides(mapped);
  const step = batchBody(body, flags, size, (results, args) => {
    if (!each) return withRows(mapped, size)(results);
    const [go] = batchGraph(cond, args, size);
    return results.map((v, i) => materialize(choose(go!.x, v, args[i]!), size));
  });
  const test = batchBody(cond, flags, size, ([go]) => [each ? any(go!.x) : go!.x]);
  const start = inputs.slice(0, carries).map((v, i) => (mapped[i] ? materialize(v, size) : v.x));
  const results = dispatch(whileLoopOp, [...start, ...consts.map((v) => v.x)], {
    cond: test.graph,
    body: step.graph,
    carries,
  });
  return results.map((x, i) => ({ x, mapped: mapped[i]! }));
}

/** One scan whose steps work on all examples. @internal */
export function scanRule({ attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const given = attrs as ScanAttrs;
  const { body, carries, xs } = given;
  const others = inputs.slice(carries).map((v) => v.mapped);
  const carry = carryFlags(
    inputs.slice(0, carries).map((v) => v.mapped),
    (flags) => batchBody(body, [...flags, ...others], size, asTheyAre).mapped.slice(0, carries),
  );
  const found = batchBody(body, [...carry, ...others], size, asTheyAre).mapped;
  const mapped = found.map((flag, i) => (i < carries ? carry[i]! : flag));
  const step = batchBody(body, [...carry, ...others], size, withRows(mapped, size));
  const operands = inputs.map((v, i) => {
    if (i < carries) return carry[i] ? materialize(v, size) : v.x;
    return i < carries + xs && v.mapped ? moveAxis(v.x, 0, 1) : v.x;
  });
  const results = applyScan(operands, { ...given, body: step.graph, residuals: 0 });
  return results.map((x, i) => {
    if (!mapped[i]) return shared(x);
    return rows(i < carries ? x : moveAxis(x, 1, 0));
  });
}
