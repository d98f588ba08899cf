import { decode } from "../decode.ts";
import type { Check, Handler, HandlerContext } from "../handler.ts";
import { camelCase, invoke, property, revive, type Thing } from "../objects.ts";
import type { Encoded, EncodedObject, Row } from "../row.ts";
import { functions } from "./functions.ts";

interface Update {
  readonly a: readonly Encoded[];
  readonly k: EncodedObject;
}

/** Metrics of one value per example rather than of targets and predictions. */
const OF_VALUES: ReadonlySet<string> = new Set(["Mean", "Sum", "Metric"]);

function update(metric: Thing, cls: string, { a, k }: Update, { library }: HandlerContext): void {
  const names = OF_VALUES.has(cls) ? ["values", "sample_weight"] : ["y_true", "y_pred", "sample_weight"];
  const given: Record<string, Encoded> = { ...k };
  for (const [i, arg] of a.entries()) given[names[i] ?? `argument_${i}`] = arg;
  const args: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const at = names.indexOf(name);
    const decoded = decode(value, "operand", library.creators);
    if (at >= 0 && name !== "sample_weight") args[at] = decoded;
    else if (decoded !== null) options[camelCase(name)] = decoded;
  }
  invoke(metric, "updateState", ...args, ...(Object.keys(options).length > 0 ? [options] : []));
}

/** Metric classes: updates one after another, then the result and the state; rows with an op are functions. */
export const metrics: Handler = (row: Row, context): readonly Check[] | Promise<readonly Check[]> => {
  if (row.op) return functions(row, context);
  const metric = revive(context.library, "@keras/metrics", "metrics", row["cfg"]);
  for (const step of row["updates"] as readonly Update[]) update(metric, row.cls!, step, context);
  const checks: Check[] = [{ label: "result", actual: invoke(metric, "result"), expected: row.o ?? null }];
  if (row["vars"])
    checks.push({ label: "state", actual: property(metric, "variables"), expected: row["vars"] as Encoded });
  return checks;
};
