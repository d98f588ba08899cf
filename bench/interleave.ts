import type { BenchCase } from "./cases.ts";
import type { Participant } from "./participants.ts";
import type { Measure, Prepared } from "./protocol.ts";
import { median } from "./statistics.ts";
import { WorkerProcess } from "./worker-process.ts";

/** What one side took in each round: `null` where it did not take part. Milliseconds per step, the median of a block. */
export type Rounds = readonly (number | null)[];

export interface Finished {
  readonly participant: Participant;
  readonly engine: string;
  readonly parameters: number;
  /** From the start of the process to the end of the first train step. */
  readonly startupMs: number;
  readonly peakBytes: number;
  readonly rounds: Readonly<Partial<Record<Measure, Rounds>>>;
  /** Cores that other processes kept busy in each block. */
  readonly foreign: readonly number[];
}

export interface Failed {
  readonly participant: Pick<Participant, "name" | "label" | "kind">;
  readonly reason: string;
}

export interface Schedule {
  readonly rounds: number;
  /** The shortest block. */
  readonly ms: number;
  /** How long one answer may take. */
  readonly timeoutMs: number;
}

/** Measures that are compared with each other run in the same rounds. */
const GROUPS: readonly (readonly Measure[])[] = [["step", "train", "fit"], ["predict-1"], ["predict-32"]];

/** A side whose step takes longer than this only joins the first rounds, with one step each. */
const SLOW_MS = 1000;
const SLOW_ROUNDS = 2;
/** One `fit` takes the steps of the case, or as many as fit into this time. */
const FIT_MS = 2000;
const LEAST_FIT_STEPS = 2;

class Contender {
  readonly participant: Participant;
  readonly worker: WorkerProcess;
  readonly prepared: Prepared;
  readonly startupMs: number;
  readonly rounds: Partial<Record<Measure, (number | null)[]>> = {};
  readonly foreign: number[] = [];
  slow = false;
  fitSteps = 0;

  private constructor(participant: Participant, worker: WorkerProcess, prepared: Prepared, startupMs: number) {
    this.participant = participant;
    this.worker = worker;
    this.prepared = prepared;
    this.startupMs = startupMs;
  }

  static async start(
    participant: Participant,
    caseName: string,
    benchCase: BenchCase,
    timeoutMs: number,
  ): Promise<Contender> {
    const start = performance.now();
    const worker = new WorkerProcess(participant.command, timeoutMs);
    try {
      const prepared = await worker.ask({ do: "prepare", case: caseName });
      const contender = new Contender(participant, worker, prepared, performance.now() - start);
      const measure = prepared.measures.includes("train") ? "train" : "step";
      const { times } = await worker.ask({ do: "run", measure, ms: 0, least: 1 });
      const stepMs = times[0]!;
      contender.slow = stepMs > SLOW_MS;
      contender.fitSteps = Math.min(benchCase.fitSteps, Math.max(LEAST_FIT_STEPS, Math.ceil(FIT_MS / stepMs)));
      return contender;
    } catch (error) {
      await worker.close();
      throw error;
    }
  }

  async block(measure: Measure, round: number, ms: number): Promise<void> {
    const results = (this.rounds[measure] ??= []);
    if (this.slow && round >= SLOW_ROUNDS) {
      results.push(null);
      return;
    }
    const { times, foreign } = await this.worker.ask({
      do: "run",
      measure,
      ms: this.slow ? 0 : ms,
      least: this.slow || measure === "fit" ? 1 : 3,
      ...(measure === "fit" ? { steps: this.fitSteps } : {}),
    });
    results.push(median(times));
    if (foreign !== null) this.foreign.push(foreign);
  }

  async finish(): Promise<Finished> {
    const { participant, prepared, startupMs, rounds, foreign } = this;
    const { peakBytes } = await this.worker.ask({ do: "memory" });
    const { engine, parameters } = prepared;
    return { participant, engine, parameters, startupMs, peakBytes, rounds, foreign };
  }
}

/**
 * Measures the participants side by side on one case: each is started alone, then all of them run short blocks in turn,
 * so that whatever else the machine does meets them all alike. A side that fails is reported with its reason.
 */
export async function interleave(
  participants: readonly Participant[],
  caseName: string,
  benchCase: BenchCase,
  schedule: Schedule,
  progress: (message: string) => void,
): Promise<(Finished | Failed)[]> {
  const contenders: Contender[] = [];
  const results = new Map<string, Finished | Failed>();
  const fail = (participant: Participant, error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    progress(`${caseName}: ${participant.name} failed: ${reason}`);
    results.set(participant.name, { participant, reason });
  };

  try {
    for (const participant of participants) {
      progress(`${caseName}: starting ${participant.name}`);
      try {
        contenders.push(await Contender.start(participant, caseName, benchCase, schedule.timeoutMs));
      } catch (error) {
        fail(participant, error);
      }
    }
    for (const group of GROUPS) {
      for (let round = 0; round < schedule.rounds; round++) {
        progress(`${caseName}: ${group.join(", ")}, round ${round + 1} of ${schedule.rounds}`);
        // A different side begins each round.
        for (const contender of rotated(contenders, round)) {
          if (results.has(contender.participant.name)) continue;
          try {
            for (const measure of group.filter((name) => contender.prepared.measures.includes(name))) {
              await contender.block(measure, round, schedule.ms);
            }
          } catch (error) {
            fail(contender.participant, error);
          }
        }
      }
    }
    for (const contender of contenders) {
      const { name } = contender.participant;
      if (results.has(name)) continue;
      try {
        results.set(name, await contender.finish());
      } catch (error) {
        fail(contender.participant, error);
      }
    }
  } finally {
    await Promise.all(contenders.map(({ worker }) => worker.close()));
  }
  return participants.map(({ name }) => results.get(name)!);
}

/** The items from the given one on, then those before it. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  if (items.length === 0) return [];
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
