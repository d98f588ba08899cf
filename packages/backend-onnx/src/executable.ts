import { staticShape, type DeviceBuffer, type Executable, type Graph, type StaticSpec } from "@keras/ops";
import { lowerToOnnx } from "@keras/lowering-onnx";
import type { BufferPool, OnnxBuffer } from "./buffers.ts";
import { ortError } from "./errors.ts";
import type { OrtRuntime, OrtSession } from "./runtime/runtime.ts";
import { settings } from "./settings.ts";

/** Elements that all values of a graph may have together for one thread to be enough. */
const SMALL = 1 << 15;

/** Whether threads would cost more than they bring; a session without them is also lighter by a pool. */
function isSmall(graph: Graph): boolean {
  let elements = 0;
  for (const node of graph.nodes) {
    if (
      Object.values(node.attrs)
        .flat()
        .some((v) => (v as Graph | undefined)?.kind === "graph")
    )
      return false;
    for (const { shape } of [...node.inputs, ...node.outputs]) {
      elements += (shape as readonly number[]).reduce((n, d) => n * d, 1);
      if (elements > SMALL) return false;
    }
  }
  return true;
}

/** Makes a graph with fixed shapes ready to run. */
export function compile(runtime: OrtRuntime, pool: BufferPool, graph: Graph): Executable | Promise<Executable> {
  const inputNames = graph.inputs.map((_, i) => `x${i}`);
  const outputNames = graph.outputs.map((_, i) => `y${i}`);
  const outputSpecs = graph.outputs.map(({ shape, dtype }): StaticSpec => ({ shape: staticShape(shape), dtype }));
  const model = { bytes: lowerToOnnx(graph, { target: "runtime", inputNames, outputNames }), inputNames, outputNames };
  const { poolBytes: _pool, ...session } = settings();
  const small = session.threads === undefined && isSmall(graph);
  try {
    const loaded = runtime.session(model, small ? { ...session, threads: 1 } : session);
    if (loaded instanceof Promise) {
      return loaded.then(
        (s) => executable(s, pool, outputSpecs),
        (cause: unknown) => Promise.reject(ortError(cause, "compile")),
      );
    }
    return executable(loaded, pool, outputSpecs);
  } catch (cause) {
    throw ortError(cause, "compile");
  }
}

function executable(session: OrtSession, pool: BufferPool, outputSpecs: readonly StaticSpec[]): Executable {
  const run = (inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]> => {
    const outputs = outputSpecs.map((spec) => pool.take(spec));
    const fail = (cause: unknown): never => {
      for (const output of outputs) pool.give(output);
      throw ortError(cause, "run");
    };
    try {
      const running = session.run(
        inputs.map((buffer) => (buffer as OnnxBuffer).tensor!),
        outputs.map((buffer) => buffer.tensor!),
      );
      return running ? running.then(() => outputs, fail) : outputs;
    } catch (cause) {
      return fail(cause);
    }
  };
  return { run, dispose: () => session.dispose() };
}
