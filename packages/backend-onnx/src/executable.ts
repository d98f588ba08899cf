import {
  Graph,
  staticShape,
  type DeviceBuffer,
  type Executable,
  type GraphInput,
  type GraphValue,
  type StaticSpec,
} from "@keras/ops";
import { copyBuffer, type BufferPool, type OnnxBuffer } from "./buffers.ts";
import { ortError } from "./errors.ts";
import type { OrtSession } from "./runtime/runtime.ts";

/** An output that is an input as it came: ONNX Runtime has nothing to do for it, and its type may not even be one that it knows. */
interface Passed {
  readonly output: number;
  readonly input: number;
}

/** What of a graph is for ONNX Runtime, and what is not. */
export interface Parts {
  /** The graph with only the inputs that its nodes read and the outputs that they make; null where there are none. */
  readonly computed: Graph | null;
  /** Positions in the whole graph of the inputs and outputs of `computed`. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly passed: readonly Passed[];
}

export function partsOf(graph: Graph): Parts {
  const at = new Map<GraphValue, number>(graph.inputs.map(({ value }, i) => [value, i]));
  const passed: Passed[] = [];
  const outputs: number[] = [];
  graph.outputs.forEach((value, output) => {
    const input = at.get(value);
    if (input === undefined) outputs.push(output);
    else passed.push({ output, input });
  });
  const read = new Set(graph.nodes.flatMap((n) => n.inputs));
  const inputs = graph.inputs.flatMap(({ value }, i) => (read.has(value) ? [i] : []));
  const used: GraphInput[] = inputs.map((i) => graph.inputs[i]!);
  const made = outputs.map((i) => graph.outputs[i]!);
  return { computed: outputs.length > 0 ? new Graph(used, graph.nodes, made) : null, inputs, outputs, passed };
}

/** A graph ready to run on buffers of a pool. `session` is absent where nothing is to be computed. */
export function executable(
  graph: Graph,
  { inputs: read, outputs: made, passed }: Parts,
  session: OrtSession | null,
  pool: BufferPool,
): Executable {
  const specs = graph.outputs.map(({ shape, dtype }): StaticSpec => ({ shape: staticShape(shape), dtype }));
  const run = (inputs: readonly DeviceBuffer[]): readonly OnnxBuffer[] | Promise<readonly OnnxBuffer[]> => {
    const outputs = specs.map((spec) => pool.take(spec));
    for (const { output, input } of passed) copyBuffer(inputs[input] as OnnxBuffer, outputs[output]!);
    if (!session) return outputs;
    const fail = (cause: unknown): never => {
      for (const output of outputs) pool.give(output);
      throw ortError(cause, "run");
    };
    try {
      const running = session.run(
        read.map((i) => (inputs[i] as OnnxBuffer).tensor!),
        made.map((i) => outputs[i]!.tensor!),
      );
      return running ? running.then(() => outputs, fail) : outputs;
    } catch (cause) {
      return fail(cause);
    }
  };
  return { run, dispose: () => session?.dispose() };
}
