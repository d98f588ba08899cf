import { parseArgs } from "node:util";
import { list, positive, UsageError } from "../options.ts";
import { OP_NAMES, SIZES, type OpName, type Size } from "./cases.ts";
import { BACKENDS, OPPONENTS } from "./participants.ts";

export interface OpsOptions {
  readonly ops: readonly OpName[];
  readonly sizes: readonly Size[];
  readonly backends: readonly string[];
  readonly against: readonly string[];
  readonly rounds: number;
  readonly ms: number;
  /** Nodes of the train step that is compiled; 0 leaves it out. */
  readonly nodes: number;
  readonly json: string | null;
  readonly help: boolean;
}

export const USAGE = `npm run bench:ops -- [options]

  --op O         ops of bench/ops/cases.json, or none (all)
  --size S       ${SIZES.join(", ")} (all)
  --backend B    ours: ${BACKENDS.join(", ")}, or none (all)
  --against S    ${OPPONENTS.join(", ")}, or none (all)
  --rounds N     rounds of interleaved blocks (5)
  --ms N         milliseconds of a block, at least (30)
  --nodes N      nodes of the train step whose compilation is timed, or 0 (300)
  --json FILE    write every figure to FILE

Lists are separated by commas. The tables go to stdout as Markdown, progress to stderr.
KERAS_BENCH_PYTHON names a Python with NumPy and SciPy to use in place of .cache/py.
`;

/** @throws UsageError */
export function parseOpsOptions(args: readonly string[]): OpsOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        op: { type: "string", default: "all" },
        size: { type: "string", default: "all" },
        backend: { type: "string", default: "all" },
        against: { type: "string", default: "all" },
        rounds: { type: "string", default: "5" },
        ms: { type: "string", default: "30" },
        nodes: { type: "string", default: "300" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return {
    ops: list("--op", values.op, OP_NAMES),
    sizes: list("--size", values.size, SIZES),
    backends: list("--backend", values.backend, BACKENDS),
    against: list("--against", values.against, OPPONENTS),
    rounds: positive("--rounds", values.rounds),
    ms: positive("--ms", values.ms),
    nodes: values.nodes === "0" ? 0 : positive("--nodes", values.nodes),
    json: values.json ?? null,
    help: values.help,
  };
}
