import { decode, type Creators, type Role } from "./decode.ts";
import type { ApiSymbol } from "./names.ts";
import type { Encoded, EncodedObject } from "./row.ts";

/** The arguments do not fit the signature: what Python reports as a TypeError, and TypeScript when it compiles. */
export class BindingError extends Error {}

/** Parameters that take sizes, axes, rates and the like: lists and numbers in them are not tensors. */
const SETTINGS: ReadonlySet<string> = new Set(
  `axis axes axis1 axis2 shape newshape size strides stride pool_size padding dilation dilation_rate output_shape output_size
   output_padding kernel_size pad_width constant_values start_indices indices_or_sections repeats shift source destination
   spatial_dims noise_shape sections block_size sigma range kth perm decimals num order ord rate fft_length sequence_length
   sequence_stride num_classes num_segments num_samples k n dtype data_format bins mode target_height target_width`.split(
    /\s+/,
  ),
);

/** Parameters whose name says something else in one op. */
const BY_OP: Readonly<Record<string, Role>> = {
  "get_item.key": "index",
  "is_tensor.x": "value",
  "slice_update.shape": "setting",
  "kaiser.beta": "setting",
  "searchsorted.side": "setting",
  "rearrange.pattern": "setting",
};

function roleOf(symbol: ApiSymbol, parameter: string): Role {
  const name = symbol.path.slice(symbol.path.lastIndexOf(".") + 1);
  const special = BY_OP[`${name}.${parameter}`];
  if (special) return special;
  if (SETTINGS.has(parameter)) return "setting";
  // Scalars among the options are plain numbers there; tensors and lists of numbers still become tensors.
  return "operand";
}

/** Python's rules for binding positional and keyword arguments. */
export function bind(symbol: ApiSymbol, args: readonly Encoded[], kwargs: EncodedObject): Map<string, Encoded> {
  const params = symbol.params ?? [];
  const bound = new Map<string, Encoded>();
  const named = params.filter((p) => p.kind !== "var_pos" && p.kind !== "var_kw");
  const positional = params.filter((p) => p.kind === "pos_only" || p.kind === "pos_or_kw");
  const rest = params.find((p) => p.kind === "var_pos");
  const restOfKeywords = params.find((p) => p.kind === "var_kw");
  for (const [i, arg] of args.slice(0, positional.length).entries()) bound.set(positional[i]!.name, arg);
  if (args.length > positional.length) {
    if (!rest)
      throw new BindingError(`${symbol.path} takes ${positional.length} positional arguments, got ${args.length}`);
    bound.set(rest.name, args.slice(positional.length));
  }
  const extra: Record<string, Encoded> = {};
  for (const [name, value] of Object.entries(kwargs)) {
    if (bound.has(name)) throw new BindingError(`${symbol.path} got '${name}' twice`);
    if (named.some((p) => p.name === name)) bound.set(name, value);
    else if (restOfKeywords) extra[name] = value;
    else throw new BindingError(`${symbol.path} has no parameter '${name}'`);
  }
  if (restOfKeywords && Object.keys(extra).length > 0) bound.set(restOfKeywords.name, extra);
  const missing = named.find((p) => !p.optional && !bound.has(p.name));
  if (missing) throw new BindingError(`${symbol.path} needs '${missing.name}'`);
  return bound;
}

/** Decodes bound arguments into those of the TypeScript function: positional ones, then one options object if any is given. */
export function callArguments(symbol: ApiSymbol, bound: ReadonlyMap<string, Encoded>, creators: Creators): unknown[] {
  const { positional, options, options_ts: tsNames } = symbol.call!;
  const value = (name: string): unknown =>
    bound.has(name) ? decode(bound.get(name)!, roleOf(symbol, name), creators) : undefined;
  const args: unknown[] = [];
  for (const name of positional) {
    if (name.startsWith("...")) args.push(...restOf(name.slice(3), symbol, bound, creators));
    else if (name.endsWith("[]")) args.push(restOf(name.slice(0, -2), symbol, bound, creators));
    else args.push(value(name));
  }
  const given: Record<string, unknown> = {};
  for (const [i, name] of options.entries()) {
    if (name.startsWith("**")) Object.assign(given, decode(bound.get(name.slice(2)) ?? {}, "setting", creators));
    else if (bound.has(name)) given[tsNames[i]!] = optionValue(symbol, name, bound.get(name)!, creators);
  }
  if (Object.keys(given).length > 0) args.push(given);
  else while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

/** The operands of `*x`, each decoded by itself: a list of numbers among them is one tensor, all of them together are not. */
function restOf(name: string, symbol: ApiSymbol, bound: ReadonlyMap<string, Encoded>, creators: Creators): unknown[] {
  const items = (bound.get(name) ?? []) as readonly Encoded[];
  return items.map((item) => decode(item, roleOf(symbol, name), creators));
}

/** An option: a scalar is a plain number (rates, epsilons, fill values never promote), anything else as its role says. */
function optionValue(symbol: ApiSymbol, name: string, encoded: Encoded, creators: Creators): unknown {
  const scalar =
    encoded !== null &&
    typeof encoded === "object" &&
    !Array.isArray(encoded) &&
    (encoded as EncodedObject)["$"] === "f";
  return decode(encoded, scalar ? "setting" : roleOf(symbol, name), creators);
}
