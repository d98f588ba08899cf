import { isDifferentiable } from "../dtype.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { evaluate } from "../trace/evaluate.ts";
import type { Graph } from "../trace/graph.ts";
import { traceFunction } from "../trace/trace.ts";
import { dispatch } from "../execution/dispatch.ts";
import { backward } from "./backward.ts";
import { identityOp } from "../numpy/copy.ts";
import { Tape } from "./tape.ts";

/** Evaluates a graph and pulls cotangents of its outputs back to its inputs; null where nothing flows. */
export function pullBack(
  graph: Graph,
  inputs: readonly Tensor[],
  cotangents: readonly (Tensor | null)[],
): { outputs: readonly Tensor[]; grads: (Tensor | null)[] } {
  const tape = new Tape();
  // Tensors of their own: an operand given twice has two cotangents here.
  const own = inputs.map((x) => dispatch(identityOp, [x], {})[0]!);
  for (const x of own) {
    x.pinned = true;
    if (isDifferentiable(x.dtype)) tape.watch(x);
  }
  const outputs = scoped({ tapes: [...runtime().tapes, tape] }, () => evaluate(graph, own));
  return { outputs, grads: backward(tape, outputs, cotangents, own) };
}

/**
 * The reverse of a graph as a graph: (…inputs, …cotangents of float outputs) → cotangents of the float inputs, zeros where nothing flows.
 */
export function reverseGraph(graph: Graph): Graph {
  const floatOutputs = graph.outputs.filter((v) => isDifferentiable(v.dtype));
  const inputs = graph.inputs.map((i) => i.value);
  const { graph: reversed } = traceFunction(
    (...args) => {
      const own = args.slice(0, inputs.length);
      let at = inputs.length;
      const cotangents = graph.outputs.map((v) => (isDifferentiable(v.dtype) ? args[at++]! : null));
      const { grads } = pullBack(graph, own, cotangents);
      return own.flatMap((x, i) => (isDifferentiable(x.dtype) ? [grads[i] ?? zerosLike(x)] : []));
    },
    [...inputs, ...floatOutputs],
    (grads) => grads,
  );
  return reversed;
}
