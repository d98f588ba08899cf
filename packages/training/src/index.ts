import "./install.ts";
export type { CompileOptions } from "./compile.ts";
export type { LossTree, LossWeights } from "./compile-loss.ts";
export type { MetricTree } from "./compile-metrics.ts";
export type { Batch, StreamSource } from "./data.ts";
export type { Results } from "./extensions.ts";
export { installTraining } from "./install.ts";
export type { EvaluateOptions, FitOptions, Verbosity } from "./run.ts";
export type { LossData, StepData, StepResult } from "./steps.ts";
