import type { Tensor } from "@keras/ops";
import type { History } from "@keras/callbacks";
import type { Feed } from "@keras/models";
import type { Optimizer } from "@keras/optimizers";
import type { CompileOptions } from "./compile.ts";
import type { EvaluateOptions, FitOptions } from "./run.ts";
import type { LossData, StepData, StepResult } from "./steps.ts";
import type { StreamSource } from "./data.ts";

/** Numbers of a batch or an evaluation: the loss, and the metrics by name. */
export type Results = { loss: number } & Record<string, number>;

declare module "@keras/models" {
  interface ModelExtensions<I, O> {
    /**
     * Sets the model up for training.
     *
     * @throws {NotFoundError} when an optimizer, loss or metric is unknown; lists those there are.
     */
    compile(options?: CompileOptions): void;
    /**
     * Trains the model.
     *
     * @param x - Data in memory in the structure of the inputs.
     * @param y - Targets in the structure of the outputs.
     * @returns The numbers of every epoch.
     * @throws {ArgumentError} when arrays differ in their number of samples.
     * @throws {StateError} before `compile`.
     */
    fit(x: Feed<I>, y: Feed<O> | unknown, options?: FitOptions): Promise<History>;
    /** Trains the model on a stream of batches: `x`, `[x, y]`, `[x, y, sampleWeight]` or `{ x, y, sampleWeight }`. */
    fit(dataset: StreamSource, options?: FitOptions): Promise<History>;
    /** Loss and metrics on data. */
    evaluate(x: Feed<I>, y: Feed<O> | unknown, options?: EvaluateOptions): Promise<Results>;
    evaluate(dataset: StreamSource, options?: EvaluateOptions): Promise<Results>;
    /** One training step on one batch. Metrics go on from where they were: see `resetMetrics`. */
    trainOnBatch(x: Feed<I>, y?: Feed<O> | unknown, options?: { readonly sampleWeight?: unknown }): Promise<Results>;
    /** Loss and metrics of one batch. */
    testOnBatch(x: Feed<I>, y?: Feed<O> | unknown, options?: { readonly sampleWeight?: unknown }): Promise<Results>;
    /** One training step; override it for other training. Synchronous, unless compiled with `runEagerly`. */
    trainStep(data: StepData): StepResult | Promise<StepResult>;
    /** One evaluation step. */
    testStep(data: StepData): StepResult | Promise<StepResult>;
    /** The loss of a batch, losses added by layers included. */
    computeLoss(data: LossData): Tensor;
    /** Updates the metrics with a batch and gives their values. */
    computeMetrics(data: LossData): StepResult;
    /** Starts loss and metrics anew. */
    resetMetrics(): void;
    /** Set it to true to stop after the running step. */
    stopTraining: boolean;
    /** The optimizer that `compile` was given; null before. */
    readonly optimizer: Optimizer | null;
    readonly compiled: boolean;
    /** What `compile` was given, as JSON; null before. */
    getCompileConfig(): Record<string, unknown> | null;
    /** Compiles from what `getCompileConfig` gave. */
    compileFromConfig(
      config: Readonly<Record<string, unknown>>,
      options?: { readonly objects?: readonly object[] },
    ): void;
  }
}
