import { ArgumentError, NotFoundError } from "../errors.ts";
import { Float } from "../scalar.ts";
import { fromConfigKeys } from "./keys.ts";
import {
  classNameOf,
  getRegisteredName,
  moduleOf,
  type DeserializeOptions,
  type ObjectSource,
  type Serializable,
  type SerializableClass,
  type SerializedObject,
} from "./serializable.ts";

/** Whether a JSON value is a serialized object. */
export function isSerialized(x: unknown): x is SerializedObject {
  return typeof x === "object" && x !== null && "class_name" in x && "config" in x;
}

type Found = SerializableClass | ((...args: never[]) => unknown);

/** Everything that has a name in files, in the order in which it was passed. */
function candidates(name: string, objects: readonly ObjectSource[], found: Found[] = []): Found[] {
  const matches = (x: unknown): x is Found =>
    typeof x === "function" && (getRegisteredName(x) === name || classNameOf(x) === name);
  for (const source of objects) {
    if (typeof source === "function") {
      if (matches(source)) found.push(source);
      continue;
    }
    for (const [key, value] of Object.entries(source)) {
      if (typeof value === "function" ? key === name || matches(value) : false) found.push(value as Found);
      // A namespace of namespaces: `import * as keras from "keras"`.
      else if (Object.prototype.toString.call(value) === "[object Module]") candidates(name, [value as object], found);
    }
  }
  return found;
}

/** A class or function by the name it has in files; among several of one name, that of the right module. */
function lookUp(name: string, objects: readonly ObjectSource[], module: string | null = null): Found | null {
  const found = candidates(name, objects);
  return (
    found.find((x) => module !== null && moduleOf(x) === module) ??
    found.find((x) => module === null || moduleOf(x) === null) ??
    found[0] ??
    null
  );
}

/** @throws {NotFoundError} naming what to import or pass. */
export function findClass(object: SerializedObject, options: DeserializeOptions): SerializableClass {
  const objects = options.objects ?? [];
  const { customObjects = {} } = options;
  const names = [object.registered_name, object.class_name].filter((n): n is string => typeof n === "string");
  for (const name of names) {
    const found =
      lookUp(name, [customObjects]) ??
      lookUp(name, objects, object.module) ??
      lookUp(name.slice(name.indexOf(">") + 1), objects, object.module);
    if (found) return found as SerializableClass;
  }
  const name = names[0] ?? "?";
  const pack = packageOf(object.module);
  throw new NotFoundError(
    pack
      ? `the class '${name}' of ${object.module} is not at hand: import it (\`import * as ${pack} from "@keras/${pack}"\`) and pass it in \`objects: [${pack}]\``
      : `the class '${name}' is not known: pass it, \`{ objects: [${object.class_name}] }\``,
  );
}

function packageOf(module: string | null): string | null {
  const part = /^keras(?:\.src)?\.(\w+)/.exec(module ?? "")?.[1];
  if (part === undefined) return null;
  return ["initializers", "regularizers", "constraints", "activations"].includes(part) ? "layers" : part;
}

/**
 * Makes the object (or plain value) that a JSON value of a file stands for. Nothing in a file can run code: classes are looked up among
 * those that were passed.
 *
 * @throws {NotFoundError} when a class is not among `objects`.
 * @throws {ArgumentError} on lambdas and other things that would run code.
 */
export function deserializeKerasObject(x: unknown, options: DeserializeOptions = {}): unknown {
  if (Array.isArray(x)) return x.map((v) => deserializeKerasObject(v, options));
  if (typeof x !== "object" || x === null || x instanceof Float) return x;
  if (!isSerialized(x))
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, deserializeKerasObject(v, options)]));
  if (x.class_name === "__lambda__") {
    throw new ArgumentError(
      "the file holds a Python lambda: it cannot be run here. Register a function and save the model again, or pass a replacement in `objects`",
    );
  }
  if (x.class_name === "Lambda" && options.safeMode !== false && !namesFunction(x.config["function"])) {
    throw new ArgumentError(
      `the file holds a Lambda layer '${String(x.config["name"])}', whose Python code cannot be run here: name and register its function in Python and save it again, or pass a class that does the same, { safeMode: false, customObjects: { Lambda: MyLayer } }`,
    );
  }
  if (x.class_name === "__tensor__" || x.class_name === "__numpy__") return (x.config as { value?: unknown }).value;
  if (x.class_name === "function") return findFunction(String(x.config), x, options);
  if (x.class_name === "__bytes__")
    return new TextEncoder().encode(String((x.config as { value?: unknown }).value ?? ""));
  if (x.class_name === "__slice__") return { start: null, stop: null, step: null, ...x.config };
  if (x.class_name === "__ellipsis__") return "...";
  const made = instantiate(findClass(x, options), x.config, options);
  if (x.build_config && Object.values(x.build_config).some((v) => v !== null)) build(made, x.build_config);
  return made;
}

/** Whether a function stands in a file by its name, not as Python bytecode. */
const namesFunction = (x: unknown): boolean => isSerialized(x) && x.class_name === "function";

/** Builds a layer on the shapes it was built on before. */
function build(made: Serializable, config: Readonly<Record<string, unknown>>): void {
  const layer = made as { built?: boolean; buildFromConfig?: (config: Readonly<Record<string, unknown>>) => void };
  if (layer.built === false && layer.buildFromConfig) layer.buildFromConfig(fromConfigKeys(config));
}

/** Makes an object of a class from the config of a file. */
export function instantiate(
  cls: SerializableClass,
  config: Readonly<Record<string, unknown>>,
  options: DeserializeOptions,
): Serializable {
  const own = fromConfigKeys(config, cls.configKeys);
  if (cls.fromConfig) return cls.fromConfig(own, options);
  const inner = Object.fromEntries(Object.entries(own).map(([k, v]) => [k, deserializeKerasObject(v, options)]));
  return new (cls as unknown as new (config: unknown) => Serializable)(inner);
}

function findFunction(name: string, object: SerializedObject, options: DeserializeOptions): unknown {
  const objects = options.objects ?? [];
  const found = (object.registered_name ? lookUp(object.registered_name, objects) : null) ?? lookUp(name, objects);
  if (!found) throw new NotFoundError(`the function '${name}' is not known: pass it, \`{ objects: [${name}] }\``);
  return found;
}
