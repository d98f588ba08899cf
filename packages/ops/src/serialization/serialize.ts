import { ArgumentError } from "../errors.ts";
import { Float } from "../scalar.ts";
import { isTensor } from "../tensor.ts";
import { isVariable } from "../variable.ts";
import { toConfigKeys } from "./keys.ts";
import {
  classNameOf,
  getRegisteredName,
  moduleOf,
  type Serializable,
  type SerializableClass,
  type SerializedObject,
} from "./serializable.ts";

const isPlain = (x: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/** Whether a value has a config. */
export function isSerializable(x: unknown): x is Serializable {
  return typeof x === "object" && x !== null && typeof (x as Serializable).getConfig === "function";
}

/**
 * A config object or value as JSON, in the form of Keras's files. Integral floats made with `ops.float` keep their kind.
 *
 * @throws {ArgumentError} when the value has no form in a file (functions without a name, tensors, class instances without a config).
 */
export function serializeKerasObject(x: unknown): unknown {
  if (x === undefined || x === null) return null;
  if (typeof x === "string" || typeof x === "boolean" || typeof x === "number") return x;
  if (typeof x === "bigint") return Number(x);
  if (typeof x === "function") return serializeFunction(x);
  if (Array.isArray(x)) return x.map(serializeKerasObject);
  if (x instanceof Float) return x;
  if (isTensor(x) || isVariable(x))
    throw new ArgumentError("tensors cannot be written into a config: give plain numbers or arrays");
  if (isSerializable(x)) return serializeObject(x);
  if (isPlain(x)) return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, serializeKerasObject(v)]));
  throw new ArgumentError(`an object of class ${x.constructor.name} has no form in a file: give it a getConfig()`);
}

function serializeFunction(fn: object): unknown {
  const name = getRegisteredName(fn);
  if (!name)
    throw new ArgumentError(
      "a function without a name cannot be written to a file: register it with saving.registerKerasSerializable",
    );
  return name.includes(">")
    ? { module: null, class_name: "function", config: name.slice(name.indexOf(">") + 1), registered_name: name }
    : name;
}

/** An object with a config, in the form of Keras's files. */
export function serializeObject(x: Serializable): SerializedObject {
  const cls = x.constructor as SerializableClass;
  const module = moduleOf(cls);
  const config = toConfigKeys(x.getConfig(), cls.configKeys);
  return {
    module,
    class_name: classNameOf(cls),
    config,
    registered_name: module === null || module.startsWith("keras.src.") ? getRegisteredName(cls) : null,
  };
}
