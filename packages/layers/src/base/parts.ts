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

/** @throws {NotFoundError} listing the names there are. */
export function partByName<T>(name: string, table: PartTable<T>, what: string): T {
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

/** An identifier that is no name, object or function. */
export function unusable(x: unknown, what: string): ArgumentError {
  return new ArgumentError(
    `cannot make ${what} of ${typeof x === "object" && x !== null ? x.constructor.name : String(x)}: give a name, an object, or a function`,
  );
}

export { isSerialized };
