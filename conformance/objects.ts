import { MissingError } from "./handler.ts";
import type { Library } from "./library.ts";
import type { EncodedObject } from "./row.ts";

type AnyFunction = (...args: readonly unknown[]) => unknown;
/** An object of the packages, whatever its class. */
export type Thing = Readonly<Record<string, unknown>> & object;

/** A serialized Keras object: `{ module, class_name, config }`. */
export interface Serialized {
  readonly class_name: string;
  readonly config: EncodedObject;
}

/**
 * The object that a serialized config stands for.
 *
 * @throws {MissingError} when the packages lack its class: an object has to exist for its error to count.
 */
export function revive(library: Library, packageName: string, namespace: string, config: unknown): Thing {
  const { class_name: name } = config as Serialized;
  library.classOf(packageName, namespace, name);
  const objects = [library.exports(packageName), library.exports("@keras/ops"), ...library.custom];
  return library.member("@keras/ops", "deserializeKerasObject")(config, { objects }) as Thing;
}

/** Calls a method. @throws {MissingError} when the object has none of that name. */
export function invoke(thing: Thing, method: string, ...args: readonly unknown[]): unknown {
  const found = thing[method];
  if (typeof found !== "function") throw new MissingError(`${thing.constructor.name} has no method ${method}`);
  return Reflect.apply(found as AnyFunction, thing, args);
}

/** Calls an object that stands for a function: by `apply`, or `call` where it has no `apply` of its own. */
export function callObject(thing: Thing, ...args: readonly unknown[]): unknown {
  if (typeof thing === "function") return (thing as unknown as AnyFunction)(...args);
  return invoke(thing, typeof thing["apply"] === "function" ? "apply" : "call", ...args);
}

/** A property. @throws {MissingError} when the object has none of that name. */
export function property(thing: Thing, name: string): unknown {
  if (!(name in thing)) throw new MissingError(`${thing.constructor.name} has no property ${name}`);
  return thing[name];
}

export const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
