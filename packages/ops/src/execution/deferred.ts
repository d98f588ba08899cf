import type { Backend, EagerExecution } from "../backend.ts";
import { UnsupportedError } from "../errors.ts";
import type { Attrs, OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { runOnHost } from "./eager.ts";
import { startPending } from "./force.ts";
import { defer } from "./lazy.ts";

/**
 * Eager ops on an engine that only compiles graphs: each op is noted, and all that is pending becomes one graph when a value is read.
 * A structure seen for the first time runs node by node, one seen again is compiled whole.
 *
 * @example
 * ```ts
 * import { deferredExecution, type GraphBackend } from "@keras/ops";
 * const engine: Pick<GraphBackend, "name" | "eager"> = { name: "mine", eager: deferredExecution };
 * console.log(engine.name); // "mine"
 * ```
 */
export const deferredExecution: EagerExecution = {
  run: (backend, op, inputs, attrs, specs) =>
    op.dynamicShape ? runWhenShapeIsKnown(backend, op, inputs, attrs) : defer(backend, op, inputs, attrs, specs),
};

/** An op whose result's shape depends on data: the data is computed now, and the op runs on the host. */
function runWhenShapeIsKnown(backend: Backend, op: OpDef, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
  const storages = inputs.map((x) => x.memory());
  startPending(storages);
  if (!backend.host || !backend.downloadSync || storages.some((s) => s.state.name === "in_flight")) {
    throw new UnsupportedError(
      "the shape of the result depends on data that is still being computed: `await x.ready()` first",
      { op: op.name },
    );
  }
  return runOnHost(backend, backend.host, op, inputs, attrs, []);
}
