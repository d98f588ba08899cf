import { toTensor } from "../convert.ts";
import { dispatch } from "../execution/dispatch.ts";
import { ArgumentError } from "../errors.ts";
import { identityOp } from "../numpy/copy.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { runtime, scoped } from "../runtime.ts";
import { isKerasTensor, type KerasTensor } from "../symbolic/keras-tensor.ts";
import { applySymbolic } from "../symbolic/op-operation.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { traceBody } from "../trace/body.ts";
import { evaluate } from "../trace/evaluate.ts";
import type { Graph } from "../trace/graph.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";

/** x for symbolic graphs: gradients end here. */
const stopGradientOp: OpDef<Record<never, never>> = defineOp({
  name: "stop_gradient",
  keras: "keras.src.ops.core.StopGradient",
  infer: ([x]) => [x!],
  decompose: ([x]) => dispatch(identityOp, [x!], {}),
  vjp: null,
});

/**
 * The same value, through which no gradient flows.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const g = ops.grad((x) => ops.multiply(x, ops.stopGradient(x)))(3);
 * console.log(await g.item()); // 3, not 6
 * ```
 */
export function stopGradient(x: KerasTensor): KerasTensor;
export function stopGradient(x: TensorLike): Tensor;
export function stopGradient(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  if (isKerasTensor(x)) return applySymbolic(stopGradientOp as OpDef, [x], {})[0]!;
  // A graph may be differentiated after it was traced: it must say where gradients end.
  if (runtime().trace) return dispatch(stopGradientOp, [scoped({ tapes: [] }, () => toTensor(x))], {})[0]!;
  return scoped({ tapes: [] }, () => toTensor(x)).alias();
}

/** The user's rule: a function of the cotangents, or (in a trace) a graph of them and of what the function kept. */
type Rule = (cotangents: readonly Tensor[], kept: readonly Tensor[]) => readonly (Tensor | null)[];

/** Outputs of a custom function and its inputs, through one node whose rule is the user's. */
interface CustomAttrs {
  readonly [key: string]: unknown;
  readonly inputs: number;
  readonly outputs: number;
  readonly rule: Rule | TracedRule;
}

/** A rule as data. `flows`: for each input the output of the graph that is its cotangent, or null. */
interface TracedRule {
  readonly graph: Graph;
  readonly flows: readonly (number | null)[];
}

/** (…inputs, …outputs, …kept) → outputs; cotangents go to the inputs by the user's rule. */
const customOp: OpDef<CustomAttrs> = defineOp({
  name: "custom_gradient",
  infer: (specs, { inputs, outputs }) => specs.slice(inputs, inputs + outputs),
  decompose: (xs, { inputs, outputs }) =>
    xs.slice(inputs, inputs + outputs).map((x) => dispatch(identityOp, [x], {})[0]!),
  vjp: ({ inputs, outputs, attrs, grads }) => {
    const given = grads.map((g, i) => g ?? zeros(outputs[i]!));
    const kept = inputs.slice(attrs.inputs + attrs.outputs);
    const flows = typeof attrs.rule === "function" ? attrs.rule(given, kept) : evaluateRule(attrs.rule, given, kept);
    if (flows.length !== attrs.inputs) {
      throw new ArgumentError(`the gradient function gave ${flows.length} cotangents for ${attrs.inputs} inputs`, {
        op: "custom_gradient",
      });
    }
    return [...flows, ...inputs.slice(attrs.inputs).map(() => null)];
  },
});

function evaluateRule(
  { graph, flows }: TracedRule,
  cotangents: readonly Tensor[],
  kept: readonly Tensor[],
): readonly (Tensor | null)[] {
  const results = evaluate(graph, [...cotangents, ...kept]);
  return flows.map((at) => (at === null ? null : results[at]!));
}

/** The rule as a graph, and what it takes from outside: a graph that is differentiated later has no use for traced values of now. */
function traceRule(rule: Rule, outputs: readonly Tensor[]): { rule: TracedRule; kept: readonly Tensor[] } {
  const body = traceBody(
    (...cotangents) => rule(cotangents, []),
    outputs.map(({ shape, dtype }) => ({ shape, dtype })),
    (flows) => flows.filter((g): g is Tensor => g !== null),
  );
  let at = 0;
  const flows = body.result.map((g) => (g === null ? null : at++));
  return { rule: { graph: body.graph, flows }, kept: body.outer };
}

function zeros(like: Tensor): Tensor {
  return like.multiply(0);
}

/**
 * A function with a gradient of your own.
 *
 * @param f - Takes tensors; returns `[outputs, gradFn]`, where `gradFn` takes the cotangents of the outputs (positional) and gives those
 *   of the inputs: one tensor, or an array of them.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const log1pexp = ops.customGradient((x: ops.Tensor) => {
 *   const e = ops.exp(x);
 *   return [ops.log(ops.add(e, 1)), (g: ops.Tensor) => ops.multiply(g, ops.subtract(1, ops.divide(1, ops.add(e, 1))))];
 * });
 * console.log(await ops.grad(log1pexp)(100).item()); // 1, where the naive gradient is NaN
 * ```
 */
export function customGradient<Out extends Tree<Tensor>>(
  f: (...xs: Tensor[]) => readonly [Out, (...cotangents: Tensor[]) => Tensor | readonly (Tensor | null)[]],
): (...xs: TensorLike[]) => Out {
  return (...xs) => {
    const inputs = xs.map((x) => toTensor(x));
    // Recorded like anything else: what the rule keeps of `f` then has derivatives of its own. The outputs get no cotangent.
    const [outputs, rule] = f(...inputs);
    const flat = flatten<Tensor>(outputs as Tree<Tensor>);
    const user: Rule = (cotangents) => {
      const flows = rule(...cotangents);
      return isTensor(flows) ? [flows] : flows;
    };
    const traced = runtime().trace ? traceRule(user, flat) : { rule: user, kept: [] };
    const wrapped = dispatch(customOp, [...inputs, ...flat, ...traced.kept], {
      inputs: inputs.length,
      outputs: flat.length,
      rule: traced.rule,
    });
    if (runtime().tapes.length === 0 && !runtime().trace) return outputs;
    return packSequenceAs(outputs, wrapped) as Out;
  };
}
