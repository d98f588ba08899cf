import {
  ArgumentError,
  deserializeKerasObject,
  serializeKerasObject,
  type DeserializeOptions,
  type Serializable,
} from "@keras/ops";
import type { Optimizer } from "./optimizer.ts";

/** Optimizers that are made of others; a map holds none of them. */
const COMPOUND: ReadonlySet<string> = new Set(["LossScaleOptimizer", "MultiOptimizer"]);

/**
 * Optimizers by the paths of the Variables that they train: each key is a path, or a regular expression that matches whole paths.
 *
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * const map = new optimizers.OptimizerMap(new optimizers.SGD(), { "encoder/.*": new optimizers.Adam() });
 * console.log(map.get("encoder/dense/kernel") === map.defaultOptimizer, map.get("decoder/kernel") === map.defaultOptimizer); // false true
 * ```
 */
export class OptimizerMap implements Serializable {
  static readonly className: string = "OptimizerMap";
  static readonly module: string = "keras.optimizers";
  readonly defaultOptimizer: Optimizer;
  readonly entries: Map<string, Optimizer> = new Map();

  /**
   * @param defaultOptimizer - For paths that no key matches.
   * @throws {ArgumentError} on an optimizer made of others.
   */
  constructor(defaultOptimizer: Optimizer, optimizerMap: Readonly<Record<string, Optimizer>> = {}) {
    this.defaultOptimizer = simple(defaultOptimizer);
    for (const [key, optimizer] of Object.entries(optimizerMap)) this.set(key, optimizer);
  }

  get size(): number {
    return this.entries.size;
  }

  keys(): IterableIterator<string> {
    return this.entries.keys();
  }

  values(): IterableIterator<Optimizer> {
    return this.entries.values();
  }

  /**
   * The optimizer of a path: that of the equal key, else of the one that matches, else the default.
   *
   * @throws {ArgumentError} when several match.
   */
  get(path: string): Optimizer {
    const own = this.entries.get(path);
    if (own) return own;
    const keys = [...this.entries.keys()].filter((key) => new RegExp(`^(?:${key})$`, "u").test(path));
    if (keys.length > 1)
      throw new ArgumentError(
        `several optimizers are meant for '${path}': the keys ${keys.map((k) => `'${k}'`).join(", ")} match`,
      );
    return keys.length === 1 ? this.entries.get(keys[0]!)! : this.defaultOptimizer;
  }

  /** @throws {ArgumentError} when the key is there already, or on an optimizer made of others. */
  set(key: string, optimizer: Optimizer): this {
    if (this.entries.has(key)) throw new ArgumentError(`the key '${key}' is there already: delete it first`);
    this.entries.set(key, simple(optimizer));
    return this;
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  getConfig(): Record<string, unknown> {
    return {
      defaultOptimizer: serializeKerasObject(this.defaultOptimizer),
      optimizerMap: Object.fromEntries([...this.entries].map(([key, value]) => [key, serializeKerasObject(value)])),
    };
  }

  static fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): OptimizerMap {
    const made = Object.entries((config["optimizerMap"] ?? {}) as Record<string, unknown>).map(
      ([key, value]) => [key, deserializeKerasObject(value, options) as Optimizer] as const,
    );
    return new OptimizerMap(
      deserializeKerasObject(config["defaultOptimizer"], options) as Optimizer,
      Object.fromEntries(made),
    );
  }
}

function simple(optimizer: Optimizer): Optimizer {
  const { className } = optimizer.constructor as typeof Optimizer;
  if (className !== undefined && COMPOUND.has(className))
    throw new ArgumentError(`an OptimizerMap cannot hold a ${className}`);
  return optimizer;
}
