import { decode } from "../decode.ts";
import type { Handler } from "../handler.ts";
import { callObject, camelCase, revive, type Thing } from "../objects.ts";
import type { Row } from "../row.ts";
import type { Library } from "../library.ts";

/** The call of a revived object: positional arguments, then the keyword arguments as one options object. */
function callRecorded(
  row: Row,
  thing: Thing,
  library: Library,
  role: "operand" | "setting",
  positional: readonly string[],
): unknown {
  const args = (row.a ?? []).map((arg) => decode(arg, role, library.creators));
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row.k ?? {})) {
    const at = positional.indexOf(name);
    if (at >= 0) args[at] = decode(value, role, library.creators);
    else options[camelCase(name)] = decode(value, role, library.creators);
  }
  if (Object.keys(options).length > 0) args.push(options);
  return callObject(thing, ...args);
}

/** Schedules: a step count → the learning rate. */
export const schedules: Handler = (row, { library }) => {
  const schedule = revive(library, "@keras/optimizers", "schedules", row["cfg"]);
  return [
    { label: "rate", actual: callRecorded(row, schedule, library, "operand", ["step"]), expected: row.o ?? null },
  ];
};

/** Initializers: a shape → a tensor; those without a fixed seed by shape and dtype alone. */
export const initializers: Handler = (row, { library }) => {
  const initializer = revive(library, "@keras/layers", "initializers", row["cfg"]);
  const actual = callRecorded(row, initializer, library, "setting", ["shape"]);
  return [{ label: "value", actual, expected: row.o ?? null, shapeOnly: row.random === true }];
};

export const regularizers: Handler = (row, { library }) => {
  const regularizer = revive(library, "@keras/layers", "regularizers", row["cfg"]);
  return [
    { label: "penalty", actual: callRecorded(row, regularizer, library, "operand", ["x"]), expected: row.o ?? null },
  ];
};

export const constraints: Handler = (row, { library }) => {
  const constraint = revive(library, "@keras/layers", "constraints", row["cfg"]);
  return [
    { label: "value", actual: callRecorded(row, constraint, library, "operand", ["w"]), expected: row.o ?? null },
  ];
};
