import {
  add,
  ArgumentError,
  cast,
  isTensor,
  jit,
  KerasTensor,
  tree,
  valueAndGrad,
  type NDArray,
  type Tensor,
  type Variable,
} from "@keras/ops";
import type { Metric } from "@keras/metrics";
import { compiled, compiledOrNull, type AnyModel } from "./compile.ts";

/** One batch on the device. */
export interface StepData {
  readonly x: unknown;
  readonly y: unknown;
  readonly sampleWeight: unknown;
}

/** A batch with what the model made of it. */
export interface LossData extends StepData {
  readonly yPred: unknown;
  readonly training?: boolean | undefined;
}

/** The numbers of a step, as tensors. */
export type StepResult = Readonly<Record<string, Tensor>>;

/** Number of samples of a batch. */
function batchSize(x: unknown): number {
  return tree.flatten<unknown>(x as never).find(isTensor)?.shape[0] ?? 1;
}

/** The compiled losses of a batch, and those that layers added. */
export function computeLoss(model: AnyModel, { y, yPred, sampleWeight }: LossData): Tensor {
  const own = compiled(model).loss.call(y, yPred, sampleWeight);
  const terms = [...(own ? [own] : []), ...model.losses];
  if (terms.length === 0)
    throw new ArgumentError(
      "there is nothing to minimize: pass a loss to compile, or add one in a layer with addLoss",
      { layer: model.path },
    );
  return terms.reduce((total, term) => add(total, cast(term, total.dtype)));
}

/** Updates the metrics of a batch and gives their values so far. */
export function computeMetrics(model: AnyModel, { y, yPred, sampleWeight }: LossData): StepResult {
  const state = compiled(model);
  state.metrics.updateState(y, yPred, sampleWeight);
  return metricsResult(model);
}

/** Values of the loss and the metrics so far. */
export function metricsResult(model: AnyModel): StepResult {
  const { lossTracker, loss, metrics } = compiled(model);
  const parts = [...loss.trackers].map(([path, tracker]) => [`${path}_loss`, tracker.result()] as const);
  return { loss: lossTracker.result(), ...Object.fromEntries(parts), ...metrics.result() };
}

/** Everything that keeps a running value: the loss, and the metrics. */
export function allMetrics(model: AnyModel): readonly Metric[] {
  const { lossTracker, loss, metrics } = compiled(model);
  return [lossTracker, ...loss.trackers.values(), ...metrics.metrics];
}

/** Weights and seeds, the optimizer's slots, and the state of metrics: what moves with a model. */
export function stateVariables(model: AnyModel): readonly Variable[] {
  const state = compiledOrNull(model);
  if (!state) return model.variables;
  return [...model.variables, ...state.optimizer.variables, ...allMetrics(model).flatMap((metric) => metric.variables)];
}

/** One training step: forward, backward, update, metrics. What `fit` runs, unless a subclass overrides `trainStep`. */
export function trainStep(model: AnyModel, data: StepData): StepResult {
  const { optimizer, lossTracker } = compiled(model);
  const step = model as unknown as StepMethods;
  const { grads, aux } = valueAndGrad(() => {
    const yPred = model.applyAny(data.x, { training: true });
    const loss = step.computeLoss({ ...data, yPred, training: true });
    return [optimizer.scaleLoss(loss), { loss, yPred }] as const;
  }, model.trainableVariables);
  lossTracker.updateState(aux.loss, { sampleWeight: batchSize(data.x) });
  optimizer.apply(grads, model.trainableVariables);
  return step.computeMetrics({ ...data, yPred: aux.yPred });
}

/** One step of `evaluate`. */
export function testStep(model: AnyModel, data: StepData): StepResult {
  const step = model as unknown as StepMethods;
  const yPred = model.applyAny(data.x, { training: false });
  const loss = step.computeLoss({ ...data, yPred, training: false });
  compiled(model).lossTracker.updateState(loss, { sampleWeight: batchSize(data.x) });
  return step.computeMetrics({ ...data, yPred });
}

/** The methods that a subclass may override. */
export interface StepMethods {
  trainStep(data: StepData): StepResult | Promise<StepResult>;
  testStep(data: StepData): StepResult | Promise<StepResult>;
  computeLoss(data: LossData): Tensor;
  computeMetrics(data: LossData): StepResult;
}

type StepFunction = (data: StepData) => StepResult | Promise<StepResult>;

/** Makes the weights of a model that was never called, by tracing it once on a batch's shapes. */
export function buildOn(model: AnyModel, x: unknown): void {
  if (model.built && model.flattenLayers().every((layer) => layer.built)) return;
  const symbols = tree.mapStructure((leaf: unknown) => {
    const { shape, dtype } = leaf as NDArray | Tensor;
    return new KerasTensor([null, ...shape.slice(1)], dtype);
  }, x as never);
  model.computeOutputSpec([symbols], { training: false });
}

/** A step as one compiled graph, kept on the model until it is compiled anew; run eagerly where the user wants that. */
export function stepFunction(model: AnyModel, kind: "train" | "test"): StepFunction {
  const methods = model as unknown as StepMethods;
  const run: StepFunction = kind === "train" ? (data) => methods.trainStep(data) : (data) => methods.testStep(data);
  if (compiled(model).runEagerly) return (data) => model.placed(() => run(data));
  const known = model.functions.get(kind);
  if (known) return known as unknown as StepFunction;
  const compiledStep = jit((data: StepData) => {
    const result = run(data);
    if (result instanceof Promise)
      throw new ArgumentError("an async trainStep cannot be compiled: compile the model with { runEagerly: true }", {
        layer: model.path,
      });
    return result;
  });
  const placedStep: StepFunction = (data) => model.placed(() => compiledStep(data));
  model.functions.set(kind, placedStep as never);
  return placedStep;
}
