// What the bench of ops and its workers say to each other: one JSON request per line on stdin, one answer per line on stdout.
// `numpy.py` speaks the same.
import type { OpName, Size } from "./cases.ts";

/** How a side can run an op; those without a compiler have `eager` alone. */
export type Mode = "eager" | "jit";

export type OpsRequest =
  | { readonly do: "hello" }
  | {
      readonly do: "prepare";
      readonly op: OpName;
      readonly size: Size;
      /** The folder with the operands' files, for workers that cannot make them. */
      readonly folder: string;
    }
  | { readonly do: "run"; readonly mode: Mode; readonly ms: number; readonly least: number }
  | { readonly do: "train-step"; readonly nodes: number; readonly times: number };

export interface Hello {
  /** Names and versions, for the report. */
  readonly engine: string;
  readonly modes: readonly Mode[];
}

/** Answer to `prepare`: what the first output is, so that sides which compute something else are found out. */
export interface Computed {
  readonly shape: readonly number[];
  readonly sum: number;
  /** Sum of the magnitudes. */
  readonly size: number;
  /** Milliseconds of one call in each mode, the first of all included in none. */
  readonly ms: Readonly<Partial<Record<Mode, number>>>;
}

/** Answer to `prepare` where a side has no such op. */
export interface Lacking {
  readonly lacking: string;
}

/** Answer to `run`. */
export interface OpsTimed {
  /** Milliseconds per call, the median of the block. */
  readonly median: number;
  readonly calls: number;
  readonly foreign: number | null;
}

/** Answer to `train-step`: medians over fresh compilations, in milliseconds. */
export interface TrainStepTimes {
  /** Nodes of the traced graph, and of the one that is compiled. */
  readonly nodes: number;
  readonly compiledNodes: number;
  readonly traceMs: number;
  readonly compileMs: number;
  /** First values of all weights and optimizer slots. */
  readonly initializeMs: number;
  /** The whole first call after that: trace, compilation and run. */
  readonly firstCallMs: number;
  readonly stepMs: number;
}
