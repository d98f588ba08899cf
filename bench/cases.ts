import data from "./cases.json" with { type: "json" };

/** What is timed: a model, the batch it is trained with and the steps of one timed `fit`. */
export interface BenchCase {
  readonly model: "mlp" | "cnn" | "lstm" | "transformer";
  readonly batch: number;
  /** The shape of one sample. */
  readonly input: readonly number[];
  readonly fitSteps: number;
}

export type CaseName = keyof typeof data;

export const CLASSES = 10;

/**
 * The rate of the timed steps: so small that thousands of steps on random labels leave the model where it was.
 * Gradients that vanish would turn into denormal numbers, which are slow.
 */
export const LEARNING_RATE = 1e-6;

export const CASES: Readonly<Record<CaseName, BenchCase>> = data as Record<CaseName, BenchCase>;

export const CASE_NAMES: readonly CaseName[] = Object.keys(CASES) as CaseName[];

/** A case by its name; throws with the list of names. */
export function caseNamed(name: string): BenchCase {
  if (!(name in CASES)) throw new RangeError(`No bench case "${name}": there are ${CASE_NAMES.join(", ")}.`);
  return CASES[name as CaseName];
}

/** Inputs drawn from a normal distribution and labels drawn at random, for `samples` samples. */
export function randomBatch(
  benchCase: BenchCase,
  samples: number,
  seed = 0,
): { x: Float32Array<ArrayBuffer>; y: Int32Array<ArrayBuffer> } {
  const random = mulberry32(seed + 1);
  const x = normal(
    benchCase.input.reduce((product, dim) => product * dim, samples),
    random,
  );
  return { x, y: Int32Array.from({ length: samples }, () => Math.floor(random() * CLASSES)) };
}

/** Numbers drawn from a normal distribution. */
export function randomNumbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  return normal(count, mulberry32(seed + 1));
}

function normal(count: number, random: () => number): Float32Array<ArrayBuffer> {
  const x = new Float32Array(count);
  for (let i = 0; i < count; i++) x[i] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return x;
}

/** A small generator of uniform numbers in [0, 1), good enough for made-up data. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
