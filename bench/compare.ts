import type { Failed, Finished, Rounds } from "./interleave.ts";
import { median, quantile } from "./statistics.ts";

/** One figure of a comparison: the median over the rounds and the quartiles around it. Below 1: the first side takes less. */
export interface Ratio {
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

/** The ratios of one of our backends to one other side, by what they compare. */
export type Ratios = Readonly<Record<string, Ratio>>;

export function isFinished(result: Finished | Failed): result is Finished {
  return "rounds" in result;
}

/** The ratios of two sides of one run; a measure that one of them lacks is left out. */
export function compare(ours: Finished, other: Finished): Ratios {
  const pairs: Record<string, Ratio | null> = {
    step: ratioOfRounds(ours.rounds.step, other.rounds.step),
    // The bare engine has no trainOnBatch or fit: its step is what they are held against.
    train: ratioOfRounds(ours.rounds.train, other.rounds.train ?? other.rounds.step),
    fit: ratioOfRounds(ours.rounds.fit, other.rounds.fit ?? other.rounds.step),
    "predict-1": ratioOfRounds(ours.rounds["predict-1"], other.rounds["predict-1"]),
    "predict-32": ratioOfRounds(ours.rounds["predict-32"], other.rounds["predict-32"]),
    startup: single(ours.startupMs / other.startupMs),
    memory: single(ours.peakBytes / other.peakBytes),
  };
  return Object.fromEntries(Object.entries(pairs).filter((pair): pair is [string, Ratio] => pair[1] !== null));
}

/** What `fit` and `trainOnBatch` cost beside a bare step of the same side. */
export function overheads(side: Finished): Ratios {
  const pairs = {
    train: ratioOfRounds(side.rounds.train, side.rounds.step),
    fit: ratioOfRounds(side.rounds.fit, side.rounds.step),
  };
  return Object.fromEntries(Object.entries(pairs).filter((pair): pair is [string, Ratio] => pair[1] !== null));
}

/** The median of the rounds' ratios: noise that lasts longer than a round cancels out. */
export function ratioOfRounds(first: Rounds | undefined, second: Rounds | undefined): Ratio | null {
  const ratios: number[] = [];
  for (const [round, a] of (first ?? []).entries()) {
    const b = second?.[round] ?? null;
    if (a !== null && b !== null) ratios.push(a / b);
  }
  if (ratios.length === 0) return null;
  return { median: median(ratios), quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)] };
}

function single(value: number): Ratio {
  return { median: value, quartiles: [value, value] };
}
