import { ArgumentError } from "./errors.ts";
import type { Sync } from "./registry.ts";
import { runtime, scoped } from "./runtime.ts";

/** `MultiHeadAttention` → `multi_head_attention`, `Conv2D` → `conv2d`, `queryDense` → `query_dense`: Keras's spelling of names. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * 1, 2, 3, … per prefix.
 *
 * @param prefix - What is counted.
 * @example
 * ```ts
 * import { backend } from "keras";
 * console.log(backend.getUid("layer of mine"), backend.getUid("layer of mine")); // 1 2
 * ```
 */
export function getUid(prefix = ""): number {
  const { names } = runtime();
  const uid = (names.get(prefix) ?? 0) + 1;
  names.set(prefix, uid);
  return uid;
}

/** Forgets all automatic names: the next Dense is `dense` again. */
export function resetUids(): void {
  runtime().names.clear();
}

/** `dense`, `dense_1`, `dense_2`, … */
export function autoName(prefix: string): string {
  const snake = toSnakeCase(prefix);
  const uid = getUid(snake);
  return uid === 1 ? snake : `${snake}_${uid - 1}`;
}

/**
 * Runs `fn` with a name added to the paths of the Variables and graph nodes that it makes.
 *
 * @throws {ArgumentError} when `fn` is async.
 *
 * @example
 * ```ts
 * import { ops, Variable } from "keras";
 * const w = ops.withNameScope("encoder", () => new Variable(1, { name: "w" }));
 * console.log(w.path); // "encoder/w"
 * ```
 */
export function withNameScope<R>(name: string, fn: () => Sync<R>): R {
  const result = scoped({ scope: [...runtime().scope, name] }, fn);
  if (result instanceof Promise)
    throw new ArgumentError("withNameScope takes a synchronous function: the scope ends when it returns");
  return result;
}
