import type { DType } from "@keras/ops";
import type { Tolerance } from "./values.ts";

/** The parts of the kit, in the order in which they run. */
export const PARTS = [
  "transfer",
  "primitives",
  "gradients",
  "jit",
  "control_flow",
  "random",
  "memory",
  "training",
  "switching",
  "errors",
] as const;

export type Part = (typeof PARTS)[number];

/** What a backend's tests say of it. Everything may be left out. */
export interface BackendTestOptions {
  /** Which parts run. Default: all. */
  readonly parts?: readonly Part[] | undefined;
  /** How exact floats must be. Default: 64 places, 1e-6 absolute, NaN and infinities included. */
  readonly tolerance?: Partial<Tolerance> | undefined;
  /** Dtypes to test. Default: those that the backend declares. */
  readonly dtypes?: readonly DType[] | undefined;
  /**
   * Tests that must fail, each with the reason why the backend cannot do better: `{ "primitives > log float32": "log(0) is −88 here" }`.
   * A name that ends in `*` stands for all that begin so. Such a test runs all the same, and one that passes is reported.
   */
  readonly deviations?: Readonly<Record<string, string>> | undefined;
  /** Steps of the memory test. Default 10000. */
  readonly memorySteps?: number | undefined;
  /** Relative distance that losses of the trained models may have from Python Keras's. Default 2e-4. */
  readonly lossTolerance?: number | undefined;
}

/** {@link BackendTestOptions} with the defaults filled in. */
export interface Settings {
  readonly backend: string;
  readonly parts: ReadonlySet<Part>;
  readonly tolerance: Tolerance;
  readonly dtypes: ReadonlySet<DType>;
  readonly deviations: Readonly<Record<string, string>>;
  readonly memorySteps: number;
  readonly lossTolerance: number;
}
