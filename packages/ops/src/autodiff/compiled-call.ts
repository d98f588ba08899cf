import { isDifferentiable } from "../dtype.ts";
import { CompiledGraph, type RunOptions } from "../execution/run-graph.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import type { OpDef, VjpContext } from "../op.ts";
import { eliminateCommonSubexpressions } from "../passes/cse.ts";
import { eliminateDeadCode } from "../passes/dead-code.ts";
import { Rewriter } from "../passes/rewrite.ts";
import { runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { evaluate } from "../trace/evaluate.ts";
import { Graph, GraphValue, type GraphInput } from "../trace/graph.ts";
import { traceFunction } from "../trace/trace.ts";
import { halve } from "./halves.ts";
import { pullBack } from "./graph-vjp.ts";
import type { Tape } from "./tape.ts";

/** The two halves of a graph's gradient, each compiled as a whole. */
class Differentiated {
  /** The graph, giving what the reverse half needs as further results. */
  readonly forward: CompiledGraph;
  /** For each residual its place among the results of `forward`. */
  readonly residuals: readonly number[];
  /** (…operands, …residuals, …cotangents of float results) → cotangents of the operands that have one. */
  readonly reverse: Graph;
  /** For each operand its place among the results of `reverse`, or null. */
  readonly flows: readonly (number | null)[];
  readonly variants: Map<string, CompiledGraph> = new Map();

  constructor({ graph, backend }: CompiledGraph) {
    const operands = graph.inputs.map((i) => i.value);
    let found: readonly (Tensor | null)[] = [];
    let outputs: readonly Tensor[] = [];
    const joint = traceFunction(
      (...xs) => {
        let at = operands.length;
        const cotangents = graph.outputs.map((v) => (isDifferentiable(v.dtype) ? xs[at++]! : null));
        const pulled = pullBack(graph, xs.slice(0, operands.length), cotangents);
        found = pulled.grads;
        outputs = pulled.outputs;
        return found.filter((g): g is Tensor => g !== null);
      },
      [...operands, ...graph.outputs.filter((v) => isDifferentiable(v.dtype))],
      (grads) => [...grads, ...outputs],
    );
    let count = 0;
    this.flows = found.map((g) => (g ? count++ : null));
    const whole = eliminateCommonSubexpressions(eliminateDeadCode(joint.graph));
    const inputs = whole.inputs.slice(0, operands.length);
    const { forward, residuals, late } = halve(
      whole,
      operands.length,
      inputs.map((i) => i.value),
      count,
    );
    // A residual that is a result anyway is kept once.
    const places: GraphValue[] = forward.outputs.slice(0, graph.outputs.length);
    const kept = forward.outputs.slice(graph.outputs.length);
    this.residuals = kept.map((v) => {
      if (!places.includes(v)) places.push(v);
      return places.indexOf(v);
    });
    this.forward = new CompiledGraph(new Graph(forward.inputs, forward.nodes, places), backend);
    const again = residuals.map((v, i): GraphInput => ({
      role: "argument",
      value: new GraphValue(v, null, i),
      name: `residual_${i}`,
    }));
    const rewriter = new Rewriter([...inputs, ...again, ...whole.inputs.slice(operands.length)]);
    residuals.forEach((v, i) => rewriter.replace(v, again[i]!.value));
    for (const node of late) rewriter.keep(node);
    this.reverse = rewriter.finish(whole.outputs.slice(0, count));
  }

  /** The reverse half for the operands whose cotangents are wanted. */
  reverseFor(wanted: readonly boolean[]): CompiledGraph {
    const key = wanted.map(Number).join("");
    let known = this.variants.get(key);
    if (!known) {
      const outputs = this.flows.flatMap((at, i) => (at !== null && wanted[i] ? [this.reverse.outputs[at]!] : []));
      known = new CompiledGraph(
        eliminateDeadCode(new Graph(this.reverse.inputs, this.reverse.nodes, outputs)),
        this.forward.backend,
      );
      this.variants.set(key, known);
    }
    return known;
  }

  dispose(): void {
    this.forward.dispose();
    for (const variant of this.variants.values()) variant.dispose();
  }
}

function differentiated(fn: CompiledGraph): Differentiated {
  return (fn.derived ??= new Differentiated(fn)) as Differentiated;
}

interface CallAttrs {
  readonly [key: string]: unknown;
  readonly fn: CompiledGraph;
}

/** A call of a compiled graph as tapes see it. Its results are those of the graph, and further residuals. */
const compiledCallOp: OpDef<CallAttrs> = {
  name: "compiled_call",
  infer: (_, { fn }) => differentiated(fn).forward.graph.outputs,
  vjp: callVjp,
};

function watching(operands: readonly Tensor[]): readonly Tape[] {
  return runtime().tapes.filter((tape) => operands.some((x) => isDifferentiable(x.dtype) && tape.watches(x)));
}

/**
 * Calls a compiled graph: as one run, and for the tapes that watch an operand as one op, whose gradient is another compiled graph.
 *
 * @internal
 */
export function callCompiled(
  fn: CompiledGraph,
  operands: readonly Tensor[],
  options: RunOptions = {},
): readonly Tensor[] {
  // Within a trace it is part of what is traced.
  if (runtime().trace) return evaluate(fn.graph, operands);
  const tapes = watching(operands);
  if (tapes.length === 0) return fn.run(operands, options);
  return callKept(fn, operands, tapes, options).slice(0, fn.graph.outputs.length);
}

/** The same with the residuals among the results. */
function callKept(
  fn: CompiledGraph,
  operands: readonly Tensor[],
  tapes: readonly Tape[],
  options: RunOptions = {},
): readonly Tensor[] {
  const { forward } = differentiated(fn);
  if (runtime().trace) return evaluate(forward.graph, operands);
  const results = forward.run(operands, options);
  for (const tape of tapes) tape.record(compiledCallOp as unknown as OpDef, operands, { fn }, results);
  const hidden = results.slice(fn.graph.outputs.length);
  if (tapes.length === 1) tapes[0]!.own(hidden);
  return results;
}

function callVjp({ inputs, outputs, attrs: { fn }, grads, needs }: VjpContext<CallAttrs>): readonly (Tensor | null)[] {
  const plain = fn.graph.outputs.length;
  if (grads.slice(plain).every((g) => g === null)) return pullThrough(fn, inputs, outputs, grads, needs);
  // Residuals have cotangents where gradients are differentiated: then they are results like all others, of a graph that gives them too.
  const { forward } = differentiated(fn);
  const results = callKept(forward, inputs, watching(inputs));
  return pullThrough(forward, inputs, results, grads, needs);
}

/** Cotangents of the operands of a call, given its results with their residuals. */
function pullThrough(
  fn: CompiledGraph,
  inputs: readonly Tensor[],
  results: readonly Tensor[],
  grads: readonly (Tensor | null)[],
  needs: (i: number) => boolean,
): readonly (Tensor | null)[] {
  const halves = differentiated(fn);
  const wanted = inputs.map((_, i) => halves.flows[i] !== null && needs(i));
  if (!wanted.includes(true)) return inputs.map(() => null);
  const cotangents = fn.graph.outputs.flatMap((v, i) =>
    isDifferentiable(v.dtype) ? [grads[i] ?? zerosLike(results[i]!)] : [],
  );
  const residuals = halves.residuals.map((at) => results[at]!);
  const flows = [...callCompiled(halves.reverseFor(wanted), [...inputs, ...residuals, ...cotangents])];
  return wanted.map((flag) => (flag ? flows.shift()! : null));
}
