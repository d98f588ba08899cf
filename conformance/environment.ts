import type { Library } from "./library.ts";
import type { Environment } from "./row.ts";

/** Recorded settings → the getter and setter that hold them here. */
const SETTINGS: readonly { key: keyof Environment; get: string; set: string }[] = [
  { key: "image_data_format", get: "imageDataFormat", set: "setImageDataFormat" },
  { key: "floatx", get: "floatx", set: "setFloatx" },
  { key: "epsilon", get: "epsilon", set: "setEpsilon" },
  { key: "dtype_policy", get: "dtypePolicy", set: "setDtypePolicy" },
];

/** Runs `fn` under the settings a case was recorded with, and puts the former ones back however it ends. */
export async function withEnvironment<T>(
  library: Library,
  env: Environment | undefined,
  fn: () => T | Promise<T>,
): Promise<T> {
  if (env === undefined) return fn();
  const undo: (() => void)[] = [];
  try {
    for (const { key, get, set } of SETTINGS) {
      const value = env[key];
      if (value === undefined || value === null) continue;
      const setter = library.member("@keras/ops", set);
      const before = library.member("@keras/ops", get)();
      setter(value);
      undo.push(() => void setter(before));
    }
    return await fn();
  } finally {
    for (const step of undo.toReversed()) step();
  }
}
