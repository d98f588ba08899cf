import { deserializeKerasObject, isSerialized, NotFoundError, type DeserializeOptions } from "@keras/ops";
import { Adam, AdamW } from "./adam.ts";
import { Optimizer } from "./optimizer.ts";
import { RMSprop } from "./rmsprop.ts";
import { ExponentialDecay } from "./schedules/exponential-decay.ts";
import { CosineDecay } from "./schedules/cosine-decay.ts";
import { SGD } from "./sgd.ts";

/** Names of the optimizers, for `compile`; a package adds its own by declaration merging. */
export interface OptimizerNames {
  readonly adam: never;
  readonly adamw: never;
  readonly rmsprop: never;
  readonly sgd: never;
}

/** An optimizer, or the name of one with its default options. */
export type OptimizerOption = keyof OptimizerNames | Optimizer;

const classes = { Adam, AdamW, RMSprop, SGD, ExponentialDecay, CosineDecay };

/**
 * An optimizer of whatever form: an object, a name, or a serialized one.
 *
 * @throws {NotFoundError} when the name is unknown; lists those there are.
 */
export function get(identifier: OptimizerOption | Readonly<Record<string, unknown>>, options: DeserializeOptions = {}): Optimizer {
  if ((identifier as { kind?: unknown }).kind === "optimizer") return identifier as Optimizer;
  if (isSerialized(identifier)) return deserialize(identifier, options);
  const name = String(identifier);
  const found = Object.entries({ Adam, AdamW, RMSprop, SGD }).find(([n]) => n.toLowerCase() === name.toLowerCase());
  if (!found) throw new NotFoundError(`there is no optimizer '${name}': there are 'adam', 'adamw', 'rmsprop' and 'sgd'; others are passed as objects`);
  return new found[1]();
}

/** An optimizer from its serialized form. */
export function deserialize(config: unknown, options: DeserializeOptions = {}): Optimizer {
  return deserializeKerasObject(config, { ...options, objects: [...(options.objects ?? []), classes] }) as Optimizer;
}

export { serializeObject as serialize } from "@keras/ops";
