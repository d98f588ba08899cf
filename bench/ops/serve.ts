import { createInterface } from "node:readline";
import { watchOthers } from "../machine.ts";
import { median } from "../statistics.ts";
import { operandsOf, type OpName, type Operand, type Size } from "./cases.ts";
import type { Computed, Hello, Lacking, Mode, OpsRequest, OpsTimed, TrainStepTimes } from "./protocol.ts";

/** One call of an op: it ends when the result is computed, and keeps nothing of it. */
export type Call = () => void | Promise<void>;

/** An op on operands that lie where the side wants them. */
export interface PreparedOp {
  readonly calls: Readonly<Partial<Record<Mode, Call>>>;
  /** The first output, on the host. */
  readonly result: () => Promise<{ readonly values: ArrayLike<number>; readonly shape: readonly number[] }>;
  readonly dispose: () => void;
}

/** What a worker written in TypeScript provides. */
export interface OpsSubject {
  hello(): Promise<Hello>;
  /** @throws what the side says when it has no such op */
  prepare(op: OpName, size: Size, operands: readonly Operand[]): Promise<PreparedOp>;
  trainStep?(nodes: number, times: number): Promise<TrainStepTimes>;
}

/** Calls before a call counts. */
const WARM = 3;

/** Answers requests until stdin ends. */
export async function serveOps(subject: OpsSubject): Promise<void> {
  let current: PreparedOp | null = null;
  const respond = async (request: OpsRequest): Promise<Hello | Computed | Lacking | OpsTimed | TrainStepTimes> => {
    switch (request.do) {
      case "hello":
        return subject.hello();
      case "train-step":
        if (!subject.trainStep) throw new TypeError("this side has no train step");
        return subject.trainStep(request.nodes, request.times);
      case "run":
        return time(current!.calls[request.mode]!, request.ms, request.least);
      case "prepare":
        current?.dispose();
        current = null;
        try {
          current = await subject.prepare(request.op, request.size, operandsOf(request.op, request.size));
          return await warm(current);
        } catch (error) {
          return { lacking: error instanceof Error ? error.message.split("\n")[0]! : String(error) };
        }
    }
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await respond(JSON.parse(line) as OpsRequest).catch((error: unknown) => ({
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

async function warm({ calls, result }: PreparedOp): Promise<Computed> {
  const ms: Partial<Record<Mode, number>> = {};
  for (const [mode, call] of Object.entries(calls)) {
    await call();
    const start = performance.now();
    await call();
    ms[mode as Mode] = performance.now() - start;
    for (let i = 2; i < WARM; i++) await call();
  }
  const { values, shape } = await result();
  let [sum, size] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    size += Math.abs(values[i]!);
  }
  return { shape, sum, size, ms };
}

async function time(call: Call, ms: number, least: number): Promise<OpsTimed> {
  const times: number[] = [];
  const others = watchOthers();
  const start = performance.now();
  let last = start;
  while (last - start < ms || times.length < least) {
    const running = call();
    if (running) await running;
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return { median: median(times), calls: times.length, foreign: others() };
}
