// What python/trajectory.py records: how Python Keras trains a bench model from given weights on given batches.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "./cached.ts";

interface Entry {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  readonly offset: number;
}

interface Index {
  readonly learningRate: number;
  readonly weights: readonly (Entry & { readonly path: string })[];
  readonly batches: readonly { readonly x: Entry; readonly y: Entry }[];
  readonly logits: Entry;
  readonly losses: readonly number[];
}

export interface RecordedArray<Values> {
  readonly shape: readonly number[];
  readonly values: Values;
}

export type Floats = RecordedArray<Float32Array<ArrayBuffer>>;
export type Integers = RecordedArray<Int32Array<ArrayBuffer>>;

export interface Trajectory {
  readonly learningRate: number;
  /** The weights before the first step, in Keras's order. */
  readonly weights: readonly (Floats & { readonly path: string })[];
  /** Used in turn. */
  readonly batches: readonly { readonly x: Floats; readonly y: Integers }[];
  /** The untrained model's output for the first batch. */
  readonly logits: Floats;
  /** The loss of each step. */
  readonly losses: readonly number[];
}

/**
 * The folder of these cases' trajectories, recorded with the given Python, which needs Keras and JAX.
 *
 * @throws Error with what Python said
 */
export function recordTrajectories(python: string, cases: readonly string[]): string {
  const sources = ["python/trajectory.py", "python/models.py", "cases.json"];
  return cachedFolder(python, { script: "python/trajectory.py", args: cases, sources });
}

export function readTrajectory(folder: string, caseName: string): Trajectory {
  const index = JSON.parse(readFileSync(join(folder, `${caseName}.json`), "utf8")) as Index;
  const bytes = new Uint8Array(readFileSync(join(folder, `${caseName}.bin`))).buffer;
  const size = (entry: Entry) => entry.shape.reduce((product, dim) => product * dim, 1);
  const floats = (entry: Entry): Floats => ({
    shape: entry.shape,
    values: new Float32Array(bytes, entry.offset, size(entry)),
  });
  const integers = (entry: Entry): Integers => ({
    shape: entry.shape,
    values: new Int32Array(bytes, entry.offset, size(entry)),
  });
  return {
    learningRate: index.learningRate,
    weights: index.weights.map((entry) => ({ path: entry.path, ...floats(entry) })),
    batches: index.batches.map(({ x, y }) => ({ x: floats(x), y: integers(y) })),
    logits: floats(index.logits),
    losses: index.losses,
  };
}
