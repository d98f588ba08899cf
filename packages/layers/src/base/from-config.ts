import { deserializeKerasObject, isSerialized, type DeserializeOptions } from "@keras/ops";

const PARTS: readonly string[] = ["keras.initializers", "keras.regularizers", "keras.constraints", "keras", "keras.dtype_policies"];

/** Initializers, regularizers, constraints and policies of Keras: constructors take them in serialized form. */
function isBuiltInPart(x: unknown): boolean {
  return isSerialized(x) && x.module !== null && PARTS.includes(x.module) && x.registered_name === null && x.class_name !== "Sequential" && x.class_name !== "Functional";
}

/** Makes the objects in a layer's config; classes are looked up in `objects`. */
export function deserializeOptions(config: Readonly<Record<string, unknown>>, options: DeserializeOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, isBuiltInPart(value) ? value : deserializeKerasObject(value, options)]));
}
