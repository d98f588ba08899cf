// Times single ops here, in TensorFlow.js and in NumPy, side by side, and the compilation of a train step: see ../README.md.
import { writeFileSync } from "node:fs";
import { ensurePython } from "../../scripts/python-env.ts";
import { UsageError } from "../options.ts";
import { OpsBench, sideName } from "./measure.ts";
import type { OpResult } from "./measure.ts";
import { parseOpsOptions, USAGE } from "./options.ts";
import type { OpsOptions } from "./options.ts";
import { opponent, ours, OPPONENTS } from "./participants.ts";
import type { OpsParticipant } from "./participants.ts";
import { headMarkdown, opsJson, sizeMarkdown, tailMarkdown } from "./report.ts";
import type { OpsReport } from "./report.ts";

const TIMEOUT_MS = 120_000;
/** Fresh compilations of the train step. */
const COMPILATIONS = 7;

async function main(options: OpsOptions): Promise<number> {
  const bench = new OpsBench({ rounds: options.rounds, ms: options.ms, timeoutMs: TIMEOUT_MS });
  const results: OpResult[] = [];
  try {
    await bench.start(gather(options, bench.missing));
    const trainSteps = options.nodes === 0 ? {} : await bench.trainSteps(options.nodes, COMPILATIONS);
    const { engines, missing, foreign } = bench;
    const report: OpsReport = {
      engines,
      missing,
      ours: options.backends.flatMap((name) =>
        name in engines ? [sideName(name, "jit"), sideName(name, "eager")] : [],
      ),
      others: OPPONENTS.filter((name) => name in engines).map((name) => sideName(name, "eager")),
      results,
      trainSteps,
      foreign,
    };
    console.log(headMarkdown(report));
    for (const size of options.ops.length === 0 ? [] : options.sizes) {
      for (const op of options.ops) {
        progress(`${op}, ${size}`);
        results.push(await bench.measure(op, size));
      }
      progress("");
      console.log(sizeMarkdown(report, size));
    }
    console.log(tailMarkdown(report));
    if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(opsJson(report, options), null, 2)}\n`);
    // A comparison that is missing a side is still one; a side of ours that failed is not what was asked for.
    const failed = options.backends.some((name) => name in missing || results.some(({ lacking }) => name in lacking));
    return failed ? 1 : 0;
  } finally {
    await bench.close();
  }
}

/** The sides that can take part; the others are noted as missing. */
function gather(options: OpsOptions, missing: Record<string, string>): OpsParticipant[] {
  const participants = options.backends.map(ours);
  for (const name of OPPONENTS.filter((side) => options.against.includes(side))) {
    try {
      participants.push(opponent(name, name === "numpy" ? (process.env["KERAS_BENCH_PYTHON"] ?? ensurePython()) : ""));
    } catch (error) {
      missing[name] = (error as Error).message;
    }
  }
  return participants;
}

/** One line that is overwritten on a terminal, plain lines elsewhere. */
function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
  else if (message !== "") process.stderr.write(`${message}\n`);
}

try {
  const options = parseOpsOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
