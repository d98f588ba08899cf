import { reverseGraph } from "../autodiff/graph-vjp.ts";
import { toTensor } from "../convert.ts";
import { isDifferentiable } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { Graph, type GraphValue } from "../trace/graph.ts";
import { traceBody, withOuter, type Body } from "../trace/body.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";
import { canDecideNow, runCond, type CondAttrs } from "./control-flow.ts";

export const condOp: OpDef<CondAttrs> = defineOp({
  name: "cond",
  infer: (_, { branches: [a] }) => a.outputs,
  run: runCond,
  vjp: ({ inputs: [pred, ...operands], outputs, attrs, grads }) => {
    const cotangents = outputs.flatMap((y, i) => (isDifferentiable(y.dtype) ? [grads[i] ?? zerosLike(y)] : []));
    const branches = attrs.branches.map(reverseGraph) as unknown as readonly [Graph, Graph];
    const flows = [...dispatch(condOp, [pred!, ...operands, ...cotangents], { branches })];
    return [null, ...operands.map((x) => (isDifferentiable(x.dtype) ? flows.shift()! : null))];
  },
});

const tensors = (result: unknown): readonly Tensor[] => flatten(result as Tree<TensorLike>).map((x) => toTensor(x));

/** One truth value. */
export function toPredicate(pred: TensorLike): Tensor {
  const value = toTensor(pred, "bool");
  if (value.shape.length === 0) return value;
  if (value.shape.every((d) => d === 1)) return value.getItem(...value.shape.map(() => 0));
  throw new ArgumentError(`a predicate must be a scalar, not of shape ${formatShape(value.shape)}`);
}

/**
 * One of two results, decided by a value that may be known only when the graph runs. Outside of compiled code the branch not taken is
 * not run.
 *
 * @param pred - Scalar truth value.
 * @param trueFn - Gives the result when `pred` is true: a tree of tensors.
 * @param falseFn - Gives the other, of the same structure, shapes and dtypes.
 * @throws {ArgumentError} when traced branches differ in structure, shape or dtype.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.array(-2);
 * const y = ops.cond(ops.less(x, 0), () => ops.negative(x), () => x);
 * console.log(await y.item()); // 2
 * ```
 */
export function cond<R extends Tree<TensorLike>>(pred: TensorLike, trueFn: () => R, falseFn: () => R): R {
  if (typeof pred === "boolean") return pred ? trueFn() : falseFn();
  const predicate = toPredicate(pred);
  if (canDecideNow() && predicate.memory().state.name === "ready")
    return predicate.dataSync()[0] ? trueFn() : falseFn();
  const bodies = [traceBody(trueFn, [], tensors), traceBody(falseFn, [], tensors)] as const;
  checkBranches(bodies);
  const written = [...new Set(bodies.flatMap((b) => b.written))];
  // A branch that does not assign a Variable hands on what it held before.
  const kept = written.map((v) => v.value);
  const outer = [...new Set([...bodies.flatMap((b) => b.outer), ...kept])];
  const branches = bodies.map((body) => {
    const graph = withOuter(body, outer, 0);
    const held = written.map((v, i): GraphValue => {
      const at = body.written.indexOf(v);
      return at >= 0 ? graph.outputs[body.results + at]! : graph.inputs[outer.indexOf(kept[i]!)]!.value;
    });
    return new Graph(graph.inputs, graph.nodes, [...graph.outputs.slice(0, body.results), ...held]);
  });
  const results = dispatch(condOp, [predicate, ...outer], { branches: branches as unknown as readonly [Graph, Graph] });
  const { result, results: count } = bodies[0];
  written.forEach((v, i) => v.assign(results[count + i]!));
  return packSequenceAs(result, results.slice(0, count)) as R;
}

function checkBranches([a, b]: readonly [Body<unknown>, Body<unknown>]): void {
  if (a.results !== b.results)
    throw new ArgumentError(`the branches return ${a.results} and ${b.results} tensors: they must agree`, {
      op: "cond",
    });
  for (let i = 0; i < a.results; i++) {
    const [x, y] = [a.graph.outputs[i]!, b.graph.outputs[i]!];
    if (x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) {
      throw new ArgumentError(
        `the branches must return equal shapes and dtypes: result ${i} is ${x.dtype}${formatShape(x.shape)} and ${y.dtype}${formatShape(y.shape)}`,
        { op: "cond" },
      );
    }
  }
}
