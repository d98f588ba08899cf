import { float, Float, FormatError } from "@keras/ops";

/** Stands for a number that JSON.parse would lose the kind of. No config has a key like this. */
const MARK = "\u0000number";

/** Strings, or numbers that JavaScript cannot tell or cannot parse: integral floats, and what Python writes for infinities and NaN. */
const TOKENS =
  /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.0+(?:[eE][+-]?\d+)?|(?:\.\d+)?[eE][+-]?\d+)(?![.\d])|-?Infinity|NaN/gs;

/**
 * JSON as Python writes it. An integral number with a point (`2.0`) becomes a {@link Float}, so that it can be told from `2`.
 *
 * @throws {FormatError} when it is malformed.
 */
export function parseJson(text: string, what: string): unknown {
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"')) return token;
    if (/^-?\d/.test(token) && !Number.isInteger(Number(token))) return token;
    return `{${JSON.stringify(MARK)}:"${token}"}`;
  });
  try {
    return JSON.parse(marked, (_, value: unknown) => {
      const token = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[MARK] : undefined;
      if (typeof token !== "string") return value;
      const number = Number(token);
      return Number.isFinite(number) ? float(number) : number;
    });
  } catch (cause) {
    throw new FormatError(`${what} is no valid JSON: the file is damaged`, { cause });
  }
}

/**
 * A value as JSON in Python's dialect: a {@link Float} keeps its point, infinities and NaN have their names.
 *
 * @param indent - Spaces per level; 0: all on one line.
 */
export function formatJson(value: unknown, indent = 0): string {
  const write = (x: unknown, margin: string): string => {
    if (x === null || x === undefined) return "null";
    if (x instanceof Float) return floatText(x.value);
    if (typeof x === "number") return Number.isFinite(x) ? JSON.stringify(x) : floatText(x);
    if (typeof x === "bigint") return String(x);
    if (typeof x !== "object") return JSON.stringify(x);
    const inner = indent > 0 ? `${margin}${" ".repeat(indent)}` : "";
    const join = (open: string, items: string[], close: string): string => {
      if (items.length === 0) return open + close;
      return indent > 0
        ? `${open}\n${inner}${items.join(`,\n${inner}`)}\n${margin}${close}`
        : `${open}${items.join(", ")}${close}`;
    };
    if (Array.isArray(x))
      return join(
        "[",
        x.map((item) => write(item, inner)),
        "]",
      );
    const entries = Object.entries(x).filter(([, v]) => v !== undefined);
    return join(
      "{",
      entries.map(([k, v]) => `${JSON.stringify(k)}: ${write(v, inner)}`),
      "}",
    );
  };
  return write(value, "");
}

function floatText(x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "Infinity" : "-Infinity";
  const text = Object.is(x, -0) ? "-0" : String(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A value without {@link Float}s: plain numbers in their place. */
export function plainNumbers(x: unknown): unknown {
  if (x instanceof Float) return x.value;
  if (Array.isArray(x)) return x.map(plainNumbers);
  if (typeof x !== "object" || x === null) return x;
  return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plainNumbers(v)]));
}

/** Whether an object's config holds options of a layer: those tell `2.0` from `2`. */
function isLayerObject(x: { readonly module?: unknown; readonly class_name?: unknown }): boolean {
  return x.module === null || x.module === "keras.layers";
}

/**
 * The same config with {@link Float}s only where they mean something: options of layers, and arguments of calls in a graph. Initializers,
 * losses and the like take plain numbers.
 */
export function withoutStrayFloats(x: unknown, kept = false): unknown {
  if (x instanceof Float) return kept ? x : x.value;
  if (Array.isArray(x)) return x.map((v) => withoutStrayFloats(v, false));
  if (typeof x !== "object" || x === null) return x;
  const object = x as Record<string, unknown>;
  const isObject = "class_name" in object && typeof object["config"] === "object" && object["config"] !== null;
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      if (key === "inbound_nodes" && "class_name" in object) return [key, value];
      if (isObject && key === "config" && isLayerObject(object))
        return [key, optionsOf(value as Record<string, unknown>)];
      return [key, withoutStrayFloats(value)];
    }),
  );
}

function optionsOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withoutStrayFloats(value, true)]));
}
