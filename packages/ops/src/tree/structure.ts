import { ArgumentError } from "../errors.ts";

/** A leaf, or arrays and plain objects of trees. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/**
 * Whether `x` is a container (array or plain object) and not a leaf.
 *
 * @param x - Anything.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.isNested({ a: 1 }), tree.isNested("a")); // true false
 * ```
 */
export function isNested(x: unknown): x is readonly unknown[] | Readonly<Record<string, unknown>> {
  return Array.isArray(x) || isPlainObject(x);
}

function isPlainObject(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

/** Keys of a container in the order in which trees are walked: dictionaries by sorted key. */
function keysOf(x: object): readonly string[] {
  return Object.keys(x).sort();
}

/**
 * The leaves of a tree, in order. `null` is a leaf.
 *
 * @param structure - Arrays and plain objects of anything; keys count in sorted order.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.flatten({ b: [2, 3], a: 1 })); // [1, 2, 3]
 * ```
 */
export function flatten<T = unknown>(structure: Tree<T>): T[] {
  const leaves: T[] = [];
  const visit = (x: unknown): void => {
    if (Array.isArray(x)) for (const item of x) visit(item);
    else if (isPlainObject(x)) for (const key of keysOf(x)) visit(x[key]);
    else leaves.push(x as T);
  };
  visit(structure);
  return leaves;
}

/**
 * As `flatten`, with the path of keys and indices to each leaf.
 *
 * @param structure - Arrays and plain objects of anything.
 * @example
 * ```ts
 * import { tree } from "keras";
 * const [[path, leaf]] = tree.flattenWithPath({ a: [7] });
 * console.log(path, leaf); // ["a", 0] 7
 * ```
 */
export function flattenWithPath<T = unknown>(structure: Tree<T>): [path: (string | number)[], leaf: T][] {
  const leaves: [(string | number)[], T][] = [];
  const visit = (x: unknown, path: (string | number)[]): void => {
    if (Array.isArray(x)) x.forEach((item, i) => visit(item, [...path, i]));
    else if (isPlainObject(x)) for (const key of keysOf(x)) visit(x[key], [...path, key]);
    else leaves.push([path, x as T]);
  };
  visit(structure, []);
  return leaves;
}

/** The shape of a tree: what is left when leaves are forgotten. */
function describe(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(describe).join(",")}]`;
  if (isPlainObject(x))
    return `{${keysOf(x)
      .map((k) => `${k}:${describe(x[k])}`)
      .join(",")}}`;
  return "*";
}

/**
 * Checks that two trees have the same containers and keys.
 *
 * @param a - A tree.
 * @param b - Another; leaves do not count.
 * @throws {ArgumentError} when they differ.
 * @example
 * ```ts
 * import { tree } from "keras";
 * tree.assertSameStructure({ a: [1, 2] }, { a: ["x", "y"] });
 * ```
 */
export function assertSameStructure(a: unknown, b: unknown): void {
  const [x, y] = [describe(a), describe(b)];
  if (x !== y) throw new ArgumentError(`the structures differ: ${x} and ${y}`);
}

/**
 * Checks that two trees have leaves at the same paths, whatever the kind of their containers.
 *
 * @param a - A tree.
 * @param b - Another; leaves do not count.
 * @throws {ArgumentError} when they differ.
 * @example
 * ```ts
 * import { tree } from "keras";
 * tree.assertSamePaths([1, 2], { 0: 3, 1: 4 });
 * ```
 */
export function assertSamePaths(a: unknown, b: unknown): void {
  const paths = (x: unknown): string =>
    flattenWithPath(x as Tree<unknown>)
      .map(([p]) => p.join("/"))
      .join(", ");
  if (paths(a) !== paths(b)) throw new ArgumentError(`the paths differ: ${paths(a)} and ${paths(b)}`);
}

function rebuild(template: unknown, next: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(template)) return template.map((item) => rebuild(item, next));
  if (!isPlainObject(template)) return next(template);
  const walked = new Map(keysOf(template).map((key) => [key, rebuild(template[key], next)]));
  return Object.fromEntries(Object.keys(template).map((key) => [key, walked.get(key)]));
}

/**
 * A tree of the form of `structure` with the given leaves.
 *
 * @param structure - A tree whose leaves do not count.
 * @param leaves - New leaves, in the order of `flatten`.
 * @throws {ArgumentError} when the number of leaves differs.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.packSequenceAs({ a: [0, 0] }, [1, 2])); // { a: [1, 2] }
 * ```
 */
export function packSequenceAs<T>(structure: unknown, leaves: readonly T[]): Tree<T> {
  let at = 0;
  const packed = rebuild(structure, () => leaves[at++]);
  if (at !== leaves.length) throw new ArgumentError(`the structure has ${at} leaves, but ${leaves.length} were given`);
  return packed as Tree<T>;
}

/**
 * Applies `fn` to the leaves of trees of one structure, and gives a tree of the results.
 *
 * @param fn - Takes a leaf of each tree.
 * @param a - A tree; more may follow.
 * @throws {ArgumentError} when the structures differ.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.mapStructure((x: number) => x + 1, { a: [1, 2] })); // { a: [2, 3] }
 * ```
 */
