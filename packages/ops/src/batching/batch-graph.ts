import type { Dim } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import type { Attrs, OpDef } from "../op.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Graph, GraphValue } from "../trace/graph.ts";
import { traceFunction } from "../trace/trace.ts";
import { eachInTurn } from "./each-in-turn.ts";
import { liftedOp } from "./lifted-op.ts";
import { exampleSpec, rows, shared, type BatchRule, type Mapped } from "./mapped.ts";
import { BATCH_RULES } from "./rules.ts";

/** Applies a graph that was made for one example to all of them. @internal */
export function batchGraph(graph: Graph, inputs: readonly Mapped[], size: Dim): readonly Mapped[] {
  const values = new Map<GraphValue, Mapped>();
  graph.inputs.forEach(({ value }, i) => values.set(value, inputs[i]!));
  const { scope } = runtime();
  for (const node of graph.nodes) {
    const operands = node.inputs.map((v) => values.get(v)!);
    const results = scoped({ scope: node.path ? node.path.split("/") : scope }, () =>
      applyBatched(node.op, node.attrs, operands, size),
    );
    node.outputs.forEach((v, i) => values.set(v, results[i]!));
  }
  return graph.outputs.map((v) => values.get(v)!);
}

function applyBatched(op: OpDef, attrs: Attrs, inputs: readonly Mapped[], size: Dim): readonly Mapped[] {
  if (!inputs.some((v) => v.mapped)) {
    return dispatch(
      op,
      inputs.map((v) => v.x),
      attrs,
    ).map(shared);
  }
  const rule = ruleOf(op);
  if (rule) return rule({ op, attrs, inputs, size });
  if (!op.decompose) return eachInTurn({ op, attrs, inputs, size });
  if (op.vjp === undefined) return batchDecomposition(op, attrs, inputs, size);
  // It has a gradient rule of its own, which must stay in force.
  return dispatch(
    liftedOp(op),
    inputs.map((v) => v.x),
    { attrs, mapped: inputs.map((v) => v.mapped), size },
  ).map(rows);
}

function ruleOf(op: OpDef): BatchRule | undefined {
  return op.decompose ? undefined : (BATCH_RULES as Readonly<Record<string, BatchRule>>)[op.name];
}

/** A composite by its parts, which are found with the shapes of one example. @internal */
export function batchDecomposition(op: OpDef, attrs: Attrs, inputs: readonly Mapped[], size: Dim): readonly Mapped[] {
  const { graph } = scoped({ overlay: null, autocast: null }, () =>
    traceFunction(
      (...xs) => op.decompose!(xs, attrs),
      inputs.map(exampleSpec),
      (outputs) => outputs,
    ),
  );
  return batchGraph(graph, inputs, size);
}
