import { toTensor } from "../convert.ts";
import { ShapeError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { GradientError } from "../errors.ts";
import { formatShape, sameShape, type Spec } from "../shape.ts";
import { runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { Graph } from "../trace/graph.ts";
import { traceBody, withOuter } from "../trace/body.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";
import { canDecideNow, runWhile, type WhileAttrs } from "./control-flow.ts";
import { toPredicate } from "./cond.ts";
import { scan } from "./scan.ts";

export const whileLoopOp: OpDef<WhileAttrs> = defineOp({
  name: "while_loop",
  infer: (_, { body }) => body.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
  run: runWhile,
  vjp: () => {
    throw new GradientError(
      "a loop whose number of steps is unknown cannot be differentiated in compiled code: pass `maximumIterations`, or use ops.scan or ops.foriLoop",
      { op: "while_loop" },
    );
  },
});

/** Options of {@link whileLoop}. */
export interface WhileLoopOptions {
  /** Stops after so many steps even if `cond` still holds. With it, compiled loops have a gradient. */
  readonly maximumIterations?: number | null | undefined;
}

type Vars = Tree<TensorLike>;
const leavesOf = (x: unknown): readonly Tensor[] => flatten(x as Vars).map((v) => toTensor(v));

/**
 * Repeats `body` while `cond` holds.
 *
 * @param cond - Takes the loop variables, gives a scalar truth value.
 * @param body - Takes the loop variables, gives the next ones: of the same structure, shapes and dtypes.
 * @param loopVars - The first loop variables: an array (passed as several arguments) or a single tensor.
 * @throws {ShapeError} when traced code changes the shape or dtype of a loop variable.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.whileLoop((x: ops.Tensor) => ops.less(x, 50), (x: ops.Tensor) => ops.multiply(x, 3), ops.array(1));
 * console.log(await x.item()); // 81
 * ```
 */
export function whileLoop<V extends readonly Vars[]>(
  cond: (...vars: V) => TensorLike,
  body: (...vars: V) => V,
  loopVars: V,
  options?: WhileLoopOptions,
): V;
export function whileLoop<V extends Tensor>(
  cond: (x: V) => TensorLike,
  body: (x: V) => V,
  loopVars: V,
  options?: WhileLoopOptions,
): V;
export function whileLoop(
  cond: (...vars: never[]) => TensorLike,
  body: (...vars: never[]) => unknown,
  loopVars: unknown,
  options: WhileLoopOptions = {},
): unknown {
  const many = Array.isArray(loopVars);
  const start = (many ? loopVars : [loopVars]) as readonly unknown[];
  const test = cond as unknown as (...vars: unknown[]) => TensorLike;
  const step = (vars: readonly unknown[]): readonly unknown[] => {
    const next = (body as unknown as (...vars: unknown[]) => unknown)(...vars);
    return many && Array.isArray(next) ? next : [next];
  };
  const limit = options.maximumIterations ?? null;
  const result = canDecideNow()
    ? loopNow(test, step, start, limit)
    : limit !== null
      ? loopBounded(test, step, start, limit)
      : loopTraced(test, step, start);
  return many ? result : result[0];
}

type Test = (...vars: unknown[]) => TensorLike;
type Step = (vars: readonly unknown[]) => readonly unknown[];

function loopNow(test: Test, step: Step, start: readonly unknown[], limit: number | null): readonly unknown[] {
  let vars = packSequenceAs(start, leavesOf(start)) as readonly unknown[];
  const most = limit ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i < most && toPredicate(test(...vars)).dataSync()[0]; i++) vars = step(vars);
  return packSequenceAs(start, leavesOf(vars)) as readonly unknown[];
}

/** At most `limit` steps: a scan that stands still once the condition has failed. It has a gradient. */
function loopBounded(test: Test, step: Step, start: readonly unknown[], limit: number): readonly unknown[] {
  const [end] = scan(
    ([running, vars]: readonly [Tensor, Vars]) => {
      const go = logicalAnd(running, toPredicate(test(...(vars as readonly unknown[]))));
      return [[go, selectTree(go, step(vars as readonly unknown[]), vars)] as const, null] as const;
    },
    [toTensor(true), packSequenceAs(start, leavesOf(start)) as Vars] as const,
    null,
    { length: limit },
  );
  return end[1] as readonly unknown[];
}

function selectTree(go: Tensor, yes: unknown, no: unknown): Vars {
  const before = leavesOf(no);
  const after = leavesOf(yes).map((x, i) => where(go, x, before[i]!));
  return packSequenceAs(no, after) as Vars;
}

function loopTraced(test: Test, step: Step, start: readonly unknown[]): readonly unknown[] {
  const first = leavesOf(start);
  const specs: Spec[] = first.map(({ shape, dtype }) => ({ shape, dtype }));
  const unpack = (leaves: readonly Tensor[]): readonly unknown[] => packSequenceAs(start, leaves) as readonly unknown[];
  const bodyFn = (...xs: Tensor[]): readonly Tensor[] => leavesOf(step(unpack(xs)));
  const same = (xs: readonly Tensor[]): readonly Tensor[] => xs;
  let body = traceBody(bodyFn, specs, same);
  const state = body.written;
  if (state.length > 0) body = traceBody(bodyFn, specs, same, state);
  specs.forEach((spec, i) => {
    const next = body.graph.outputs[i];
    if (!next || next.dtype !== spec.dtype || !sameShape(next.shape, spec.shape)) {
      throw new ShapeError(
        `loop variable ${i} must keep its shape and dtype: it begins as ${spec.dtype}${formatShape(spec.shape)} and becomes ${next ? next.dtype + formatShape(next.shape) : "nothing"}`,
        { op: "while_loop" },
      );
    }
  });
  const condition = traceBody((...xs: Tensor[]) => [toPredicate(test(...unpack(xs)))], specs, same, state);
  const outer = [...new Set([...condition.outer, ...body.outer])];
  const carries = specs.length + state.length;
  const asCondition = withOuter(condition, outer, carries);
  const results = dispatch(whileLoopOp, [...first, ...state.map((v) => v.value), ...outer], {
    cond: new Graph(asCondition.inputs, asCondition.nodes, asCondition.outputs.slice(0, 1)),
    body: withOuter(body, outer, carries),
    carries,
  });
  state.forEach((v, i) => v.assign(results[specs.length + i]!));
  return unpack(results.slice(0, specs.length));
}

/**
 * Runs `body` for every integer from `lower` up to `upper`.
 *
 * @param lower - The first index.
 * @param upper - One more than the last.
 * @param body - Takes the index (int32 scalar) and the value; gives the next value.
 * @param initVal - The value before the first step: a tensor or a tree of tensors.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.foriLoop(0, 4, (i, x) => ops.add(x, i), ops.array(0, { dtype: "int32" })).item()); // 6
 * ```
 */
export function foriLoop<V extends Vars>(
  lower: TensorLike,
  upper: TensorLike,
  body: (i: Tensor, value: V) => V,
  initVal: V,
): V {
  const known = typeof lower === "number" && typeof upper === "number";
  const from = toTensor(lower, "int32");
  if (known && (runtime().trace !== null || !canDecideNow())) {
    // A known number of steps: a scan, which has a gradient.
    const [end] = scan(
      ([i, value]: readonly [Tensor, V]) => [[i.add(1), body(i, value)] as const, null] as const,
      [from, initVal] as const,
      null,
      {
        length: Math.max(0, upper - lower),
      },
    );
    return end[1];
  }
  const to = toTensor(upper, "int32");
  type IndexAndValue = readonly [i: Tensor, value: V];
  const start: IndexAndValue = [from, initVal];
  return whileLoop<IndexAndValue>(
    (i) => i.less(to),
    (i, value) => [i.add(1), body(i, value)],
    start,
  )[1];
}