export function mapStructure<A, R>(fn: (leaf: A) => R, a: Tree<A>): Tree<R>;
export function mapStructure<A, B, R>(fn: (a: A, b: B) => R, a: Tree<A>, b: Tree<B>): Tree<R>;
export function mapStructure<R>(fn: (...leaves: never[]) => R, ...structures: unknown[]): Tree<R> {
  const [first, ...rest] = structures;
  for (const other of rest) assertSameStructure(first, other);
  const lists = rest.map((s) => flatten(s as Tree<unknown>));
  let at = 0;
  return rebuild(first, (leaf) => {
    const result = (fn as (...leaves: unknown[]) => R)(leaf, ...lists.map((l) => l[at]));
    at++;
    return result;
  }) as Tree<R>;
}

/**
 * As `mapStructure`, treating whatever lies where `shallow` has a leaf as one leaf.
 *
 * @param shallow - The tree whose form counts.
 * @param fn - Takes what each of the trees has at a leaf of `shallow`.
 * @param structures - Trees that agree with `shallow` as far as it goes.
 * @throws {ArgumentError} when they differ above its leaves.
 * @example
 * ```ts
 * import { tree } from "keras";
 * const sizes = tree.mapStructureUpTo({ a: 0 }, (part: number[]) => part.length, { a: [1, 2, 3] });
 * console.log(sizes); // { a: 3 }
 * ```
 */
export function mapStructureUpTo<R>(shallow: unknown, fn: (...parts: never[]) => R, ...structures: unknown[]): Tree<R> {
  const visit = (s: unknown, parts: readonly unknown[]): unknown => {
    if (Array.isArray(s)) {
      for (const p of parts) {
        if (!Array.isArray(p) || p.length !== s.length)
          throw new ArgumentError("the structures differ above the leaves of the shallow one");
      }
      return s.map((item, i) =>
        visit(
          item,
          parts.map((p) => (p as unknown[])[i]),
        ),
      );
    }
    if (isPlainObject(s)) {
      for (const p of parts) {
        if (!isPlainObject(p) || keysOf(p).join() !== keysOf(s).join())
          throw new ArgumentError("the structures differ above the leaves of the shallow one");
      }
      return Object.fromEntries(
        keysOf(s).map((k) => [
          k,
          visit(
            s[k],
            parts.map((p) => (p as Record<string, unknown>)[k]),
          ),
        ]),
      );
    }
    return (fn as (...parts: unknown[]) => R)(...parts);
  };
  return visit(shallow, structures) as Tree<R>;
}

/** What a `traverse` callback returns to replace a part by null. */
export const MAP_TO_NONE: unique symbol = Symbol("MAP_TO_NONE");

/**
 * Visits a tree top down (or bottom up): where `fn` returns something, that takes the place of the part; where it returns null or
 * undefined, the part is entered.
 *
 * @param fn - Takes a part of the tree; `MAP_TO_NONE` replaces it by null.
 * @param structure - A tree.
 * @param options - `topDown`, default true.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.traverse((x) => (typeof x === "number" ? x * 2 : null), [1, [2]])); // [2, [4]]
 * ```
 */
export function traverse(
  fn: (part: unknown) => unknown,
  structure: unknown,
  options: { readonly topDown?: boolean } = {},
): unknown {
  const topDown = options.topDown ?? true;
  const resolve = (x: unknown): unknown => (x === MAP_TO_NONE ? null : x);
  const children = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(visit);
    if (isPlainObject(x)) return Object.fromEntries(Object.keys(x).map((k) => [k, visit(x[k])]));
    return x;
  };
  const visit = (x: unknown): unknown => {
    if (topDown) {
      const replaced = fn(x);
      return replaced === null || replaced === undefined ? children(x) : resolve(replaced);
    }
    const entered = children(x);
    const replaced = fn(entered);
    return replaced === null || replaced === undefined ? entered : resolve(replaced);
  };
  return visit(structure);
}

/**
 * Lists and tuples are both arrays here: a copy of the tree.
 *
 * @param structure - A tree.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.listsToTuples([1, [2]])); // [1, [2]]
 * ```
 */
export function listsToTuples<T>(structure: Tree<T>): Tree<T> {
  return rebuild(structure, (leaf) => leaf) as Tree<T>;
}

/** A shape: an array of sizes and nulls. */
function isShape(x: unknown): x is readonly (number | null)[] {
  return Array.isArray(x) && x.every((d) => d === null || typeof d === "number");
}

/**
 * Applies `fn` to the shapes in a tree, each of which counts as one leaf.
 *
 * @param fn - Takes a shape.
 * @param structure - A shape, or arrays and plain objects of shapes.
 * @throws {ArgumentError} when something is neither a shape nor a container.
 * @example
 * ```ts
 * import { tree } from "keras";
 * console.log(tree.mapShapeStructure((shape) => shape.length, { a: [2, 3], b: [null] })); // { a: 2, b: 1 }
 * ```
 */
export function mapShapeStructure<R>(fn: (shape: readonly (number | null)[]) => R, structure: unknown): Tree<R> {
  if (isShape(structure)) return fn(structure);
  if (Array.isArray(structure)) return structure.map((s) => mapShapeStructure(fn, s));
  if (isPlainObject(structure))
    return Object.fromEntries(Object.keys(structure).map((k) => [k, mapShapeStructure(fn, structure[k])]));
  throw new ArgumentError("expected shapes: arrays of sizes and nulls, alone or in arrays and objects");
}
