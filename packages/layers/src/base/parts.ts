import {
  ArgumentError,
  classNameOf,
  deserializeKerasObject,
  fromConfigKeys,
  isSerialized,
  NotFoundError,
  type DeserializeOptions,
  type SerializedObject,
} from "@keras/ops";

/** A class that can be made from a config. */
export type PartClass<T> = new (config: never) => T;

/** Classes by their name in snake_case, and by other names that Keras knows them by. */
export type PartTable<T> = Readonly<Record<string, PartClass<T>>>;

const make = <T>(Class: PartClass<T>, config: unknown): T => new (Class as unknown as new (c: unknown) => T)(config);

const byClassName = <T>(table: PartTable<T>, name: string): PartClass<T> | undefined =>
  Object.values(table).find((c) => classNameOf(c) === name);

/** What there is to know of one kind of parts. */
export interface PartKind<T> {
  /** Its name, and the `kind` of its objects: `initializer`. */
  readonly name: string;
  readonly Base: abstract new (...args: never[]) => T;
  readonly table: PartTable<T>;
  /** A function of the user's as such a part. */
  readonly ofFunction: (fn: never) => T;
}

/**
 * The part that an identifier stands for: a name, an object, a class, a function or a config; null for null.
 *
 * @throws {NotFoundError} on an unknown name, listing those there are.
 * @throws {ArgumentError} on anything that is none.
 */
export function partOf<T>(identifier: unknown, { name, Base, table, ofFunction }: PartKind<T>): T | null {
  if (identifier === null) return null;
  if (typeof identifier === "string") return partByName(identifier, table, name);
  if (typeof identifier === "function") {
    const isClass = identifier === Base || identifier.prototype instanceof Base;
    return isClass ? new (identifier as new () => T)() : ofFunction(identifier as never);
  }
  if ((identifier as { kind?: unknown } | undefined)?.kind === name) return identifier as T;
  if (isSerialized(identifier)) return partFromSerialized(identifier, table);
  throw new ArgumentError(
    `cannot make ${/^[aeiou]/.test(name) ? "an" : "a"} ${name} of ${typeof identifier === "object" ? identifier.constructor.name : String(identifier)}: give a name, an object, or a function`,
  );
}

/** @throws {NotFoundError} listing the names there are. */
function partByName<T>(name: string, table: PartTable<T>, what: string): T {
  const Class = Object.hasOwn(table, name) ? table[name] : byClassName(table, name);
  if (!Class)
    throw new NotFoundError(
      `unknown ${what} '${name}': there are ${Object.keys(table)
        .map((n) => `'${n}'`)
        .join(", ")}; a class of your own is passed as an object`,
    );
  return make(Class, {});
}

/** A part from its serialized form: one of Keras's, or one found among `objects`. */
export function partFromSerialized<T>(x: SerializedObject, table: PartTable<T>, options: DeserializeOptions = {}): T {
  const Class =
    byClassName(table, x.class_name) ?? (Object.hasOwn(table, x.class_name) ? table[x.class_name] : undefined);
  return Class && !x.registered_name
    ? make(Class, fromConfigKeys(x.config))
    : (deserializeKerasObject(x, options) as T);
}
