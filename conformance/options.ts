import { join, resolve } from "node:path";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/** What to run and what to do with the outcome. */
export interface Options {
  readonly cases: string;
  /** Whether `cases` is the repository's own set, to which the baseline and the skips belong. */
  readonly ownCases: boolean;
  readonly backend: string;
  /** Empty: all. `symbolic` stands for `symbolic/ops` and the like. */
  readonly categories: readonly string[];
  readonly ops: readonly string[];
  readonly ids: readonly string[];
  /** At most so many cases of each op or class. */
  readonly limit: number;
  readonly jobs: number;
  /** Seconds without progress after which a case counts as hanging. */
  readonly timeout: number;
  readonly json: string | null;
  readonly verbose: boolean;
  readonly check: boolean;
  readonly update: boolean;
  readonly runSkipped: boolean;
}

export const USAGE = `Runs recorded Keras cases against the packages.

  npm run conformance -- [options]

  --cases DIR       folder of cases (default: the repository's own)
  --backend NAME    backend to run on (default: ref)
  --category C      only this category; may be repeated
  --op NAME         only this op or class; may be repeated
  --id ID           only this case, such as sum#12; may be repeated
  --limit N         at most N cases of each op or class
  --json FILE       write { backend, categories, failures } to FILE
  --verbose         print every failure, with its stack where there is one
  --jobs N          worker processes (default: up to 4); 0 runs in this process
  --timeout S       seconds a case may take (default: 120)
  --run-skipped     run the cases listed in skips.json as well
  --check           fail only on regressions against expected.json, and print little
  --update          raise expected.json to what passes now
`;

export const OWN_CASES: string = join(import.meta.dirname, "golden");

function whole(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, got '${text}'`);
  return value;
}

const list = (values: readonly string[] | undefined): string[] =>
  (values ?? []).flatMap((v) => v.split(",")).filter((v) => v !== "");

/** @throws {Error} on an unknown option or a bad value. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: "string" },
      backend: { type: "string" },
      category: { type: "string", multiple: true },
      op: { type: "string", multiple: true },
      id: { type: "string", multiple: true },
      limit: { type: "string" },
      json: { type: "string" },
      jobs: { type: "string" },
      timeout: { type: "string" },
      verbose: { type: "boolean" },
      check: { type: "boolean" },
      update: { type: "boolean" },
      "run-skipped": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return null;
  const cases = resolve(values.cases ?? OWN_CASES);
  return {
    cases,
    ownCases: cases === OWN_CASES,
    backend: values.backend ?? "ref",
    categories: list(values.category),
    ops: list(values.op),
    ids: list(values.id),
    limit: whole(values.limit, "limit", Number.POSITIVE_INFINITY),
    jobs: whole(values.jobs, "jobs", Math.min(4, availableParallelism())),
    timeout: whole(values.timeout, "timeout", 120),
    json: values.json === undefined ? null : resolve(values.json),
    verbose: values.verbose ?? false,
    check: values.check ?? false,
    update: values.update ?? false,
    runSkipped: values["run-skipped"] ?? false,
  };
}
