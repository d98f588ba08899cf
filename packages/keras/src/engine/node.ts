import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ArgumentError } from "@keras/ops";
import type { UserSettings } from "./settings.ts";

/** The configuration file: in `KERAS_HOME`, or in `.keras` in the home folder. */
function configFile(): string {
  return join(process.env["KERAS_HOME"] || join(homedir(), ".keras"), "keras.json");
}

/** What the file says. As in Keras, one that is no JSON counts as empty. It is never written: Python's backends have other names. */
function fromFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function checked<T>(file: string, key: string, value: unknown, ok: boolean, expected: string): T | undefined {
  if (value === undefined) return undefined;
  if (!ok) throw new ArgumentError(`\`${key}\` in ${file} must be ${expected}; it is ${JSON.stringify(value)}`);
  return value as T;
}

/**
 * `KERAS_BACKEND`, and `backend`, `floatx`, `epsilon` and `image_data_format` of `keras.json`.
 *
 * @throws {ArgumentError} when the file holds a value that Keras does not know.
 */
export function userSettings(): UserSettings {
  const file = configFile();
  const { backend, floatx, epsilon, image_data_format: format } = fromFile(file);
  const wanted = process.env["KERAS_BACKEND"];
  const name = checked<string>(file, "backend", backend, typeof backend === "string", "a string");
  return {
    backend: wanted
      ? { name: wanted, source: `KERAS_BACKEND is "${wanted}"`, required: true }
      : name === undefined
        ? undefined
        : { name, source: `${file} says "${name}"`, required: false },
    floatx: checked(
      file,
      "floatx",
      floatx,
      ["float16", "float32", "float64"].includes(floatx as string),
      "float16, float32 or float64",
    ),
    epsilon: checked(file, "epsilon", epsilon, typeof epsilon === "number", "a number"),
    imageDataFormat: checked(
      file,
      "image_data_format",
      format,
      format === "channels_last" || format === "channels_first",
      "channels_last or channels_first",
    ),
  };
}
