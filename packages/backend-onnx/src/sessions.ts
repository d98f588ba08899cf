import { graphKey, type Graph } from "@keras/ops";
import { lowerToOnnx } from "@keras/lowering-onnx";
import { ortError } from "./errors.ts";
import type { OrtRuntime, OrtSession } from "./runtime/runtime.ts";
import { settings } from "./settings.ts";

/** Elements that all values of a graph may have together for one thread to be enough. */
const SMALL = 1 << 15;

/** Sessions that no one uses but that are kept for graphs seen again. */
const IDLE = 64;

/** Whether threads would cost more than they bring; a session without them is also lighter by a pool of them. */
function isSmall(graph: Graph): boolean {
  const holdsGraph = (v: unknown): boolean => (v as Graph | null | undefined)?.kind === "graph";
  let elements = 0;
  for (const node of graph.nodes) {
    if (Object.values(node.attrs).flat().some(holdsGraph)) return false;
    for (const { shape } of [...node.inputs, ...node.outputs]) {
      elements += (shape as readonly number[]).reduce((n, d) => n * d, 1);
      if (elements > SMALL) return false;
    }
  }
  return true;
}

interface Entry {
  readonly session: OrtSession;
  users: number;
}

/** Sessions by what they compute, shared by all graphs that are the same function. */
export class Sessions {
  private readonly runtime: OrtRuntime;
  /** In the order of last use. */
  private readonly entries = new Map<string, Entry>();

  constructor(runtime: OrtRuntime) {
    this.runtime = runtime;
  }

  /** A session for a graph; `dispose` gives it back. */
  open(graph: Graph): OrtSession | Promise<OrtSession> {
    const { poolBytes: _pool, ...options } = settings();
    const chosen = options.threads === undefined && isSmall(graph) ? { ...options, threads: 1 } : options;
    const key = `${JSON.stringify(chosen)}${graphKey(graph)}`;
    const known = this.entries.get(key);
    if (known) return this.share(key, known);
    try {
      const inputNames = graph.inputs.map((_, i) => `x${i}`);
      const outputNames = graph.outputs.map((_, i) => `y${i}`);
      const bytes = lowerToOnnx(graph, { target: "runtime", inputNames, outputNames });
      const loaded = this.runtime.session({ bytes, inputNames, outputNames }, chosen);
      if (!(loaded instanceof Promise)) return this.share(key, { session: loaded, users: 0 });
      return loaded.then(
        // The same graph may have been loaded twice meanwhile: the later one serves from now on.
        (session) => this.share(key, { session, users: 0 }),
        (cause: unknown) => Promise.reject(ortError(cause, "compile")),
      );
    } catch (cause) {
      throw ortError(cause, "compile");
    }
  }

  private share(key: string, entry: Entry): OrtSession {
    entry.users++;
    this.entries.delete(key);
    this.entries.set(key, entry);
    let open = true;
    return {
      run: (inputs, outputs) => entry.session.run(inputs, outputs),
      dispose: () => {
        if (!open) return;
        open = false;
        entry.users--;
        if (this.entries.get(key) !== entry && entry.users === 0) entry.session.dispose();
        this.dropIdle();
      },
    };
  }

  private dropIdle(): void {
    const idle = [...this.entries].filter(([, entry]) => entry.users === 0);
    for (const [key, entry] of idle.slice(0, Math.max(0, idle.length - IDLE))) {
      this.entries.delete(key);
      entry.session.dispose();
    }
  }
}
