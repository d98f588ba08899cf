import { pullBack } from "../autodiff/graph-vjp.ts";
import { halve } from "../autodiff/halves.ts";
import { isDifferentiable } from "../dtype.ts";
import { addOp } from "../numpy/add.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import type { OpDef, VjpContext } from "../op.ts";
import type { Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { Graph, GraphNode, GraphValue, type GraphInput } from "../trace/graph.ts";
import { traceFunction } from "../trace/trace.ts";
import { eliminateDeadCode } from "../passes/dead-code.ts";
import { eliminateCommonSubexpressions } from "../passes/cse.ts";
import type { ScanAttrs } from "./control-flow.ts";
import { Rewriter } from "../passes/rewrite.ts";
import { applyScan } from "./scan.ts";

/** A scan body and its reverse, split where the forward pass ends. */
interface Split {
  /** The body with the residuals as further stacked outputs. */
  readonly forward: Graph;
  /** Values of the forward body that the reverse one needs. */
  readonly residuals: readonly GraphValue[];
  /** (cotangents of the carry, accumulators of the consts; xs, residuals, cotangents of ys; consts) → … */
  readonly reverse: Graph;
  readonly plan: Plan;
}

/** Which operands take part in differentiation, by position. */
interface Plan {
  readonly carry: readonly number[];
  readonly xs: readonly number[];
  readonly consts: readonly number[];
  readonly ys: readonly number[];
}

const splits = new WeakMap<Graph, Split>();

const floats = (values: readonly Spec[]): readonly number[] =>
  values.flatMap((v, i) => (isDifferentiable(v.dtype) ? [i] : []));

function argument(spec: Spec, index: number, name: string): GraphInput {
  return { role: "argument", value: new GraphValue(spec, null, index), name };
}

/** Builds the reverse of a body once per body. */
function split(body: Graph, carries: number, xs: number): Split {
  const known = splits.get(body);
  if (known) return known;
  const values = body.inputs.map((i) => i.value);
  const [carry, sequences, consts] = [
    values.slice(0, carries),
    values.slice(carries, carries + xs),
    values.slice(carries + xs),
  ];
  const ys = body.outputs.slice(carries);
  const plan: Plan = { carry: floats(carry), xs: floats(sequences), consts: floats(consts), ys: floats(ys) };
  const given: Spec[] = [...plan.carry.map((i) => carry[i]!), ...plan.ys.map((i) => ys[i]!)];
  // One trace of forward and reverse together: what the reverse half takes from the forward half are the residuals.
  let forwardOutputs: readonly Tensor[] = [];
  const joint = traceFunction(
    (...args) => {
      const own = args.slice(0, values.length);
      const cotangents = args.slice(values.length);
      const flat: (Tensor | null)[] = body.outputs.map(() => null);
      plan.carry.forEach((i, k) => (flat[i] = cotangents[k]!));
      plan.ys.forEach((i, k) => (flat[carries + i] = cotangents[plan.carry.length + k]!));
      const { outputs, grads } = pullBack(body, own, flat);
      forwardOutputs = outputs;
      const pick = (indices: readonly number[], offset: number): Tensor[] =>
        indices.map((i) => grads[offset + i] ?? zerosLike(own[offset + i]!));
      return [...pick(plan.carry, 0), ...pick(plan.xs, carries), ...pick(plan.consts, carries + xs)];
    },
    [...values, ...given],
    (grads) => [...grads, ...forwardOutputs],
  );
  const count = plan.carry.length + plan.xs.length + plan.consts.length;
  const graph = eliminateCommonSubexpressions(eliminateDeadCode(joint.graph));
  const result = divide(graph, values.length, carries, xs, count, plan);
  splits.set(body, result);
  return result;
}

/** Cuts the joint graph into its halves. */
function divide(graph: Graph, operands: number, carries: number, xs: number, gradients: number, plan: Plan): Split {
  // xs and consts are there again when the reverse half runs.
  const again = graph.inputs.slice(carries, operands).map((i) => i.value);
  const { forward, residuals, late } = halve(graph, operands, again, gradients);
  return {
    forward,
    residuals,
    plan,
    reverse: reverseBody(graph, { operands, carries, xs, gradients, plan, residuals, nodes: late }),
  };
}

interface ReverseParts {
  readonly operands: number;
  readonly carries: number;
  readonly xs: number;
  readonly gradients: number;
  readonly plan: Plan;
  readonly residuals: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
}

function reverseBody(graph: Graph, { operands, carries, xs, gradients, plan, residuals, nodes }: ReverseParts): Graph {
  const { inputs } = graph;
  const [sequences, consts] = [inputs.slice(carries, carries + xs), inputs.slice(carries + xs, operands)];
  const carryCotangents = inputs.slice(operands, operands + plan.carry.length);
  const yCotangents = inputs.slice(operands + plan.carry.length);
  const accumulators = plan.consts.map((i, k) => argument(consts[i]!.value, k, `sum_${k}`));
  const stacked = residuals.map((value, i) => argument(value, i, `residual_${i}`));
  const grads = graph.outputs.slice(0, gradients);
  const [dCarry, dXs, dConsts] = [
    grads.slice(0, plan.carry.length),
    grads.slice(plan.carry.length, plan.carry.length + plan.xs.length),
    grads.slice(plan.carry.length + plan.xs.length),
  ];
  const rewriter = new Rewriter([
    ...carryCotangents,
    ...accumulators,
    ...sequences,
    ...stacked,
    ...yCotangents,
    ...consts,
  ]);
  residuals.forEach((v, i) => rewriter.replace(v, stacked[i]!.value));
  for (const node of nodes) rewriter.keep(node);
  const sums = dConsts.map(
    (g, k) => rewriter.keep(new GraphNode(addOp as unknown as OpDef, [accumulators[k]!.value, g], {}, [g])).outputs[0]!,
  );
  return rewriter.finish([...dCarry, ...sums, ...dXs]);
}

/** The same scan, whose body also gives what the gradient will need. */
export function withResiduals(attrs: ScanAttrs): ScanAttrs {
  const { forward, residuals } = split(attrs.body, attrs.carries, attrs.xs);
  const augmented: ScanAttrs = { ...attrs, body: forward, residuals: residuals.length };
  sources.set(forward, attrs.body);
  return augmented;
}

/** The body from which an augmented one was made. */
const sources = new WeakMap<Graph, Graph>();

/** Walks the sequence the other way, with the stacked residuals. */
export function scanVjp({ inputs, outputs, attrs, grads }: VjpContext<ScanAttrs>): readonly (Tensor | null)[] {
  const plainOutputs = outputs.length - attrs.residuals;
  const source = sources.get(attrs.body);
  // Cotangents of the residuals come only from differentiating twice; then they are outputs like any other.
  const second = grads.slice(plainOutputs).some((g) => g !== null);
  if (!source || second) return scanVjpAgain(inputs, attrs, grads);
  return reverseScan(inputs, outputs, grads, { ...attrs, body: source }, outputs.slice(plainOutputs));
}

/** Without residuals at hand: the forward pass once more, this time with them. */
function scanVjpAgain(
  inputs: readonly Tensor[],
  attrs: ScanAttrs,
  grads: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  const plain: ScanAttrs = { ...attrs, residuals: 0 };
  const augmented = withResiduals(plain);
  const all = applyScan(inputs, augmented);
  return reverseScan(inputs, all, grads, plain, all.slice(plain.body.outputs.length));
}

function reverseScan(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  grads: readonly (Tensor | null)[],
  attrs: ScanAttrs,
  residuals: readonly Tensor[],
): readonly (Tensor | null)[] {
  const { body, carries, xs, length } = attrs;
  const { reverse, plan } = split(body, carries, xs);
  const [sequences, consts] = [inputs.slice(carries, carries + xs), inputs.slice(carries + xs)];
  const cotangent = (i: number): Tensor => grads[i] ?? zerosLike(outputs[i]!);
  const operands = [
    ...plan.carry.map(cotangent),
    ...plan.consts.map((i) => zerosLike(consts[i]!)),
    ...sequences,
    ...residuals,
    ...plan.ys.map((i) => cotangent(carries + i)),
    ...consts,
  ];
  const results = applyScan(operands, {
    body: reverse,
    carries: plan.carry.length + plan.consts.length,
    xs: sequences.length + residuals.length + plan.ys.length,
    length,
    reverse: !attrs.reverse,
    residuals: 0,
  });
  const flows: (Tensor | null)[] = inputs.map(() => null);
  plan.carry.forEach((i, k) => (flows[i] = results[k]!));
  plan.consts.forEach((i, k) => (flows[carries + xs + i] = results[plan.carry.length + k]!));
  plan.xs.forEach((i, k) => (flows[carries + i] = results[plan.carry.length + plan.consts.length + k]!));
  return flows;
}
