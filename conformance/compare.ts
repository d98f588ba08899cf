import { expand, hasValues, decodeNumber, type Payload } from "./decode.ts";
import { itemsOf, tagOf, type Encoded, type EncodedObject, type TensorTag } from "./row.ts";

/** How exactly values must agree. */
export interface Tolerance {
  /** Factor on both tolerances; 50 where half-precision values take part. */
  readonly scale: number;
  /** Compare shapes and dtypes alone. */
  readonly shapeOnly: boolean;
  /** Of shapes, compare the number of axes alone: the sizes depend on values that were not recorded. */
  readonly rankOnly?: boolean;
}

export const RTOL = 1e-4;
export const ATOL = 1e-5;
export const HALF_SCALE = 50;
export const EXACT_SHAPES: Tolerance = { scale: 1, shapeOnly: false };

/** A result after its tensors were read. */
export interface HostTensor extends Payload {
  readonly kind: "host";
}
export interface Symbolic {
  readonly kind: "symbolic";
  readonly dtype: string;
  readonly shape: readonly (number | null)[];
}

const isHost = (value: unknown): value is HostTensor => (value as HostTensor | null)?.kind === "host";
const isSymbolic = (value: unknown): value is Symbolic => (value as Symbolic | null)?.kind === "symbolic";
const isScalar = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";
const formatShape = (shape: readonly (number | null)[]): string => `[${shape.map((d) => d ?? "null").join(", ")}]`;

