import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rotated } from "../interleave.ts";
import { WorkerProcess } from "../worker-process.ts";
import { fileName, operandsOf, type OpName, type Size } from "./cases.ts";
import type { OpsParticipant } from "./participants.ts";
import type { Computed, Hello, Lacking, Mode, OpsTimed, TrainStepTimes } from "./protocol.ts";

/** Milliseconds per call in each round; null where the side did not take part. */
export type OpRounds = readonly (number | null)[];

/** One op at one size: the rounds of every side and mode, and why others have none. */
export interface OpResult {
  readonly op: OpName;
  readonly size: Size;
  /** By side and mode, such as `onnx jit`. */
  readonly rounds: Readonly<Record<string, OpRounds>>;
  readonly lacking: Readonly<Record<string, string>>;
}

export interface OpsSchedule {
  readonly rounds: number;
  readonly ms: number;
  readonly timeoutMs: number;
}

/** A call that takes longer joins the first rounds only, once each. */
const SLOW_MS = 200;
const SLOW_ROUNDS = 2;
/** How far the results of two sides may lie apart, beside the sum of their magnitudes. */
const TOLERANCE = 1e-3;

/** The name of a side and mode in results. */
export const sideName = (participant: string, mode: Mode): string => `${participant} ${mode}`;

/** All sides, each in its process. */
export class OpsBench {
  readonly engines: Record<string, string> = {};
  readonly missing: Record<string, string> = {};
  readonly foreign: number[] = [];
  private readonly workers = new Map<
    OpsParticipant,
    { readonly process: WorkerProcess; readonly modes: readonly Mode[] }
  >();
  private readonly folder = mkdtempSync(join(tmpdir(), "bench-ops-"));
  private readonly schedule: OpsSchedule;

  constructor(schedule: OpsSchedule) {
    this.schedule = schedule;
  }

  async start(participants: readonly OpsParticipant[]): Promise<void> {
    for (const participant of participants) {
      const process = new WorkerProcess(participant.command, this.schedule.timeoutMs);
      try {
        const { engine, modes } = await process.exchange<Hello>({ do: "hello" });
        this.engines[participant.name] = engine;
        this.workers.set(participant, { process, modes });
      } catch (error) {
        this.missing[participant.name] = (error as Error).message.split("\n")[0]!;
        await process.close();
      }
    }
  }

  async measure(op: OpName, size: Size): Promise<OpResult> {
    const { folder } = this;
    const files = operandsOf(op, size).map(({ values }, i) => {
      const file = join(folder, fileName(op, size, i));
      writeFileSync(file, values);
      return file;
    });
    const rounds: Record<string, (number | null)[]> = {};
    const lacking: Record<string, string> = {};
    const able: { name: string; mode: Mode; process: WorkerProcess; slow: boolean }[] = [];
    let agreed: Computed | null = null;
    for (const [{ name }, { process, modes }] of this.workers) {
      const answer = await process
        .exchange<Computed | Lacking>({ do: "prepare", op, size, folder })
        .catch((error: Error): Lacking => ({ lacking: error.message }));
      const problem = "lacking" in answer ? answer.lacking : agreed ? disagreement(answer, agreed) : null;
      if (problem !== null || "lacking" in answer) {
        lacking[name] = problem!;
        continue;
      }
      agreed ??= answer;
      for (const mode of modes) able.push({ name, mode, process, slow: (answer.ms[mode] ?? 0) > SLOW_MS });
    }
    for (let round = 0; round < this.schedule.rounds; round++) {
      // A different side begins each round.
      for (const { name, mode, process, slow } of rotated(able, round)) {
        const results = (rounds[sideName(name, mode)] ??= []);
        if (slow && round >= SLOW_ROUNDS) continue;
        const { median, foreign } = await process.exchange<OpsTimed>({
          do: "run",
          mode,
          ms: slow ? 0 : this.schedule.ms,
          least: slow ? 1 : 3,
        });
        results[round] = median;
        if (foreign !== null) this.foreign.push(foreign);
      }
    }
    for (const file of files) rmSync(file);
    for (const results of Object.values(rounds)) while (results.length < this.schedule.rounds) results.push(null);
    return { op, size, rounds, lacking };
  }

  /** Trace and compilation of a train step on each of our backends. */
  async trainSteps(nodes: number, times: number): Promise<Record<string, TrainStepTimes>> {
    const all: Record<string, TrainStepTimes> = {};
    for (const [{ name, ours }, { process }] of this.workers) {
      if (ours) all[name] = await process.exchange<TrainStepTimes>({ do: "train-step", nodes, times });
    }
    return all;
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers.values()].map(({ process }) => process.close()));
    rmSync(this.folder, { recursive: true });
  }
}

function disagreement(found: Computed, expected: Computed): string | null {
  if (found.shape.join() !== expected.shape.join())
    return `its result has shape [${found.shape.join()}], not [${expected.shape.join()}]`;
  const apart = Math.max(Math.abs(found.sum - expected.sum), Math.abs(found.size - expected.size));
  return apart <= TOLERANCE * Math.max(1, expected.size)
    ? null
    : `its result has the sum ${found.sum}, not ${expected.sum}`;
}
