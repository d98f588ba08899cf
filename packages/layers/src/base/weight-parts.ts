import { getConstraint, type ConstraintOption } from "../constraints/get.ts";
import { getInitializer, type InitializerOption } from "../initializers/get.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { getRegularizer, type RegularizerOption } from "../regularizers/get.ts";
import type { Layer } from "./layer.ts";
import type { WeightOptions } from "./weights.ts";

type Kind = "Initializer" | "Regularizer" | "Constraint";

/** The options that describe weights: `kernelInitializer`, `kernelRegularizer`, `kernelConstraint`, and the same for others. */
export type WeightParts<Name extends string> = {
  readonly [K in `${Name}Initializer`]?: InitializerOption | undefined;
} & { readonly [K in `${Name}Regularizer`]?: RegularizerOption | undefined } & {
  readonly [K in `${Name}Constraint`]?: ConstraintOption | undefined;
};

/**
 * Makes the initializer, regularizer and constraint of each named weight from a layer's config, and keeps them as properties of the
 * layer, from where its config is written.
 */
export function resolveWeightParts(layer: Layer, names: readonly string[]): void {
  const config = layer.config as unknown as Readonly<Record<string, unknown>>;
  const own = layer as unknown as Record<string, unknown>;
  const resolve = (kind: Kind, get: (option: never) => unknown): void => {
    for (const name of names)
      if (`${name}${kind}` in config) own[`${name}${kind}`] = get(config[`${name}${kind}`] as never);
  };
  resolve("Initializer", getInitializer as (option: never) => Initializer | null);
  resolve("Regularizer", getRegularizer as (option: never) => unknown);
  resolve("Constraint", getConstraint as (option: never) => unknown);
}

/** The options of `addWeight` for a named weight. */
export function weightParts(
  layer: Layer,
  name: string,
): Pick<WeightOptions, "initializer" | "regularizer" | "constraint"> {
  const own = layer as unknown as Record<string, unknown>;
  return {
    initializer: own[`${name}Initializer`] as InitializerOption,
    regularizer: (own[`${name}Regularizer`] ?? null) as RegularizerOption,
    constraint: (own[`${name}Constraint`] ?? null) as ConstraintOption,
  };
}
