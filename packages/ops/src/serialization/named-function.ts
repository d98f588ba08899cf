import { NotFoundError } from "../errors.ts";
import { deserializeKerasObject, isSerialized } from "./deserialize.ts";
import { fromConfigKey } from "./keys.ts";
import type { DeserializeOptions } from "./serializable.ts";

/**
 * The function that a config's `fn` stands for. Files have its name in snake_case, `objects` under the name it has here.
 *
 * @throws {NotFoundError} when it is not among `objects`.
 */
export function deserializeFunction(fn: unknown, options: DeserializeOptions = {}): unknown {
  const name =
    typeof fn === "string" ? fn : isSerialized(fn) && fn.class_name === "function" ? String(fn.config) : null;
  if (name === null) return deserializeKerasObject(fn, options);
  const config = (spelling: string): object => ({
    module: null,
    class_name: "function",
    config: spelling,
    registered_name: null,
  });
  try {
    return deserializeKerasObject(config(name), options);
  } catch (error) {
    if (!(error instanceof NotFoundError) || fromConfigKey(name) === name) throw error;
    return deserializeKerasObject(config(fromConfigKey(name)), options);
  }
}
