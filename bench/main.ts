// Times the same models here and in Python Keras, side by side: see README.md.
import { writeFileSync } from "node:fs";
import { ensurePython } from "../scripts/python-env.ts";
import { CASES } from "./cases.ts";
import { handGraphs } from "./hand/generate.ts";
import { interleave } from "./interleave.ts";
import type { Failed } from "./interleave.ts";
import { parseOptions, UsageError, USAGE } from "./options.ts";
import type { BenchOptions } from "./options.ts";
import { labelOf, opponent, opponents, ours } from "./participants.ts";
import type { Participant, Surroundings } from "./participants.ts";
import { json, markdown } from "./report.ts";
import type { CaseResults } from "./report.ts";

/** The first step of a side may compile for long, and a slow backend's `fit` takes its time. */
const TIMEOUT_MS = 600_000;

async function main(options: BenchOptions): Promise<number> {
  const { participants, missing } = gather(options);
  const all: CaseResults[] = [];
  console.log("# Bench\n");
  for (const name of options.cases) {
    const benchCase = CASES[name];
    const schedule = { rounds: options.rounds, ms: options.ms, timeoutMs: TIMEOUT_MS };
    const results = await interleave(participants, name, benchCase, schedule, progress);
    const done = { name, case: benchCase, results: [...results, ...missing] };
    all.push(done);
    progress("");
    console.log(markdown(done));
  }
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(json(all, options), null, 2)}\n`);
  // A comparison that is missing a side is still one; a side of ours that failed is not what was asked for.
  return all.some(({ results }) => results.some((side) => "reason" in side && side.participant.kind === "ours"))
    ? 1
    : 0;
}

/** The sides that can take part, and those that cannot with the reason. */
function gather(options: BenchOptions): { participants: Participant[]; missing: Failed[] } {
  const names = opponents(options.against);
  const withTensorFlow = names.some((name) => name.startsWith("keras-tensorflow"));
  const python = names.length > 0 ? attempt(() => findPython(withTensorFlow)) : new Error("not asked for");
  const graphs = names.includes("hand") && !(python instanceof Error) ? attempt(() => handGraphs(python)) : python;
  const surroundings: Surroundings = { python, handGraphs: graphs, built: options.built };
  const participants = options.backends.map((backend) => ours(backend, surroundings));
  const missing: Failed[] = [];
  for (const name of names) {
    const side = attempt(() => opponent(name, surroundings));
    if (!(side instanceof Error)) participants.push(side);
    else {
      const kind = name === "hand" ? "hand" : "keras";
      missing.push({ participant: { name, label: labelOf(name), kind }, reason: side.message });
    }
  }
  return { participants, missing };
}

function findPython(withTensorFlow: boolean): string {
  return process.env["KERAS_BENCH_PYTHON"] ?? ensurePython(withTensorFlow ? "bench" : "base");
}

function attempt<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** One line that is overwritten on a terminal, plain lines elsewhere. */
function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
  else if (message !== "") process.stderr.write(`${message}\n`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