function describe(value: unknown): string {
  if (isHost(value)) return `a ${value.dtype} tensor of shape ${formatShape(value.shape)}`;
  if (isSymbolic(value)) return `a symbolic ${value.dtype} of shape ${formatShape(value.shape)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined || typeof value !== "object") return String(value);
  return value.constructor === Object
    ? `an object with ${Object.keys(value).join(", ")}`
    : `a ${value.constructor.name}`;
}

const sameShape = (a: readonly (number | null)[], b: readonly (number | null)[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

const isExact = (dtype: string): boolean => !dtype.includes("float") && !dtype.startsWith("complex");

/** The largest finite magnitude, which sets the absolute tolerance. */
function magnitude(values: readonly number[]): number {
  let largest = 1;
  for (const v of values) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v));
  return largest;
}

function valuesDiffer(
  actual: readonly number[],
  expected: readonly number[],
  exact: boolean,
  scale: number,
): string | null {
  const rtol = exact ? 0 : RTOL * scale;
  const atol = exact ? 0 : ATOL * scale * magnitude(expected);
  let worst = -1;
  let worstExcess = 0;
  let count = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const excess = Math.abs(a - e) - (atol + rtol * Math.abs(e));
    if (excess <= 0) continue;
    count++;
    if (worst < 0 || !(excess <= worstExcess)) [worst, worstExcess] = [i, excess];
  }
  if (count === 0) return null;
  return `${count} of ${expected.length} values differ; at ${worst}: ${actual[worst]}, expected ${expected[worst]}`;
}

function compareTensor(actual: unknown, tag: TensorTag, tolerance: Tolerance): string | null {
  if (!isHost(actual)) return `got ${describe(actual)}, expected a ${tag.d} tensor of shape ${formatShape(tag.s)}`;
  const sameSizes = tolerance.rankOnly ? actual.shape.length === tag.s.length : sameShape(actual.shape, tag.s);
  if (!sameSizes) return `shape ${formatShape(actual.shape)}, expected ${formatShape(tag.s)}`;
  if (actual.dtype !== tag.d) return `dtype ${actual.dtype}, expected ${tag.d}`;
  if (tolerance.shapeOnly || !hasValues(tag)) return null;
  const expected = expand(tag);
  if (tag.d === "string") {
    const at = expected.values.findIndex((value, i) => value !== actual.values[i]);
    return at < 0 ? null : `at ${at}: '${actual.values[at]}', expected '${expected.values[at]}'`;
  }
  return valuesDiffer(
    actual.values as readonly number[],
    expected.values as readonly number[],
    isExact(tag.d),
    tolerance.scale,
  );
}

/** A JavaScript number, or a scalar tensor where Python had a plain number. */
function scalarOf(actual: unknown): number | null {
  if (isScalar(actual)) return Number(actual);
  if (typeof actual === "boolean") return Number(actual);
  if (isHost(actual) && actual.shape.length === 0 && typeof actual.values[0] === "number") return actual.values[0];
  return null;
}

function compareScalar(actual: unknown, expected: number, exact: boolean, tolerance: Tolerance): string | null {
  const value = scalarOf(actual);
  if (value === null) return `got ${describe(actual)}, expected ${expected}`;
  return tolerance.shapeOnly ? null : valuesDiffer([value], [expected], exact, tolerance.scale);
}

function compareList(actual: unknown, expected: readonly Encoded[], tolerance: Tolerance): string | null {
  const list = Array.isArray(actual) ? actual : null;
  if (list === null) return `got ${describe(actual)}, expected a list of ${expected.length}`;
  if (list.length !== expected.length) return `got ${list.length} items, expected ${expected.length}`;
  for (const [i, item] of expected.entries()) {
    const reason = compare(list[i], item, tolerance);
    if (reason !== null) return `[${i}] ${reason}`;
  }
  return null;
}

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

function compareFields(actual: unknown, expected: EncodedObject, tolerance: Tolerance): string | null {
  if (actual === null || typeof actual !== "object")
    return `got ${describe(actual)}, expected fields ${Object.keys(expected).join(", ")}`;
  const fields = actual as Readonly<Record<string, unknown>>;
  const extra = Object.keys(fields).filter(
    (key) => !Object.keys(expected).some((name) => name === key || camelCase(name) === key),
  );
  if (extra.length > 0) return `unexpected fields ${extra.join(", ")}`;
  for (const [name, value] of Object.entries(expected)) {
    const key = Object.hasOwn(fields, name) ? name : camelCase(name);
    const reason = compare(fields[key], value, tolerance);
    if (reason !== null) return `.${key} ${reason}`;
  }
  return null;
}

/** Why a result is not what was recorded, or null. Tensors in `actual` must have been read (see `settle.ts`). */
export function compare(actual: unknown, expected: Encoded, tolerance: Tolerance): string | null {
  if (expected === null)
    return actual === null || actual === undefined ? null : `got ${describe(actual)}, expected null`;
  if (typeof expected === "boolean") {
    const boolean = typeof actual === "boolean" || (isHost(actual) && actual.dtype === "bool");
    return boolean && scalarOf(actual) === Number(expected) ? null : `got ${describe(actual)}, expected ${expected}`;
  }
  if (typeof expected === "number") return compareScalar(actual, expected, Number.isInteger(expected), tolerance);
  if (typeof expected === "string")
    return actual === expected ? null : `got ${describe(actual)}, expected '${expected}'`;
  const items = itemsOf(expected);
  if (items !== null) return compareList(actual, items, tolerance);
  const object = expected as EncodedObject;
  switch (tagOf(expected)) {
    case null:
      return compareFields(actual, object, tolerance);
    case "t":
      return compareTensor(actual, object as unknown as TensorTag, tolerance);
    case "kt": {
      const [shape, dtype] = [object["s"] as readonly (number | null)[], object["d"]];
      if (!isSymbolic(actual))
        return `got ${describe(actual)}, expected a symbolic ${String(dtype)} of shape ${formatShape(shape)}`;
      if (!sameShape(actual.shape, shape)) return `shape ${formatShape(actual.shape)}, expected ${formatShape(shape)}`;
      return actual.dtype === dtype ? null : `dtype ${actual.dtype}, expected ${String(dtype)}`;
    }
    case "f":
      return compareScalar(actual, decodeNumber(object["v"]!), false, tolerance);
    case "int":
      return compareScalar(actual, decodeNumber(object["v"]!), true, tolerance);
    case "nt":
      return Array.isArray(actual)
        ? compareList(actual, Object.values(object["v"] as EncodedObject), tolerance)
        : compareFields(actual, object["v"] as EncodedObject, tolerance);
    case "dtype":
    case "policy":
      return actual === object["v"] ? null : `got ${describe(actual)}, expected ${String(object["v"])}`;
    default:
      return `an expected value of kind '${tagOf(expected)}' cannot be compared`;
  }
}
