import { itemsOf, tagOf, type Encoded, type EncodedObject, type TensorTag } from "./row.ts";

/** Host data of a decoded tensor: plain numbers, interleaved (re, im) pairs for complex dtypes, or strings. */
export interface Payload {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[] | readonly string[];
}

/** Makes the library's values: the only door from golden cases to the packages under test. */
export interface Creators {
  tensor(payload: Payload, tag: TensorTag | null): unknown;
  /** Host data, as a NumPy array is. */
  array(payload: Payload): unknown;
  symbolic(shape: readonly (number | null)[], dtype: string): unknown;
  /** A weak float that happens to be integral (Python's `2.0`). */
  float(value: number): unknown;
  /** Python's `slice(start, stop, step)` and `Ellipsis` in an index. */
  slice(start: number | null, stop: number | null, step: number | null): unknown;
  ellipsis(): unknown;
  /** The function that Python knows as `module:name`. */
  fn(ref: string): unknown;
  /** An object from its serialized Keras config. */
  object(config: EncodedObject): unknown;
  seedGenerator(seed: number): unknown;
  /** The dtype that a list of Python floats gets. */
  floatx(): string;
}

/**
 * What an argument is for. `operand`: a tensor, so lists of numbers become tensors and `2.0` stays a float;
 * `setting`: shapes, axes, rates, so lists stay lists and numbers are numbers; `index`: the same, but integer tensors stay tensors;
 * `value`: an operand of which it matters that Python gave a NumPy array, which is host data here.
 */
export type Role = "operand" | "setting" | "index" | "value";

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

/** A number as cases spell it: JSON number, `"NaN"`, `"-0"`, or a long integer as a string. */
export function decodeNumber(value: Encoded): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" && value !== "") {
    const number = SPECIAL[value] ?? Number(value);
    if (!Number.isNaN(number) || value === "NaN") return number;
  }
  throw new TypeError(`not a number: ${JSON.stringify(value)}`);
}

const isComplex = (dtype: string): boolean => dtype.startsWith("complex");

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * d, 1);
}

/** Whether a tensor's elements were recorded, not just its shape and dtype. */
export function hasValues(tag: TensorTag): boolean {
  return "v" in tag || "c" in tag || "r" in tag;
}

/** The elements of a tensor tag; ones where none were recorded. */
export function expand(tag: TensorTag): Payload {
  const size = sizeOf(tag.s);
  const { d: dtype, s: shape } = tag;
  if (dtype === "string") {
    const values = tag.v ?? new Array<Encoded>(size).fill(tag.c ?? "");
    return { dtype, shape, values: values.map(String) };
  }
  const list: readonly Encoded[] =
    tag.v ??
    (tag.r
      ? Array.from({ length: size }, (_, i) => tag.r![0] + i * tag.r![1])
      : new Array<Encoded>(size).fill("c" in tag ? tag.c! : 1));
  if (list.length !== size) throw new RangeError(`a tensor of shape [${shape.join(", ")}] has ${list.length} elements`);
  if (!isComplex(dtype)) return { dtype, shape, values: list.map(decodeNumber) };
  const pairs = list.map((value) => itemsOf(value) ?? [value, 0]);
  return { dtype, shape, values: pairs.flatMap(([re, im]) => [decodeNumber(re!), decodeNumber(im!)]) };
}

interface NestedNumbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly kinds: ReadonlySet<"bool" | "int" | "float" | "complex">;
}

