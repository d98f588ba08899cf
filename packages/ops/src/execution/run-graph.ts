import type { Backend, Executable } from "../backend.ts";
import { staticShape } from "../shape.ts";
import { IN_FLIGHT, Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";
import type { Graph } from "../trace/graph.ts";
import { compileGraph } from "./compile.ts";
import { moveTo } from "./move.ts";
import { enqueue } from "./run.ts";

/** What a run has to do with the world around it. @internal */
export interface RunOptions {
  /** Called when the run, or the compilation before it, fails: with the results that there will not be. */
  readonly failed?: ((results: readonly Tensor[]) => void) | undefined;
  /** Storages that stay alive until the run has ended. */
  readonly held?: readonly Storage[] | undefined;
}

/** A graph that is compiled for a backend when it first runs. @internal */
export class CompiledGraph {
  readonly graph: Graph;
  readonly backend: Backend;
  executable: Executable | Promise<Executable> | null = null;
  /** What gradients need beside it. */
  derived: { dispose(): void } | null = null;

  constructor(graph: Graph, backend: Backend) {
    this.graph = graph;
    this.backend = backend;
  }

  /** Queues a run; the results are in flight. A failed compilation is forgotten. */
  run(operands: readonly Tensor[], { failed, held }: RunOptions = {}): readonly Tensor[] {
    const { backend, graph } = this;
    const executable = (this.executable ??= compileGraph(backend, graph));
    const forget = (): void => {
      if (this.executable === executable) this.executable = null;
    };
    if (executable instanceof Promise) executable.catch(forget);
    const moved = operands.map((x) => (x.memory().backend === backend ? x : moveTo(x, backend)));
    const outputs = graph.outputs.map(
      ({ shape, dtype }) => new Storage(backend, { shape: staticShape(shape), dtype }, IN_FLIGHT),
    );
    const results = outputs.map((storage) => new Tensor(storage.spec.shape, storage.spec.dtype, storage));
    const storages = moved.map((x) => x.memory());
    try {
      enqueue(backend, executable, storages, outputs, () => failed?.(results), held);
    } finally {
      for (const [i, x] of moved.entries()) if (x !== operands[i]) x.dispose();
    }
    return results;
  }

  dispose(): void {
    const { executable } = this;
    this.executable = null;
    this.derived?.dispose();
    this.derived = null;
    if (!executable) return;
    void Promise.resolve(executable).then(
      (e) => e.dispose?.(),
      () => {},
    );
  }
}
