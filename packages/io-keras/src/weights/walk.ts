import { toSnakeCase } from "@keras/ops";
import { isSaveable, type Saveable } from "./saveable.ts";

/** A list or dictionary of parts, with the path their state has in a file. */
export interface Container {
  readonly kind: "container";
  readonly path: string;
  readonly items: readonly unknown[];
  /** The list or dictionary itself. */
  readonly identity: object;
}

/** One part of a saveable or container. */
export type Part = { readonly kind: "saveable"; readonly path: string; readonly saveable: Saveable } | Container;

/** `a/b`, or `b` below the root. */
export function joinPath(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

/**
 * The parts of a saveable in Keras's order, which decides under which of several paths a shared layer is stored: `layers` first where
 * it leads, then by name, private names last.
 */
export function partsOf(saveable: Saveable, path: string): Part[] {
  const parts: Part[] = [];
  const rank = (name: string): string => (name.startsWith("_") ? `~${name}` : name);
  const byName = Array.from(saveable.children()).sort(([a], [b]) => compare(rank(a), rank(b)));
  const leads = ([name]: readonly [string, unknown]): boolean => saveable.layersFirst === true && name === "layers";
  for (const [name, child] of [...byName.filter(leads), ...byName.filter((pair) => !leads(pair))]) {
    const part = partOf(child, joinPath(path, name));
    if (part) parts.push(part);
  }
  return parts;
}

/**
 * The parts of a list or dictionary. They are named after their classes, `dense`, `dense_1`, never after their own names or keys:
 * automatic names differ from run to run.
 */
export function partsOfContainer(items: readonly unknown[], path: string): Part[] {
  const used = new Map<string, number>();
  const unique = (name: string): string => {
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
  const parts: Part[] = [];
  for (const item of items) {
    const name = isSaveable(item) ? toSnakeCase(item.className) : containerItems(item) ? "container" : null;
    const part = name === null ? null : partOf(item, joinPath(path, unique(name)));
    if (part) parts.push(part);
  }
  return parts;
}

function partOf(x: unknown, path: string): Part | null {
  if (isSaveable(x)) return { kind: "saveable", path, saveable: x };
  const items = containerItems(x);
  return items && { kind: "container", path, items, identity: x as object };
}

/** What a list, Map or plain dictionary holds; null for anything else. */
function containerItems(x: unknown): readonly unknown[] | null {
  if (typeof x !== "object" || x === null) return null;
  if (Array.isArray(x)) return x;
  if (x instanceof Map) return [...x.values()];
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null ? Object.values(x) : null;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
