import { BuildError } from "@keras/ops";
import { currentCall } from "./call-context.ts";
import type { Layer } from "./layer.ts";

/** Which layers were once found inside a layer. */
const known: WeakMap<Layer, WeakSet<Layer>> = /* @__PURE__ */ new WeakMap();

function holds(outer: Layer, layer: Layer): boolean {
  const before = known.get(outer);
  if (before?.has(layer)) return true;
  const found = new WeakSet(outer.flattenLayers());
  known.set(outer, found);
  return found.has(layer);
}

/**
 * A layer with state that is called inside others must be held by one of them, or its weights would be lost.
 *
 * @throws {BuildError} when it is not.
 */
export function checkHeld(layer: Layer): void {
  const callers = currentCall()?.stack ?? [];
  const caller = callers.at(-1);
  if (!caller || callers.some((outer) => holds(outer, layer)) || layer.variables.length === 0) return;
  throw new BuildError(
    `the layer '${layer.name}' is called inside '${caller.name}', which does not hold it: assign it to a property in the constructor, or declare it with this.track(layer)`,
    { layer: caller.path },
  );
}
