import { deserializeKerasObject, isSerialized, type DeserializeOptions, type KerasError } from "@keras/ops";

const PARTS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "keras.initializers",
  "keras.regularizers",
  "keras.constraints",
  "keras",
  "keras.dtype_policies",
]);

/** Initializers, regularizers, constraints and policies of Keras: constructors take them in serialized form. */
function isBuiltInPart(x: unknown): boolean {
  return (
    isSerialized(x) &&
    x.module !== null &&
    PARTS.has(x.module) &&
    x.registered_name === null &&
    x.class_name !== "Sequential" &&
    x.class_name !== "Functional"
  );
}

/** A function of the user's that a config names as `package>name`; the name itself where it was not passed. */
function registered(name: string, options: DeserializeOptions): unknown {
  try {
    return deserializeKerasObject(
      { module: null, class_name: "function", config: name, registered_name: name },
      options,
    );
  } catch (error) {
    if ((error as KerasError).code === "not_found") return name;
    throw error;
  }
}

/** Makes the objects in a layer's config; classes are looked up in `objects`. */
export function deserializeOptions(
  config: Readonly<Record<string, unknown>>,
  options: DeserializeOptions,
): Record<string, unknown> {
  const make = (value: unknown): unknown => {
    if (isBuiltInPart(value)) return value;
    return typeof value === "string" && value.includes(">") && !value.includes("->")
      ? registered(value, options)
      : deserializeKerasObject(value, options);
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, make(value)]));
}
