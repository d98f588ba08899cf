import { ArgumentError, isTensor, isVariable, NDArray, toHost, tree } from "@keras/ops";
import { sliceRows, takeRows } from "./host.ts";

/** Whether a leaf is one array of data: a tensor, an NDArray, a typed array, or nested arrays of numbers. */
export function isArrayLeaf(x: unknown): boolean {
  if (isTensor(x) || isVariable(x) || ArrayBuffer.isView(x)) return true;
  if (typeof x !== "object" || x === null) return false;
  if ((x as { kind?: unknown }).kind === "ndarray") return true;
  let item: unknown = x;
  while (Array.isArray(item)) item = item[0] as unknown;
  return Array.isArray(x) && ["number", "boolean", "bigint", "string"].includes(typeof item);
}

/** Whether `x` is data in memory (one array, or arrays and dictionaries of them), and not a stream of batches. */
export function isArrayData(x: unknown): boolean {
  if (isArrayLeaf(x)) return true;
  if (Array.isArray(x)) return x.length > 0 && x.every(isArrayData);
  return tree.isNested(x) && Object.values(x).every(isArrayData);
}

/**
 * A structure of data in memory as host arrays in the same structure.
 *
 * @param template - The structure that is meant, where it is known: nested arrays of numbers are several inputs there, and one array elsewhere.
 * @throws {ArgumentError} when a leaf is no data.
 */
export async function toHostTree(x: unknown, template: unknown = null): Promise<unknown> {
  if (Array.isArray(template) && Array.isArray(x) && x.length === template.length)
    return Promise.all(x.map((v, i) => toHostTree(v, template[i])));
  if (tree.isNested(template) && !Array.isArray(template) && tree.isNested(x) && !Array.isArray(x)) {
    const parts = template as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      await Promise.all(Object.entries(x).map(async ([k, v]) => [k, await toHostTree(v, parts[k])] as const)),
    );
  }
  if (isArrayLeaf(x)) {
    if (isTensor(x)) return x.ndarray();
    if (isVariable(x)) return x.value.ndarray();
    return toHost(x as never);
  }
  if (x === null || x === undefined) return null;
  if (Array.isArray(x)) return Promise.all(x.map((v) => toHostTree(v)));
  if (tree.isNested(x))
    return Object.fromEntries(
      await Promise.all(Object.entries(x).map(async ([k, v]) => [k, await toHostTree(v)] as const)),
    );
  throw new ArgumentError(
    `data must be tensors, NDArrays, typed arrays, nested arrays, or structures of them; got ${typeof x}`,
  );
}

/** Number of samples of a structure of host arrays. @throws {ArgumentError} when its arrays differ in that, or have no axis. */
export function sampleCount(...structures: unknown[]): number {
  const arrays = structures
    .flatMap((s) => tree.flatten<unknown>(s as never))
    .filter((a): a is NDArray => a instanceof NDArray);
  const counts = arrays.map((a) => {
    const count = a.shape[0];
    if (count === undefined) throw new ArgumentError("data needs a first axis of samples; a scalar was given");
    return count;
  });
  if (new Set(counts).size > 1) {
    throw new ArgumentError(
      `all arrays must have the same number of samples; got ${arrays.map((a) => `[${a.shape.join(", ")}]`).join(", ")}`,
    );
  }
  return counts[0] ?? 0;
}

/** Rows of every array in a structure. */
export function sliceTree(x: unknown, start: number, end: number): unknown {
  return tree.mapStructure((a: unknown) => (a instanceof NDArray ? sliceRows(a, start, end) : a), x as never);
}

/** Consecutive batches of data in memory. */
export async function* arrayBatches(x: unknown, batchSize: number, template: unknown = null): AsyncGenerator<unknown> {
  const host = await toHostTree(x, template);
  const count = sampleCount(host);
  for (let start = 0; start < count; start += batchSize)
    yield sliceTree(host, start, Math.min(count, start + batchSize));
}

/** The given rows of every array in a structure. */
export function takeRowsTree(x: unknown, rows: ArrayLike<number>): unknown {
  return tree.mapStructure((a: unknown) => (a instanceof NDArray ? takeRows(a, rows) : a), x as never);
}
