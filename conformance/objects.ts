import { MissingError } from "./handler.ts";
import type { Library } from "./library.ts";
import { lookUp } from "./names.ts";
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
 * The object that a serialized config stands for, by the package's own `deserialize`.
 *
 * @throws {MissingError} when the class is not there; an object has to exist for its error to count.
 */
export function revive(library: Library, packageName: string, namespace: string, config: unknown): Thing {
  const { class_name: name } = config as Serialized;
  library.classOf(packageName, namespace, name);
  const deserialize = lookUp(library.exports(packageName), [namespace], "deserialize");
  if (typeof deserialize !== "function") throw new MissingError(`${packageName} has no ${namespace}.deserialize`);
  return (deserialize as AnyFunction)(config) as Thing;
}

/** Calls a method. @throws {MissingError} when the object has none of that name. */
export function invoke(thing: Thing, method: string, ...args: readonly unknown[]): unknown {
  const found = thing[method];
  if (typeof found !== "function") throw new MissingError(`${thing.constructor.name} has no method ${method}`);
  return Reflect.apply(found as AnyFunction, thing, args);
}

/** A property. @throws {MissingError} when the object has none of that name. */
export function property(thing: Thing, name: string): unknown {
  if (!(name in thing)) throw new MissingError(`${thing.constructor.name} has no property ${name}`);
  return thing[name];
}

export const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
