import { toSnakeCase } from "../naming.ts";

/** Names whose two spellings do not follow from each other: those with digits after a letter. */
const IRREGULAR: Readonly<Record<string, string>> = {
  beta1: "beta_1",
  beta2: "beta_2",
  l1: "l1",
  l2: "l2",
  num1: "num_1",
};

/** `kernelInitializer` → `kernel_initializer`. */
export function toConfigKey(name: string, table: Readonly<Record<string, string>> = {}): string {
  return table[name] ?? IRREGULAR[name] ?? toSnakeCase(name);
}

/** `kernel_initializer` → `kernelInitializer`. */
export function fromConfigKey(key: string, table: Readonly<Record<string, string>> = {}): string {
  const own = Object.entries(table).find(([, snake]) => snake === key);
  if (own) return own[0];
  const irregular = Object.entries(IRREGULAR).find(([, snake]) => snake === key);
  return irregular ? irregular[0] : key.replace(/_+([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** A config with Keras's key names; only the top level is renamed, never a user's dictionary inside. */
export function toConfigKeys(
  config: Readonly<Record<string, unknown>>,
  table?: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([k, v]) => [toConfigKey(k, table), v]));
}

/** A config with this library's key names. */
export function fromConfigKeys(
  config: Readonly<Record<string, unknown>>,
  table?: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([k, v]) => [fromConfigKey(k, table), v]));
}
