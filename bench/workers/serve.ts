import { createInterface } from "node:readline";
import { peakMemory, watchOthers } from "../machine.ts";
import type { Failure, Measure, Memory, Prepared, Request, Timed } from "../protocol.ts";

/** One call of what is measured. */
export type Once = () => Promise<unknown>;

/** What a worker written in TypeScript provides. */
export interface Subject {
  /** Builds the model of a case and makes its first train step. */
  prepare(caseName: string): Promise<Prepared>;
  /** A function that runs the measure once; `steps` is the number of steps in one `fit`. */
  measure(measure: Measure, steps: number): Promise<Once>;
}

/** Answers requests until stdin ends. */
export async function serve(subject: Subject): Promise<void> {
  const warm = new Map<string, Once>();
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await respond(subject, warm, JSON.parse(line) as Request).catch(failure);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

async function respond(
  subject: Subject,
  warm: Map<string, Once>,
  request: Request,
): Promise<Prepared | Timed | Memory> {
  if (request.do === "prepare") return subject.prepare(request.case);
  if (request.do === "memory") return { peakBytes: peakMemory() };
  const steps = request.steps ?? 1;
  const key = `${request.measure} ${steps}`;
  let once = warm.get(key);
  if (once === undefined) {
    once = await subject.measure(request.measure, steps);
    await once();
    if (request.measure !== "fit") await once();
    warm.set(key, once);
  }
  return time(once, steps, request.ms, request.least);
}

async function time(once: Once, steps: number, ms: number, least: number): Promise<Timed> {
  const times: number[] = [];
  const others = watchOthers();
  const start = performance.now();
  let last = start;
  while (last - start < ms || times.length < least) {
    await once();
    const now = performance.now();
    times.push((now - last) / steps);
    last = now;
  }
  return { times, foreign: others() };
}

function failure(error: unknown): Failure {
  return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
