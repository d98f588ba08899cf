// What the bench and its workers say to each other: one JSON request per line on a worker's stdin, one answer per line on its
// stdout. A worker holds one model and lives as long as the model is measured; python/worker.py speaks the same.

/**
 * - `step`: a compiled train step alone, nothing read back
 * - `train`: `trainOnBatch`, the loss read back
 * - `fit`: one step of `fit`, over many
 * - `predict-N`: `predictOnBatch` of N samples
 */
export type Measure = "step" | "train" | "fit" | "predict-1" | "predict-32";

export type Request =
  | { readonly do: "prepare"; readonly case: string }
  | {
      readonly do: "run";
      readonly measure: Measure;
      /** Steps in one call, for `fit`. */
      readonly steps?: number;
      /** Runs at least so many milliseconds and so many calls. */
      readonly ms: number;
      readonly least: number;
    }
  | { readonly do: "memory" };

/** Answer to `prepare`, sent when the first train step is done. */
export interface Prepared {
  /** Names and versions, for the report. */
  readonly engine: string;
  readonly parameters: number;
  readonly loss: number;
  readonly measures: readonly Measure[];
}

/** Answer to `run`. */
export interface Timed {
  /** Milliseconds per step, one entry per call. */
  readonly times: readonly number[];
  /** Cores that other processes kept busy meanwhile; null where the platform does not say. */
  readonly foreign: number | null;
}

/** Answer to `memory`. */
export interface Memory {
  readonly peakBytes: number;
}

export interface Failure {
  readonly error: string;
}
