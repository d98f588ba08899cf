import type { Handler } from "../handler.ts";
import { functions } from "./functions.ts";

const HANDLERS: Readonly<Record<string, Handler>> = {
  ops: functions,
  "symbolic/ops": functions,
  "symbolic/activations": functions,
  "dtypes/ops": functions,
  activations: functions,
  losses: functions,
  random: functions,
  random_values: functions,
  utils: functions,
};

/** How the cases of a category are replayed; null for a category this harness does not know. */
export function handlerFor(category: string): Handler | null {
  return HANDLERS[category] ?? null;
}
