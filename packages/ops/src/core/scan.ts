import { toTensor } from "../convert.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { isDifferentiable } from "../dtype.ts";
import { runtime } from "../runtime.ts";
import { formatShape, sameShape, type Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { Graph } from "../trace/graph.ts";
import { traceBody, type Body } from "../trace/body.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";
import type { Variable } from "../variable.ts";
import { runScan, type ScanAttrs } from "./control-flow.ts";
import { scanVjp, withResiduals } from "./scan-gradient.ts";

export const scanOp: OpDef<ScanAttrs> = defineOp({
  name: "scan",
  infer: (_, { body, carries, length }) =>
    body.outputs.map(({ shape, dtype }, i) => (i < carries ? { shape, dtype } : { shape: [length, ...shape], dtype })),
  run: runScan,
  vjp: (context) => scanVjp(context),
});

/** Applies a scan; under a tape, in the form that also stacks what the gradient needs. Gives the outputs without those residuals. */
export function applyScan(inputs: readonly Tensor[], attrs: ScanAttrs): readonly Tensor[] {
  const taped = runtime().tapes.some((tape) => inputs.some((x) => isDifferentiable(x.dtype) && tape.watches(x)));
  const outputs = dispatch(scanOp, inputs, taped && attrs.residuals === 0 ? withResiduals(attrs) : attrs);
  return outputs.slice(0, attrs.body.outputs.length);
}

/** Options of {@link scan}. */
export interface ScanOptions {
  /** Number of steps; needed when `xs` is null. */
  readonly length?: number | undefined;
  /** Walk from the last step to the first. Default false. */
  readonly reverse?: boolean | undefined;
  /** Accepted for Keras's sake: how far a loop is unrolled is up to the backend. */
  readonly unroll?: number | boolean | undefined;
}

type Leaves = readonly Tensor[];
const leavesOf = (x: unknown): Leaves =>
  x === null || x === undefined ? [] : flatten(x as Tree<TensorLike>).map((v) => toTensor(v));

/**
 * Carries a state along a sequence: `[carry, y] = f(carry, x)` for each `x` along the first axis of `xs`.
 *
 * @param f - Takes the carry and one slice of `xs` (null without `xs`); gives the next carry, of the same structure, shapes and
 *   dtypes, and an output (or null) that is stacked.
 * @param init - The first carry: a tree of tensors.
 * @param xs - A tree of tensors `[length, ...]`, or null.
 * @returns The last carry, and the outputs stacked on axis 0.
 * @throws {ArgumentError} when the length is unknown or the sequences differ in it.
 * @throws {ShapeError} when `f` changes the carry's shape or dtype.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [sum, sums] = ops.scan((c, x) => { const s = ops.add(c, x); return [s, s]; }, ops.zeros([]), ops.array([1, 2, 3]));
 * console.log(await sum.item(), await sums.array()); // 6 [1, 3, 6]
 * ```
 */
export function scan<C extends Tree<TensorLike>, X extends Tree<TensorLike> | null, Y extends Tree<TensorLike> | null>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs?: X,
  options: ScanOptions = {},
): [C, Y] {
  const carry = leavesOf(init);
  const sequences = leavesOf(xs);
  const length = scanLength(sequences, options.length);
  const carrySpecs: Spec[] = carry.map(({ shape, dtype }) => ({ shape, dtype }));
  const specs = [...carrySpecs, ...sequences.map(({ shape, dtype }): Spec => ({ shape: shape.slice(1), dtype }))];
  const step = (...args: Tensor[]): readonly [C, Y] =>
    f(
      packSequenceAs(init, args.slice(0, carry.length)) as C,
      (xs === null || xs === undefined ? null : packSequenceAs(xs, args.slice(carry.length))) as X,
    );
  const outputs = ([c, y]: readonly [C, Y]): Leaves => [...leavesOf(c), ...leavesOf(y)];
  let body = traceBody(step, specs, outputs);
  const state: readonly Variable[] = body.written;
  if (state.length > 0) body = traceBody(step, specs, outputs, state);
  checkCarry(body, carrySpecs);
  const graph = reorder(body, carry.length, sequences.length, state.length);
  const results = applyScan([...carry, ...state.map((v) => v.value), ...sequences, ...body.outer], {
    body: graph,
    carries: carry.length + state.length,
    xs: sequences.length,
    length,
    reverse: options.reverse ?? false,
    residuals: 0,
  });
  state.forEach((v, i) => v.assign(results[carry.length + i]!));
  const ys = results.slice(carry.length + state.length);
  const [, y] = body.result;
  return [
    packSequenceAs(init, results.slice(0, carry.length)) as C,
    (y === null || y === undefined ? null : packSequenceAs(y, ys)) as Y,
  ];
}

function scanLength(sequences: Leaves, given: number | undefined): number {
  const lengths = new Set(sequences.map((x) => x.shape[0]));
  if (given !== undefined) lengths.add(given);
  if (lengths.size === 0)
    throw new ArgumentError("without sequences the number of steps must be given: pass `length`", { op: "scan" });
  const [found] = lengths;
  if (lengths.size > 1 || found === undefined) {
    throw new ArgumentError(
      `the sequences differ in length: ${sequences.map((x) => formatShape(x.shape)).join(", ")}${given === undefined ? "" : `, length ${given}`}`,
      { op: "scan" },
    );
  }
  return found;
}

function checkCarry(body: Body<unknown>, specs: readonly Spec[]): void {
  specs.forEach((spec, i) => {
    const next = body.graph.outputs[i];
    if (!next || next.dtype !== spec.dtype || !sameShape(next.shape, spec.shape)) {
      throw new ShapeError(
        `the carry must keep its shape and dtype: part ${i} begins as ${spec.dtype}${formatShape(spec.shape)} and becomes ${next ? next.dtype + formatShape(next.shape) : "nothing"}`,
        { op: "scan" },
      );
    }
  });
}

/** Puts Variables that the body assigns behind the user's carry, among inputs and outputs. */
function reorder({ graph, results }: Body<unknown>, carries: number, xs: number, state: number): Graph {
  const { inputs, outputs } = graph;
  const [carry, sequences, variables, outer] = [
    inputs.slice(0, carries),
    inputs.slice(carries, carries + xs),
    inputs.slice(carries + xs, carries + xs + state),
    inputs.slice(carries + xs + state),
  ];
  return new Graph([...carry, ...variables, ...sequences, ...outer], graph.nodes, [
    ...outputs.slice(0, carries),
    ...outputs.slice(results),
    ...outputs.slice(carries, results),
  ]);
}
