import type { Library } from "./library.ts";
import type { Environment } from "./row.ts";

/** Recorded settings → the package, the getter and the setter that hold them here. */
const SETTINGS: readonly { key: keyof Environment; get: string; set: string; packageName: string }[] = [
  {
    key: "image_data_format",
    get: "config.imageDataFormat",
    set: "config.setImageDataFormat",
    packageName: "@keras/ops",
  },
  { key: "floatx", get: "config.floatx", set: "config.setFloatx", packageName: "@keras/ops" },
  { key: "epsilon", get: "config.epsilon", set: "config.setEpsilon", packageName: "@keras/ops" },
  { key: "dtype_policy", get: "config.dtypePolicy", set: "config.setDtypePolicy", packageName: "@keras/layers" },
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
    for (const { key, get, set, packageName } of SETTINGS) {
      const value = env[key];
      if (value === undefined || value === null) continue;
      const setter = library.member(packageName, set);
      const before = library.member(packageName, get)();
      setter(value);
      undo.push(() => void setter(before));
    }
    return await fn();
  } finally {
    for (const step of undo.toReversed()) step();
  }
}
