import type { Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Variable } from "../variable.ts";
import { Graph, GraphValue, type GraphInput } from "./graph.ts";
import { traceFunction, type Traced } from "./trace.ts";

/** A function traced as the body of a control-flow op. */
export interface Body<R> {
  /** Inputs: the arguments, then `outer`. Outputs: the results, then what the written Variables hold at the end. */
  readonly graph: Graph;
  readonly results: number;
  readonly result: R;
  /** Outside values that the body uses, as operands for the node. */
  readonly outer: readonly Tensor[];
  readonly written: readonly Variable[];
}

/**
 * Traces a body. `state` are Variables whose values it gets as its last arguments, and which it reads from there.
 */
export function traceBody<R>(
  fn: (...args: Tensor[]) => R,
  specs: readonly Spec[],
  outputs: (result: R) => readonly Tensor[],
  state: readonly Variable[] = [],
): Body<R> {
  let count = 0;
  const traced = traceFunction(
    (...args) => {
      state.forEach((v, i) => runtime().trace!.write(v, args[specs.length + i]!));
      return fn(...args.slice(0, specs.length));
    },
    [...specs, ...state],
    (result) => {
      const flat = outputs(result);
      count = flat.length;
      return flat;
    },
    { nested: true },
  );
  const written = [...traced.trace.writes.keys()];
  return { ...closed(traced, specs.length + state.length), results: count, result: traced.result, written };
}

/** The graph with every input an argument, and the outer values of those beyond the first `args`. */
function closed<R>({ graph, trace: recording }: Traced<R>, args: number): { graph: Graph; outer: readonly Tensor[] } {
  const captures = new Map(recording.captures.map((c) => [c.value, c.outer]));
  const outer = graph.inputs.slice(args).map((input): Tensor => {
    if (input.role === "variable") return scoped({ autocast: null }, () => input.variable.value);
    if (input.role === "constant") return input.tensor;
    const captured = captures.get(input.value)!;
    // The body was traced without tapes: a Variable that it read is read again here, as far as they are concerned.
    const variable = recording.outerReads.get(captured);
    if (variable) for (const tape of runtime().tapes) tape.sawRead(variable, captured);
    return captured;
  });
  const inputs = graph.inputs.map((input, i): GraphInput => ({
    role: "argument",
    value: input.value,
    name: i < args ? input.name : `outer_${i - args}`,
  }));
  return { graph: new Graph(inputs, graph.nodes, graph.outputs), outer };
}

/** The same body taking the outer values of several bodies, in one order: what `cond` needs of its branches. */
export function withOuter(body: Body<unknown>, all: readonly Tensor[], args: number): Graph {
  const own = new Map(body.outer.map((x, i) => [x, body.graph.inputs[args + i]!]));
  const inputs = all.map(
    (x, i): GraphInput =>
      own.get(x) ?? { role: "argument", value: new GraphValue(x, null, args + i), name: `outer_${i}` },
  );
  return new Graph([...body.graph.inputs.slice(0, args), ...inputs], body.graph.nodes, body.graph.outputs);
}
