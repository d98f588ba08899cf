import { isKerasTensor, isTensor, isVariable } from "@keras/ops";
import * as tree from "@keras/ops/tree";
import type { LayerShape, ShapeTree } from "./types.ts";

const isPlainObject = (x: unknown): x is Record<string, unknown> =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** The positional tensors of a call, and its options: a plain object behind them. A dictionary of inputs comes first. */
export function splitOptions(args: readonly unknown[]): [positional: unknown[], options: Record<string, unknown>] {
  const last = args.at(-1);
  const hasOptions = args.length > 1 && isPlainObject(last);
  const positional = hasOptions ? args.slice(0, -1) : [...args];
  while (positional.length > 0 && positional.at(-1) === undefined) positional.pop();
  return [positional, hasOptions ? { ...last } : {}];
}

/** Nested arrays of numbers are one tensor; arrays of tensors are several. */
export function isNumericArray(x: unknown): boolean {
  if (ArrayBuffer.isView(x)) return true;
  let item = x;
  while (Array.isArray(item)) item = item[0] as unknown;
  return (
    Array.isArray(x) &&
    (typeof item === "number" || typeof item === "boolean" || typeof item === "bigint" || typeof item === "string")
  );
}

/** What was left out, or given as null, is left to the default. */
export function withoutEmpty(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined && v !== null));
}

/** Shape of a tensor with null for sizes that are not known. */
export function shapeOf(x: unknown): LayerShape | null {
  if (!isTensor(x) && !isKerasTensor(x) && !isVariable(x)) return null;
  return (x.shape as readonly unknown[]).map((d) => (typeof d === "number" ? d : null));
}

/** Shapes of the tensors in a structure. */
export function shapesOf(x: unknown): ShapeTree {
  return tree.mapStructure(shapeOf, x as never) as ShapeTree;
}
