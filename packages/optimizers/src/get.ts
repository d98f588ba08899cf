import {
  deserializeKerasObject,
  isSerialized,
  NotFoundError,
  serializeKerasObject,
  unknownName,
  type DeserializeOptions,
  type SerializedObject,
} from "@keras/ops";
import { Adadelta } from "./adadelta.ts";
import { Adafactor } from "./adafactor.ts";
import { Adagrad } from "./adagrad.ts";
import { Adam, AdamW } from "./adam.ts";
import { Adamax } from "./adamax.ts";
import { Ftrl } from "./ftrl.ts";
import { Lamb } from "./lamb.ts";
import { Lion } from "./lion.ts";
import { LossScaleOptimizer } from "./loss-scale-optimizer.ts";
import { MultiOptimizer } from "./multi-optimizer.ts";
import { Muon } from "./muon.ts";
import { Nadam } from "./nadam.ts";
import type { Optimizer } from "./optimizer.ts";
import { RMSprop } from "./rmsprop.ts";
import { ScheduleFreeAdamW } from "./schedule-free-adamw.ts";
import { SCHEDULES } from "./schedules/get.ts";
import { SGD } from "./sgd.ts";

const CLASSES: Readonly<Record<string, new () => Optimizer>> = {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lamb,
  Lion,
  Muon,
  Nadam,
  RMSprop,
  ScheduleFreeAdamW,
  SGD,
};

/** Names of Keras's optimizers. */
export type KerasOptimizerName =
  | "adadelta"
  | "adafactor"
  | "adagrad"
  | "adam"
  | "adamax"
  | "adamw"
  | "ftrl"
  | "lamb"
  | "lion"
  | "muon"
  | "nadam"
  | "rmsprop"
  | "schedulefreeadamw"
  | "sgd";

/** Names of optimizers, for `compile`; a package adds its own by declaration merging. */
export interface OptimizerNames extends Readonly<Record<KerasOptimizerName, true>> {}

/** The name of an optimizer with its default options: Keras's own, or `package>name` of a registered one. */
export type OptimizerName = keyof OptimizerNames | `${string}>${string}`;

/** Whatever stands for an optimizer. */
export type OptimizerOption = OptimizerName | Optimizer | SerializedObject;

/**
 * The optimizer that an identifier stands for: an object as it is, a name (in any case) or config as what it names.
 *
 * @throws {NotFoundError} when the name is unknown; says which are near.
 * @example
 * ```ts
 * import { optimizers } from "keras";
 * console.log(optimizers.get("sgd").getConfig().momentum); // 0
 * ```
 */
export function get(identifier: OptimizerOption, options: DeserializeOptions = {}): Optimizer {
  if ((identifier as { kind?: unknown }).kind === "optimizer") return identifier as Optimizer;
  if (isSerialized(identifier)) return deserialize(identifier, options);
  const name = String(identifier);
  if (name.includes(">"))
    return deserialize({ module: null, class_name: name, config: {}, registered_name: name }, options);
  const found = Object.entries(CLASSES).find(([n]) => n.toLowerCase() === name.toLowerCase());
  if (!found)
    throw new NotFoundError(
      unknownName(
        "optimizer",
        name,
        Object.keys(CLASSES).map((n) => n.toLowerCase()),
      ),
    );
  return new found[1]();
}

/**
 * An optimizer from its serialized form.
 *
 * @param options - `objects`: where classes of your own are looked up.
 * @throws {NotFoundError} when the class is not known.
 */
export function deserialize(config: SerializedObject, options: DeserializeOptions = {}): Optimizer {
  // Older files have the class in lower case.
  const known = Object.keys(CLASSES).find((n) => n.toLowerCase() === String(config.class_name).toLowerCase());
  const named = known === undefined ? config : { ...config, class_name: known };
  return deserializeKerasObject(named, {
    ...options,
    objects: [...(options.objects ?? []), CLASSES, { LossScaleOptimizer, MultiOptimizer }, SCHEDULES],
  }) as Optimizer;
}

/** An optimizer as it stands in files. */
export function serialize(optimizer: Optimizer): unknown {
  return serializeKerasObject(optimizer);
}
