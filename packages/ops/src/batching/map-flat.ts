import type { Dim } from "../dim.ts";
import { TraceError } from "../errors.ts";
import { freeing } from "../execution/temporaries.ts";
import type { Tensor } from "../tensor.ts";
import { traceBody } from "../trace/body.ts";
import { batchGraph } from "./batch-graph.ts";
import { exampleSpec, shared, type Mapped } from "./mapped.ts";

/** Applies a function of one example to all of them. What it takes from outside is the same for all. @internal */
export function mapFlat<R>(
  fn: (...example: Tensor[]) => R,
  values: readonly Mapped[],
  size: Dim,
  outputs: (result: R) => readonly Tensor[],
): { readonly result: R; readonly results: readonly Mapped[] } {
  const body = traceBody(fn, values.map(exampleSpec), outputs);
  let all: readonly Mapped[] = [];
  freeing(() => {
    all = batchGraph(body.graph, [...values, ...body.outer.map(shared)], size);
    return all.map((v) => v.x);
  });
  body.written.forEach((variable, i) => {
    const { x, mapped } = all[body.results + i]!;
    if (mapped) {
      throw new TraceError(
        `Variable '${variable.path}' was assigned a value that differs between the examples of vmap: return the value instead, and assign what becomes of it outside`,
      );
    }
    variable.assign(x);
  });
  return { result: body.result, results: all.slice(0, body.results) };
}
