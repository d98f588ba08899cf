import { decode } from "../decode.ts";
import type { Check, Handler } from "../handler.ts";
import type { Library } from "../library.ts";
import { invoke, property, revive, type Thing } from "../objects.ts";
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
  overwriteWithGradient: boolean;
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

interface Setup {
  readonly optimizer: Thing;
  readonly variables: readonly VariableLike[];
  readonly names: readonly string[];
  readonly library: Library;
}

/** What some of Keras's tests do beside what rows record, by the name of the test. */
const SETUPS: readonly (readonly [test: string, (setup: Setup) => void])[] = [
  [
    "test_constraints_are_applied",
    ({ variables, library }) => {
      for (const variable of variables) variable.constraint = (w) => library.member("@keras/ops", "maximum")(w, 0);
    },
  ],
  ["test_overwrite_with_gradient", ({ variables }) => void (variables[0]!.overwriteWithGradient = true)],
  [
    "test_weight_decay",
    ({ optimizer, variables, names }) => {
      if (variables.length < 2) return;
      const excluded = names[1] === "exclude" ? { varNames: ["exclude"] } : { varList: [variables[1]] };
      invoke(optimizer, "excludeFromWeightDecay", excluded);
    },
  ],
];

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
  const test = String(row["t"]).split("::").at(-1);
  for (const [name, setUp] of SETUPS) if (name === test) setUp({ optimizer, variables, names, library });
  invoke(optimizer, "build", variables);
  const checks: Check[] = [];
  for (const [i, { g, after }] of (row["steps"] as readonly Step[]).entries()) {
    invoke(optimizer, "apply", g.map(operand), variables);
    // A tensor of its own on the same memory: assigning gives up the one the Variable holds.
    checks.push({
      label: `variables after step ${i}`,
      actual: variables.map((v) => v.value.alias()),
      expected: after,
    });
  }
  checks.push({ label: "slots", actual: property(optimizer, "variables"), expected: slots.map((slot) => slot.v) });
  return checks;
};
