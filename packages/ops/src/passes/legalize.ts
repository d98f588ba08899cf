import type { Backend, StaticSpec } from "../backend.ts";
import { BackendError } from "../errors.ts";
import type { OpDef } from "../op.ts";
import { scoped } from "../runtime.ts";
import type { Graph, GraphNode, GraphValue } from "../trace/graph.ts";
import { traceFunction } from "../trace/trace.ts";
import { mapSubgraphs, Rewriter } from "./rewrite.ts";

/** What the target of a legalization takes: a backend, or a lowering. */
export type Target = Pick<Backend, "name" | "supports" | "host">;

/** Whether a node stays as it is: supported, or left to the host or to the core's control flow. */
function takes(target: Target, op: OpDef, node: GraphNode): boolean {
  return target.supports(op, node.inputs as unknown as readonly StaticSpec[], node.attrs);
}

/**
 * Expands every op that the target does not take into its decomposition, until only supported ops, control flow, and ops for the
 * host remain.
 *
 * @throws {BackendError} when an op can neither be taken, nor decomposed, nor run on the host.
 */
export function legalize(graph: Graph, target: Target): Graph {
  const rewriter = new Rewriter(graph.inputs);
  const emit = (node: GraphNode, depth: number): void => {
    if (takes(target, node.op, node) || node.op.run) {
      rewriter.keep(
        node,
        mapSubgraphs(node.attrs, (g) => legalize(g, target)),
      );
      return;
    }
    if (!node.op.decompose) {
      if (!target.host) {
        throw new BackendError(
          `'${target.name}' has no way to compute this op for ${node.inputs.map((v) => `${v.dtype}[${v.shape.map(String).join(",")}]`).join(", ")}`,
          { op: node.op.name, layer: node.path || undefined },
        );
      }
      rewriter.keep(node);
      return;
    }
    if (depth > 64) throw new BackendError("the decomposition of this op never ends", { op: node.op.name });
    inline(node, decomposition(node), depth);
  };
  const inline = (node: GraphNode, body: Graph, depth: number): void => {
    body.inputs.forEach((input, i) => {
      rewriter.replace(input.value, rewriter.of(node.inputs[i]!));
    });
    for (const part of body.nodes) emit(part, depth + 1);
    body.outputs.forEach((value: GraphValue, i) => rewriter.replace(node.outputs[i]!, rewriter.of(value)));
  };
  for (const node of graph.nodes) emit(node, 0);
  return rewriter.finish(graph.outputs);
}

function decomposition(node: GraphNode): Graph {
  return scoped(
    { overlay: null, autocast: null, tapes: [], scope: node.path === "" ? [] : node.path.split("/") },
    () =>
      traceFunction(
        (...xs) => node.op.decompose!(xs, node.attrs),
        node.inputs,
        (outputs) => outputs,
      ).graph,
  );
}
