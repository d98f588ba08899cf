import {
  ArgumentError,
  Float,
  float,
  isSerializable,
  serializeKerasObject,
  type DType,
  type DTypePolicy,
  type DTypePolicyName,
  type SerializedObject,
} from "@keras/ops";
import type { RegularizerOption } from "../regularizers/get.ts";
import type { Layer } from "./layer.ts";

/** Options that every layer takes. */
export interface LayerConfig {
  /** Default: the class's name in snake_case, numbered. */
  readonly name?: string | null | undefined;
  /** Whether its weights are trained. Default true. */
  readonly trainable?: boolean | undefined;
  /** Dtype or policy of computation and weights. Default: the global policy. */
  readonly dtype?: DType | DTypePolicyName | DTypePolicy | SerializedObject | null | undefined;
  /** Adds a function of the layer's output to the loss. */
  readonly activityRegularizer?: RegularizerOption | undefined;
}

/** A config whose defaults are filled in. */
export type Resolved<C> = { readonly [K in keyof C]-?: Exclude<C[K], undefined> };

/** Parameters of a layer's constructor: the config may be left out where none of its keys is required. */
export type LayerArguments<C> = {} extends C ? [config?: C, defaults?: Defaults] : [config: C, defaults?: Defaults];

/** Stands in a class's defaults for an option that has none. */
export const required: unique symbol = Symbol("required");

/** The options of a class in the order in which Keras writes them, with their defaults or {@link required}. */
export type Defaults = Readonly<Record<string, unknown>>;

const BASE_OPTIONS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "name",
  "trainable",
  "dtype",
  "activityRegularizer",
]);

/** Options of a layer, and which of them a file gave as floats although they are integral (`2.0`). */
export interface ResolvedConfig<C> {
  readonly config: Resolved<C>;
  readonly floats: ReadonlySet<string>;
}

/**
 * Fills the options that were left out; `undefined` counts as left out, `null` does not.
 *
 * @param owner - Name of the class when its options are all listed in `defaults`: then others are refused.
 * @throws {ArgumentError} on a missing or an unknown option.
 */
export function resolveConfig<C extends object>(given: C, defaults: Defaults, owner: string | null): ResolvedConfig<C> {
  const config: Record<string, unknown> = { ...defaults };
  const floats = new Set<string>();
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (owner !== null && !(key in defaults) && !BASE_OPTIONS.has(key))
      throw unknownOption(owner, key, Object.keys(defaults));
    if (value instanceof Float) floats.add(key);
    config[key] = value instanceof Float ? value.value : value;
  }
  const missing = Object.keys(config).find((key) => config[key] === required);
  if (missing !== undefined) throw new ArgumentError(`${owner ?? "the layer"} needs the option '${missing}'`);
  return { config: config as Resolved<C>, floats };
}

function unknownOption(owner: string, key: string, known: readonly string[]): ArgumentError {
  const hint =
    key === "inputShape" || key === "inputDim"
      ? ": put Input({ shape }) before the layer instead"
      : `: it takes ${[...known, ...BASE_OPTIONS].join(", ")}`;
  return new ArgumentError(`${owner} has no option '${key}'${hint}`);
}

/** What an option became on `owner` (an initializer for its name, sizes filled in), else the option: as JSON. */
export function configValue(owner: object, key: string, option: unknown): unknown {
  const part = Object.hasOwn(owner, key) ? (owner as Record<string, unknown>)[key] : option;
  // Functions given for a part are written as functions.
  const fn = isSerializable(part) ? (part as { fn?: unknown }).fn : undefined;
  return serializeKerasObject(typeof fn === "function" ? fn : part);
}

/** The options that make an equal layer, as JSON: those of every layer, then its own in the order in which Keras writes them. */
export function configOf(layer: Layer): Record<string, unknown> {
  const config: Record<string, unknown> = {
    name: layer.name,
    trainable: layer.trainable,
    dtype: configValue({}, "dtype", layer.policy),
  };
  if (layer.activityRegularizer) config["activityRegularizer"] = configValue(layer, "activityRegularizer", null);
  for (const [key, option] of Object.entries(layer.config)) {
    if (key in config) continue;
    const value = configValue(layer, key, option);
    config[key] = typeof value === "number" && layer.floatOptions.has(key) ? float(value) : value;
  }
  return config;
}
