import type { Backend, Executable } from "../backend.ts";
import { runtime } from "../runtime.ts";
import type { Graph } from "../trace/graph.ts";
import { simplify } from "../passes/simplify.ts";
import { eliminateCommonSubexpressions } from "../passes/cse.ts";
import { eliminateDeadCode } from "../passes/dead-code.ts";
import { legalize } from "../passes/legalize.ts";
import { verify } from "../passes/verify.ts";
import { interpreter } from "./interpreter.ts";
import { partition } from "./partition.ts";

/** A graph made ready for a backend: only ops that it (or its host) takes, nothing dead, nothing twice. */
export function prepareGraph(backend: Backend, graph: Graph): Graph {
  const legal = legalize(eliminateDeadCode(graph), backend);
  const ready = eliminateDeadCode(simplify(eliminateCommonSubexpressions(legal)));
  if (runtime().config.debug) verify(ready);
  return ready;
}

/** Compiles a graph for a backend, whichever of its two faces it gives. Inputs and outputs keep their order. */
export function compileGraph(backend: Backend, graph: Graph): Executable | Promise<Executable> {
  const ready = prepareGraph(backend, graph);
  return backend.compile ? partition(backend, ready) : interpreter(backend, ready);
}
