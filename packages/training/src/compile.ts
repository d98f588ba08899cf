import { StateError } from "@keras/ops";
import { Mean } from "@keras/metrics";
import type { Model } from "@keras/models";
import { get as getOptimizer, LossScaleOptimizer, type Optimizer, type OptimizerOption } from "@keras/optimizers";
import { CompileLoss, type LossTree, type LossWeights } from "./compile-loss.ts";
import { CompileMetrics, type MetricTree } from "./compile-metrics.ts";

/** Options of `compile`. */
export interface CompileOptions {
  /** Default `rmsprop`. */
  readonly optimizer?: OptimizerOption | undefined;
  /** One loss, or one per output by position or name. */
  readonly loss?: LossTree | undefined;
  /** Weights of the losses of several outputs. Default 1 each. */
  readonly lossWeights?: LossWeights | undefined;
  readonly metrics?: MetricTree | undefined;
  /** Metrics that take sample weights into account. */
  readonly weightedMetrics?: MetricTree | undefined;
  /** Run op by op in place of one compiled graph: slow, but a debugger can step through. */
  readonly runEagerly?: boolean | undefined;
  /** Scale the loss of a model of policy `mixed_float16` by a `LossScaleOptimizer`, so that no gradient vanishes. Default true. */
  readonly autoScaleLoss?: boolean | undefined;
}

/** A model whatever its inputs and outputs. */
export type AnyModel = Model<never, unknown>;

/** What `compile` leaves on a model. */
export interface Compiled {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  /** The optimizer as it was given, before it got one around it that scales the loss. */
  readonly givenOptimizer: Optimizer;
  readonly loss: CompileLoss;
  readonly metrics: CompileMetrics;
  readonly lossTracker: Mean;
  readonly runEagerly: boolean;
}

const states = new WeakMap<object, Compiled>();

/** What a model was compiled with. @throws {StateError} before `compile`. */
export function compiled(model: object): Compiled {
  const state = states.get(model);
  if (!state)
    throw new StateError("the model must be compiled first: model.compile({ optimizer, loss })", {
      layer: (model as AnyModel).path,
    });
  return state;
}

/** As `compiled`; null before `compile`. */
export function compiledOrNull(model: object): Compiled | null {
  return states.get(model) ?? null;
}

/** Names of a graph's outputs, as losses and metrics are keyed by them. */
function outputNames(model: AnyModel): readonly string[] {
  const graph = (model as { functional?: object | null }).functional ?? model;
  const outputs =
    "graph" in graph
      ? (graph as unknown as { outputs: readonly { node: { operation: { name: string } } | null }[] }).outputs
      : [];
  return outputs.map((y, i) => y.node?.operation.name ?? `output_${i}`);
}

/** Sets a model up for training. @throws {NotFoundError} on an unknown name. */
export function compile(model: AnyModel, options: CompileOptions): void {
  const names = outputNames(model);
  const given = getOptimizer(options.optimizer ?? "rmsprop");
  const scales =
    (options.autoScaleLoss ?? true) &&
    model.dtypePolicy.name === "mixed_float16" &&
    !(given instanceof LossScaleOptimizer);
  states.set(model, {
    options,
    optimizer: scales ? new LossScaleOptimizer({ innerOptimizer: given, name: "loss_scale_optimizer" }) : given,
    givenOptimizer: given,
    loss: new CompileLoss(options.loss ?? null, options.lossWeights ?? null, names),
    metrics: new CompileMetrics(options.metrics ?? null, options.weightedMetrics ?? null, names),
    lossTracker: new Mean({ name: "loss" }),
    runEagerly: options.runEagerly ?? false,
  });
  model.resetFunctions();
}
