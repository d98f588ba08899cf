// Symbols of which recorded Keras cases pass: those that conformance/expected.json requires, on any backend.
import { BASELINE, type Required } from "../../conformance/baseline.ts";
import { existsSync } from "node:fs";
import { readJson } from "../lib/workspace.ts";
import type { ApiSymbol } from "./manifest.ts";

/** Where the names of a category's cases are looked for. */
const NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  activations: ["keras.activations"],
  constraints: ["keras.constraints"],
  grads: ["keras.ops"],
  initializers: ["keras.initializers"],
  initializers_seeded: ["keras.initializers"],
  layer_calls: ["keras.layers"],
  layers: ["keras.layers"],
  losses: ["keras.losses"],
  losses_cls: ["keras.losses"],
  metrics: ["keras.metrics"],
  ops: ["keras.ops", "keras.ops.image"],
  optimizers: ["keras.optimizers"],
  random: ["keras.random"],
  random_values: ["keras.random"],
  regularizers: ["keras.regularizers"],
  schedules: ["keras.optimizers.schedules"],
  utils: ["keras.utils"],
};

/** Paths of the symbols that pass. */
export function conformantPaths(symbols: readonly ApiSymbol[]): ReadonlySet<string> {
  const byPath = new Map(
    symbols.flatMap((symbol) => [symbol.path, ...symbol.aliases].map((path) => [path, symbol.path])),
  );
  const required = existsSync(BASELINE) ? Object.values(readJson<Record<string, Required>>(BASELINE)) : [];
  const found = new Set<string>();
  for (const categories of required)
    for (const [category, names] of Object.entries(categories))
      for (const namespace of NAMESPACES[category.split("/").at(-1)!] ?? [])
        for (const name of names) {
          const path = byPath.get(`${namespace}.${name}`);
          if (path !== undefined) found.add(path);
        }
  return found;
}
