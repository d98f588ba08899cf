import type { GraphProto, ValueInfoProto } from "../proto/messages.ts";
import { valueInfo, type Emitter, type Result } from "./emitter.ts";
import type { Val } from "./value.ts";

/** Declares what a subgraph gives, under names of its own: its values may come from outside. */
export function bodyOutputs(e: Emitter, values: readonly Val[]): ValueInfoProto[] {
  return values.map((value) => {
    const name = e.unique(`${e.scope}/out`);
    e.nodes.push({
      op: "Identity",
      domain: "",
      inputs: [value.name],
      outputs: [name],
      attributes: {},
      name: `${name}/identity`,
    });
    return valueInfo(name, value.dtype, value.shape);
  });
}

/** Declares a new value that a subgraph receives. */
export function bodyInput(e: Emitter, base: string, { dtype, shape }: Result): { value: Val; info: ValueInfoProto } {
  const name = e.unique(`${e.scope}/${base}`);
  return { value: { dtype, shape, name }, info: valueInfo(name, dtype, shape) };
}

/** A subgraph without inputs: it takes what it needs from outside. */
function branch(e: Emitter, name: string, emit: (e: Emitter) => readonly Val[]): GraphProto {
  const child = e.child();
  const outputs = bodyOutputs(child, emit(child));
  return child.graphProto(name, [], outputs);
}

/** Runs one of two branches. */
export function conditional(
  e: Emitter,
  condition: Val,
  results: readonly Result[],
  whenTrue: (e: Emitter) => readonly Val[],
  whenFalse: (e: Emitter) => readonly Val[],
): readonly Val[] {
  const attributes = {
    then_branch: { graph: branch(e, "then", whenTrue) },
    else_branch: { graph: branch(e, "else", whenFalse) },
  };
  return e.ops("If", [condition], attributes, results);
}
