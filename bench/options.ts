import { parseArgs } from "node:util";
import { CASE_NAMES, CASES } from "./cases.ts";
import type { CaseName } from "./cases.ts";
import { BACKENDS, OPPONENTS } from "./participants.ts";

export interface BenchOptions {
  readonly cases: readonly CaseName[];
  readonly backends: readonly string[];
  readonly against: readonly string[];
  readonly rounds: number;
  readonly ms: number;
  readonly built: boolean;
  readonly json: string | null;
  readonly help: boolean;
}

/** An argument that the bench does not understand; the message says what it takes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const MODELS: readonly string[] = [...new Set(Object.values(CASES).map(({ model }) => model))];

export const USAGE = `npm run bench -- [options]

  --model M      ${MODELS.join(", ")}, or one case: ${CASE_NAMES.join(", ")} (all)
  --backend B    ours: ${BACKENDS.join(", ")}, or none (all)
  --against S    ${OPPONENTS.join(", ")}, or none (keras,hand)
  --rounds N     rounds of interleaved blocks (7)
  --ms N         milliseconds of a block, at least (200)
  --built        run the built packages: start-up times as an installed package has them
  --json FILE    write every figure to FILE

Lists are separated by commas. The table goes to stdout as Markdown, progress to stderr.
KERAS_BENCH_PYTHON names a Python with Keras to use in place of .cache/py.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): BenchOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        model: { type: "string", default: "all" },
        backend: { type: "string", default: "all" },
        against: { type: "string", default: "keras,hand" },
        rounds: { type: "string", default: "7" },
        ms: { type: "string", default: "200" },
        built: { type: "boolean", default: false },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const models = list("--model", values.model, [...new Set([...MODELS, ...CASE_NAMES])]);
  return {
    cases: CASE_NAMES.filter((name) => models.includes(name) || models.includes(CASES[name].model)),
    backends: list("--backend", values.backend, BACKENDS),
    against: list("--against", values.against, OPPONENTS),
    rounds: positive("--rounds", values.rounds),
    ms: positive("--ms", values.ms),
    built: values.built,
    json: values.json ?? null,
    help: values.help,
  };
}

/** The names that a list gives; `all` and `none` are lists too. @throws UsageError */
export function list<Name extends string>(option: string, text: string, known: readonly Name[]): readonly Name[] {
  if (text === "all") return known;
  if (text === "none") return [];
  return text.split(",").map((part) => {
    const name = known.find((candidate) => candidate === part.trim());
    if (name === undefined) throw new UsageError(`${option} ${part.trim()}: there are ${known.join(", ")}.`);
    return name;
  });
}

/** A positive whole number. @throws UsageError */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`${option} ${text}: give a positive whole number.`);
  return value;
}
