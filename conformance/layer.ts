import { decode } from "./decode.ts";
import type { Check } from "./handler.ts";
import type { Library } from "./library.ts";
import { camelCase, invoke, property, revive, type Thing } from "./objects.ts";
import { isTensorTag, itemsOf, tagOf, type Encoded, type EncodedObject } from "./row.ts";

/** One recorded weight. */
export interface RecordedWeight {
  readonly path: string;
  readonly t: Encoded;
}

interface VariableLike {
  readonly name: string;
  readonly value: { alias(): unknown };
  assign(value: unknown): unknown;
}

export interface LayerCall {
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Parameters of `call` that come before the options, where a layer has more than one. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  MultiHeadAttention: ["query", "value"],
  GroupedQueryAttention: ["query", "value"],
};

/** Parameters that follow the operands in Python and are options here, in Python's order. */
const REST: Readonly<Record<string, readonly string[]>> = {
  MultiHeadAttention: ["key", "query_mask", "value_mask", "key_mask", "attention_mask"],
  GroupedQueryAttention: ["key", "query_mask", "value_mask", "key_mask", "attention_mask"],
  GlobalAveragePooling1D: ["mask"],
};

/** Lists of Python numbers are int32 or float tensors; strings stay as they are. */
function operandOf(value: Encoded, library: Library): unknown {
  return decode(value, "operand", library.creators);
}

/** A layer's arguments as `apply` takes them: operands first, then one options object. */
export function layerCall(cls: string, a: readonly Encoded[], k: EncodedObject, library: Library): LayerCall {
  const operands = OPERANDS[cls] ?? ["inputs"];
  const args: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const [i, value] of a.entries()) {
    // Cells take their states as a second operand.
    if (i < operands.length || !REST[cls]) args[i] = operandOf(value, library);
    else options[camelCase(REST[cls][i - operands.length]!)] = operandOf(value, library);
  }
  for (const [name, value] of Object.entries(k)) {
    const at = name === "sequences" || name === "sequence" ? 0 : operands.indexOf(name);
    if (at >= 0) args[at] = operandOf(value, library);
    else options[camelCase(name)] = operandOf(value, library);
  }
  return { args, options };
}

export function applyLayer(
  layer: Thing,
  { args, options }: LayerCall,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  const all = { ...options, ...more };
  return invoke(layer, "apply", ...args, ...(Object.keys(all).length > 0 ? [all] : []));
}

/** The same arguments as symbols, so that a layer can be built without being run. */
export function symbolic(value: Encoded, batch: number | null | "keep" = "keep"): Encoded {
  if (isTensorTag(value)) {
    return {
      $: "kt",
      d: value.d,
      s: batch === "keep" || value.s.length === 0 ? value.s : [batch, ...value.s.slice(1)],
    };
  }
  const items = itemsOf(value);
  if (items !== null) return items.map((item) => symbolic(item, batch));
  if (value !== null && typeof value === "object" && tagOf(value) === null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, symbolic(inner, batch)]));
  }
  return value;
}

export function reviveLayer(library: Library, config: unknown): Thing {
  return revive(library, "@keras/layers", "layers", config);
}

export function weightsOf(layer: Thing): readonly VariableLike[] {
  return property(layer, "weights") as readonly VariableLike[];
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * Gives a built layer the recorded weights.
 *
 * @throws {Error} when it has not the same number of weights, under the same names.
 */
export function setWeights(layer: Thing, recorded: readonly RecordedWeight[], library: Library): void {
  const weights = weightsOf(layer);
  const [found, wanted] = [weights.map((w) => w.name), recorded.map((w) => lastPart(w.path))];
  if (found.join() !== wanted.join())
    throw new Error(`the layer has weights [${found.join(", ")}], expected [${wanted.join(", ")}]`);
  for (const [i, { t }] of recorded.entries()) weights[i]!.assign(operandOf(t, library));
}

/** The values of all weights as they are now, whatever is assigned later. */
export function weightValues(layer: Thing): unknown[] {
  return weightsOf(layer).map((w) => w.value.alias());
}

/** Compares the weights that a call changed. */
export function changedWeights(layer: Thing, changed: readonly (readonly [number, Encoded])[], label: string): Check[] {
  const values = weightValues(layer);
  return changed.map(([i, expected]) => ({ label: `${label} ${i}`, actual: values[i], expected }));
}
