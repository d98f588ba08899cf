import { decode } from "../decode.ts";
import type { Check, Handler } from "../handler.ts";
import { invoke, property, revive } from "../objects.ts";
import type { Encoded } from "../row.ts";

interface Step {
  readonly g: readonly Encoded[];
  readonly after: readonly Encoded[];
}
interface Slot {
  readonly path: string;
  readonly v: Encoded;
}

interface VariableLike {
  readonly value: { alias(): unknown };
  constraint: ((value: unknown) => unknown) | null;
}

/** The recorded names of the variables, as far as the slots' paths tell them. */
function variableNames(slots: readonly Slot[], count: number): string[] {
  const names = new Set(
    slots.map(({ path }) => /^(variable(?:_\d+)?|exclude)_/.exec(path)?.[1]).filter((name) => name !== undefined),
  );
  return names.size === count
    ? [...names]
    : Array.from({ length: count }, (_, i) => (i === 0 ? "variable" : `variable_${i}`));
}

/** Optimizers: build on the variables, apply the recorded gradients step by step, compare variables and slots. */
export const optimizers: Handler = (row, { library }) => {
  const optimizer = revive(library, "@keras/optimizers", "optimizers", row["cfg"]);
  const slots = row["slots"] as readonly Slot[];
  const initial = row["vars0"] as readonly Encoded[];
  const names = variableNames(slots, initial.length);
  const Variable = library.classOf("@keras/ops", "ops", "Variable");
  const operand = (value: Encoded): unknown => decode(value, "operand", library.creators);
  const variables = initial.map(
    (value, i) => new Variable(operand(value), { name: names[i] }) as unknown as VariableLike,
  );
  // Rows do not record what a test did to its variables beside their values; its name tells.
  if (String(row["t"]).includes("constraints_are_applied")) {
    const ops = (name: string): ((...args: readonly unknown[]) => unknown) => library.member("@keras/ops", name);
    for (const variable of variables) variable.constraint = (w) => ops("maximum")(w, 0);
  }
  // The tests that name a variable so leave it out of weight decay.
  if (names.includes("exclude")) invoke(optimizer, "excludeFromWeightDecay", { varNames: ["exclude"] });
  invoke(optimizer, "build", variables);
  const checks: Check[] = [];
  for (const [i, { g, after }] of (row["steps"] as readonly Step[]).entries()) {
    invoke(optimizer, "apply", g.map(operand), variables);
    // A tensor of its own on the same memory: assigning gives up the one the Variable holds.
    checks.push({ label: `variables after step ${i}`, actual: variables.map((v) => v.value.alias()), expected: after });
  }
  checks.push({ label: "slots", actual: property(optimizer, "variables"), expected: slots.map((slot) => slot.v) });
  return checks;
};
