import { ArgumentError } from "../errors.ts";

/** An object as it stands in a file. */
export interface SerializedObject {
  readonly module: string | null;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly registered_name: string | null;
  readonly build_config?: Readonly<Record<string, unknown>> | undefined;
  readonly compile_config?: Readonly<Record<string, unknown>> | undefined;
  readonly shared_object_id?: number | undefined;
}

/** Something that can be written to a file and made again: its config is JSON. */
export interface Serializable {
  getConfig(): Record<string, unknown>;
}

/** A class whose objects can be made from a config. */
export interface SerializableClass<T extends Serializable = Serializable> {
  // Constructors differ in their parameters; only `fromConfig` is called with what a file holds.
  new (...args: never[]): T;
  /** Name in files: minifiers rename classes, so it is spelled out. */
  readonly className?: string | undefined;
  /** Python module in files, such as `keras.layers`; null for custom classes. */
  readonly module?: string | null | undefined;
  /** Keys whose snake_case spelling does not follow from the camelCase one. */
  readonly configKeys?: Readonly<Record<string, string>> | undefined;
  fromConfig?(config: Record<string, unknown>, options?: DeserializeOptions): T;
}

/** A plain function with a name in files: activations, losses, metrics. */
export interface NamedFunction {
  (...args: never[]): unknown;
}

/** Options of {@link deserializeKerasObject}. */
export interface DeserializeOptions {
  /** Where classes and functions are looked up: namespaces (`import * as layers`), classes, or dictionaries of them by name. */
  readonly objects?: readonly ObjectSource[] | undefined;
  /** Classes and functions that take the place of those of the same name, Keras's own included. */
  readonly customObjects?: Readonly<Record<string, ObjectSource>> | undefined;
  /** Refuse what could run code from the file. Default true. */
  readonly safeMode?: boolean | undefined;
}

/** A class, a function, or a dictionary (such as a namespace import) of them. */
export type ObjectSource = object;

/** What `registerKerasSerializable` notes on a class or function. */
interface Registration {
  readonly name: string;
  readonly package: string;
}

const registrations: WeakMap<object, Registration> = /* @__PURE__ */ new WeakMap();
const names: WeakMap<object, string> = /* @__PURE__ */ new WeakMap();

/** Notes the name that a built-in function has in files: minifiers rename functions. */
export function setFileName(target: object, name: string): void {
  names.set(target, name);
}

/**
 * Names a custom class or function for files. It only marks the class: pass the class itself to `loadModel(path, { objects: [MyLayer] })`.
 *
 * @param options - `package`: prefix that keeps names of different libraries apart (default `Custom`); `name`: default the class's name,
 *   which minifiers change: give it.
 * @returns A function (or decorator) that marks a class and gives it back.
 * @throws {ArgumentError} when a name is empty.
 *
 * @example
 * ```ts
 * import { saving, layers, ops } from "keras";
 * class Twice extends layers.Layer {
 *   override call(x: ops.Tensor): ops.Tensor {
 *     return ops.multiply(x, 2);
 *   }
 * }
 * saving.registerKerasSerializable({ package: "demo", name: "Twice" })(Twice);
 * console.log(saving.getRegisteredName(Twice)); // "demo>Twice"
 * ```
 */
export function registerKerasSerializable(
  options: { readonly package?: string; readonly name?: string } = {},
): <T extends object>(target: T, context?: unknown) => T {
  return (target) => {
    const name = options.name ?? (target as { name?: string }).name;
    if (!name)
      throw new ArgumentError(
        "a class or function without a name needs one: registerKerasSerializable({ package, name })",
      );
    registrations.set(target, { name, package: options.package ?? "Custom" });
    return target;
  };
}

/** `package>name` of a registered class or function; its plain name otherwise. */
export function getRegisteredName(target: object): string {
  const registration = registrations.get(target);
  return registration ? `${registration.package}>${registration.name}` : classNameOf(target);
}

/** Whether a class was marked with {@link registerKerasSerializable}. */
export function isRegistered(target: object): boolean {
  return registrations.has(target);
}

/** Name of a class in files. */
export function classNameOf(target: object): string {
  const own = Object.hasOwn(target, "className") ? (target as SerializableClass).className : undefined;
  return registrations.get(target)?.name ?? names.get(target) ?? own ?? (target as { name?: string }).name ?? "";
}

/** Python module of a class in files; null for classes of the user's. */
export function moduleOf(target: object): string | null {
  return Object.hasOwn(target, "className") ? ((target as SerializableClass).module ?? null) : null;
}