/** Reads nested lists of Python scalars; null when they are ragged or hold anything else. */
function readNested(value: Encoded): NestedNumbers | null {
  const items = itemsOf(value);
  if (items !== null) {
    const parts = items.map(readNested);
    if (!parts.every((part) => part !== null)) return null;
    const inner = parts[0]?.shape ?? [];
    if (parts.some((part) => part.shape.length !== inner.length || part.shape.some((d, i) => d !== inner[i])))
      return null;
    return {
      shape: [items.length, ...inner],
      values: parts.flatMap((part) => part.values),
      kinds: new Set(parts.flatMap((part) => [...part.kinds])),
    };
  }
  if (typeof value === "boolean") return { shape: [], values: [Number(value)], kinds: new Set(["bool"]) };
  if (typeof value === "number")
    return { shape: [], values: [value], kinds: new Set([Number.isInteger(value) ? "int" : "float"]) };
  switch (tagOf(value)) {
    case "f":
      return { shape: [], values: [decodeNumber((value as EncodedObject)["v"]!)], kinds: new Set(["float"]) };
    case "int":
      return { shape: [], values: [decodeNumber((value as EncodedObject)["v"]!)], kinds: new Set(["int"]) };
    default:
      return null;
  }
}

/** The dtype NumPy's rules, with 64-bit types off, give a list of Python scalars. */
function dtypeOfList({ kinds }: NestedNumbers, floatx: string): string {
  if (kinds.has("float") || kinds.size === 0) return floatx;
  return kinds.has("int") ? "int32" : "bool";
}

/** Sizes and positions that Python gave as an array of integers: plain numbers here. */
function plainIntegers(tag: TensorTag): number | readonly number[] | null {
  if (!/^u?int/.test(tag.d) || tag.s.length > 1 || !hasValues(tag)) return null;
  const values = expand(tag).values as readonly number[];
  return tag.s.length === 0 ? values[0]! : values;
}

/** Decodes an argument into what the packages take. */
export function decode(value: Encoded, role: Role, creators: Creators): unknown {
  const again = (inner: Encoded): unknown => decode(inner, role, creators);
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  const items = itemsOf(value);
  if (items !== null) {
    const nested = role === "operand" ? readNested(value) : null;
    if (nested === null) return items.map(again);
    return creators.tensor(
      { dtype: dtypeOfList(nested, creators.floatx()), shape: nested.shape, values: nested.values },
      null,
    );
  }
  const object = value as EncodedObject;
  const v = object["v"]!;
  switch (tagOf(value)) {
    case null:
      return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, again(inner)]));
    case "int":
      return BigInt(v as string);
    case "f": {
      const number = decodeNumber(v);
      return role === "operand" && Number.isFinite(number) ? creators.float(number) : number;
    }
    case "cx": {
      const [re, im] = v as readonly Encoded[];
      return creators.tensor({ dtype: "complex64", shape: [], values: [decodeNumber(re!), decodeNumber(im!)] }, null);
    }
    case "nt":
      return Object.values(v as EncodedObject).map(again);
    case "t": {
      const tag = object as unknown as TensorTag;
      if (role === "value" && tag.f === "np") return creators.array(expand(tag));
      return (role === "setting" ? plainIntegers(tag) : null) ?? creators.tensor(expand(tag), tag);
    }
    case "kt":
      return creators.symbolic(object["s"] as readonly (number | null)[], object["d"] as string);
    case "dtype":
      return v;
    case "slice": {
      const [start, stop, step] = (v as readonly Encoded[]).map((bound) =>
        bound === null ? null : decodeNumber(bound),
      );
      return creators.slice(start!, stop!, step!);
    }
    case "range": {
      const [start, stop, step] = (v as readonly Encoded[]).map((bound) => decodeNumber(bound!)) as [
        number,
        number,
        number,
      ];
      return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
    }
    case "ellipsis":
      return creators.ellipsis();
    case "fn":
      return creators.fn(object["ref"] as string);
    case "keras":
      return creators.object(v as EncodedObject);
    case "seedgen":
      return creators.seedGenerator(decodeNumber(v));
    case "policy":
      return v;
    case "map":
      return Object.fromEntries(
        (v as readonly (readonly [string, Encoded])[]).map(([key, inner]) => [key, again(inner)]),
      );
    default:
      throw new TypeError(`cases with a value of kind '${tagOf(value)}' cannot be replayed`);
  }
}
