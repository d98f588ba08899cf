import { isVariable, type Variable } from "@keras/ops";
import type * as random from "@keras/ops/random";
import type { Layer } from "./layer.ts";
import type { WeightHolder } from "./weight-holder.ts";

/** A metric that a layer holds: its state is kept apart from the weights. */
export interface TrackedMetric {
  readonly kind: "metric";
  readonly variables: readonly Variable[];
}

/** What a layer can hold: found by walking its own properties. */
export interface Tracked {
  readonly variables: Variable[];
  readonly layers: Layer[];
  readonly seeds: random.SeedGenerator[];
  readonly metrics?: TrackedMetric[];
}

const hasKind = (x: object, kind: string): boolean => (x as { kind?: unknown }).kind === kind;

/** Whether a value is a layer (or model), of whatever copy of this package. */
export function isLayer(x: unknown): x is Layer {
  return typeof x === "object" && x !== null && hasKind(x, "layer");
}

function isContainer(x: object): boolean {
  if (Array.isArray(x) || x instanceof Map || x instanceof Set) return true;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

/** Properties of the base class that hold bookkeeping, not parts. */
const SKIPPED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "config",
  "inboundNodes",
  "outboundNodes",
  "ownWeights",
  "lastCall",
  "extraTracked",
  "policy",
  "buildShapes",
  "inputSpec",
]);

/**
 * The Variables, layers, seeds and metrics that an object holds: in its own properties, and in arrays, dictionaries, Maps and Sets there,
 * in the order in which they were put in. Nothing needs to be declared, and class fields work.
 */
export function track(owner: WeightHolder): Required<Tracked> {
  const found: Required<Tracked> = { variables: [...owner.ownWeights], layers: [], seeds: [], metrics: [] };
  const seen = new Set<object>([owner, ...owner.ownWeights]);
  const visit = (x: unknown): void => {
    if (typeof x !== "object" || x === null || seen.has(x)) return;
    seen.add(x);
    if (isVariable(x)) found.variables.push(x);
    else if (isLayer(x)) found.layers.push(x);
    else if (hasKind(x, "seed_generator")) found.seeds.push(x as random.SeedGenerator);
    else if (hasKind(x, "metric")) found.metrics.push(x as TrackedMetric);
    else if (isContainer(x))
      for (const item of x instanceof Map || x instanceof Set || Array.isArray(x) ? x.values() : Object.values(x))
        visit(item);
  };
  for (const [key, value] of Object.entries(owner)) if (!SKIPPED.has(key)) visit(value);
  for (const x of owner.extraTracked) visit(x);
  return found;
}

/** Every Variable of a layer and those inside, once: of each layer its trained ones, its others, its seeds, then its layers'. */
export function collectVariables(root: WeightHolder, seeds: boolean): Variable[] {
  const found = new Set<Variable>();
  const visit = (layer: WeightHolder): void => {
    const tracked = layer.tracked();
    for (const v of tracked.variables) if (v.madeTrainable) found.add(v);
    for (const v of tracked.variables) found.add(v);
    if (seeds) for (const s of tracked.seeds) found.add(s.state);
    tracked.layers.forEach(visit);
  };
  visit(root);
  return [...found];
}
