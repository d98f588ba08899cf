import { ArgumentError, tree, type Tensor } from "@keras/ops";
import { History, ProgbarLogger, CallbackList, type Callback, type Logs } from "@keras/callbacks";
import { allMetrics, buildOn, metricsResult, stepFunction, type StepData, type StepResult } from "./steps.ts";
import { compiled, type AnyModel } from "./compile.ts";
import { givingWay } from "./event-loop.ts";
import { dataSource, hostData, splitData, type Batch, type DataSource, type Templates } from "./data.ts";

/** How much is printed: nothing, a live bar, one line per epoch; `auto`: a bar on a terminal, lines elsewhere. */
export type Verbosity = "auto" | 0 | 1 | 2;

/** Options of `evaluate`. */
export interface EvaluateOptions {
  /** Samples per step. Default 32. */
  readonly batchSize?: number | null | undefined;
  readonly verbose?: Verbosity | undefined;
  readonly sampleWeight?: unknown;
  /** Batches to evaluate; default: all. */
  readonly steps?: number | null | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of `fit`. */
export interface FitOptions {
  /** Samples per step. Default 32. */
  readonly batchSize?: number | null | undefined;
  /** Default 1. */
  readonly epochs?: number | undefined;
  readonly verbose?: Verbosity | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Share of the samples, from their end, that is held out and evaluated after each epoch. */
  readonly validationSplit?: number | undefined;
  /** `[x, y]`, `[x, y, sampleWeight]`, or a stream of batches. */
  readonly validationData?: unknown;
  /** Another order each epoch. Default true; streams keep their own. */
  readonly shuffle?: boolean | undefined;
  /** How much samples of each class count. */
  readonly classWeight?: Readonly<Record<number, number>> | null | undefined;
  /** How much each sample counts. */
  readonly sampleWeight?: unknown;
  /** Number of the first epoch, to go on with training. Default 0. */
  readonly initialEpoch?: number | undefined;
  readonly stepsPerEpoch?: number | null | undefined;
  readonly validationSteps?: number | null | undefined;
  readonly validationBatchSize?: number | null | undefined;
  /** Evaluate every so many epochs, or after the epochs listed. Default 1. */
  readonly validationFreq?: number | readonly number[] | undefined;
  /** Stops after the running step; the model keeps what it has learnt. */
  readonly signal?: AbortSignal | undefined;
}

/** Numbers of a step, read from the device. */
export async function readLogs(results: StepResult): Promise<Record<string, number>> {
  const names = Object.keys(results);
  const values = await Promise.all(names.map((name) => (results[name] as Tensor).item()));
  return Object.fromEntries(names.map((name, i) => [name, Number(values[i])]));
}

function release(results: StepResult): void {
  for (const x of tree.flatten<Tensor>(results as never)) x.dispose?.();
}

/** Waits for a step, so that no more than one is queued behind the host. */
async function settle(results: StepResult): Promise<void> {
  await Promise.all(Object.values(results).map((x) => x.ready()));
}

interface RunState {
  warnedNaN: boolean;
}

function warnOnNaN(logs: Logs, state: RunState, where: string): void {
  if (state.warnedNaN || !Number.isNaN(logs["loss"])) return;
  state.warnedNaN = true;
  console.warn(
    `The loss became NaN in ${where}: a smaller learning rate, gradient clipping (clipnorm) or scaled inputs usually help. callbacks.TerminateOnNaN stops training there.`,
  );
}

/** Runs the steps of one epoch. While the device works on one batch, the next is prepared. */
async function runSteps(
  model: AnyModel,
  batches: AsyncIterable<Batch>,
  run: (data: StepData) => StepResult | Promise<StepResult>,
  hooks: {
    readonly begin: (step: number) => Promise<void>;
    readonly end: (step: number, logs: Logs) => Promise<void>;
    readonly wantsLogs: () => boolean;
    readonly stop: () => boolean;
  },
): Promise<{ readonly steps: number; readonly logs: Record<string, number> }> {
  const iterator = batches[Symbol.asyncIterator]();
  const giveWay = givingWay();
  let results: StepResult | null = null;
  let step = 0;
  let next = await iterator.next();
  while (!next.done && !hooks.stop()) {
    if (step === 0) buildOn(model, (next.value as Batch).x);
    await hooks.begin(step);
    const started = run(next.value as StepData);
    const made = started instanceof Promise ? await started : started;
    const upcoming = iterator.next();
    if (results) release(results);
    results = made;
    await settle(made);
    await hooks.end(step, hooks.wantsLogs() ? await readLogs(made) : {});
    step++;
    await giveWay();
    next = await upcoming;
  }
  if (!next.done) await iterator.return?.();
  if (!results) return { steps: step, logs: {} };
  const logs = await readLogs(results);
  release(results);
  return { steps: step, logs };
}

export function resetMetrics(model: AnyModel): void {
  for (const metric of allMetrics(model)) metric.resetState();
}

function needsProgress(verbose: Verbosity, callbacks: readonly Callback[]): boolean {
  return verbose !== 0 && !callbacks.some((c) => c instanceof ProgbarLogger);
}

const level = (verbose: Verbosity): number => (verbose === "auto" ? 1 : verbose);

/** `model.evaluate`. */
export async function evaluate(
  model: AnyModel,
  x: unknown,
  y: unknown,
  options: EvaluateOptions,
): Promise<Record<string, number>> {
  const { callbacks = [], verbose = "auto" } = options;
  const source = await dataSource(x, {
    y,
    sampleWeight: options.sampleWeight,
    batchSize: options.batchSize ?? 32,
    shuffle: false,
    stepsPerEpoch: options.steps ?? null,
    classWeight: null,
    random: Math.random,
    templates: model.templates,
  });
  const all = needsProgress(verbose, callbacks) ? [new ProgbarLogger(), ...callbacks] : callbacks;
  const list = new CallbackList(all, model, { verbose: level(verbose), epochs: 1, steps: source.steps });
  return evaluateSource(model, source, list, options.signal);
}

async function evaluateSource(
  model: AnyModel,
  source: DataSource,
  list: CallbackList,
  signal: AbortSignal | undefined,
): Promise<Record<string, number>> {
  compiled(model);
  resetMetrics(model);
  await list.call("onTestBegin", {});
  const { logs } = await runSteps(model, source.epoch(0), stepFunction(model, "test"), {
    begin: (step) => list.call("onTestBatchBegin", step, {}),
    end: (step, numbers) => list.call("onTestBatchEnd", step, numbers),
    wantsLogs: () => list.wantsBatchLogs(),
    stop: () => signal?.aborted ?? false,
  });
  await list.call("onTestEnd", logs);
  return logs;
}

interface Validation {
  readonly source: () => Promise<DataSource>;
  readonly due: (epoch: number) => boolean;
}

function validationPlan(data: unknown, options: FitOptions, templates: Templates): Validation | null {
  if (data === null || data === undefined) return null;
  const { validationFreq = 1 } = options;
  const due = (epoch: number): boolean =>
    typeof validationFreq === "number" ? (epoch + 1) % validationFreq === 0 : validationFreq.includes(epoch + 1);
  const parts = Array.isArray(data) ? (data as readonly unknown[]) : [data];
  const source = (): Promise<DataSource> =>
    dataSource(parts[0], {
      y: parts[1],
      sampleWeight: parts[2],
      batchSize: options.validationBatchSize ?? options.batchSize ?? 32,
      shuffle: false,
      stepsPerEpoch: options.validationSteps ?? null,
      classWeight: null,
      random: Math.random,
      templates,
    });
  return { source, due };
}

/** `model.fit`. */
export async function fit(
  model: AnyModel & { stopTraining: boolean },
  x: unknown,
  y: unknown,
  options: FitOptions,
  random: () => number,
): Promise<History> {
  compiled(model);
  const { epochs = 1, initialEpoch = 0, verbose = "auto", callbacks = [], validationSplit = 0 } = options;
  let [data, validationData]: [unknown[], unknown] = [[x, y, options.sampleWeight], options.validationData];
  if (validationSplit > 0) {
    if (validationSplit >= 1) throw new ArgumentError(`validationSplit must lie in (0, 1), got ${validationSplit}`);
    const [training, held] = splitData(await hostData(x, y, options.sampleWeight, model.templates), validationSplit);
    data = [training.x, training.y, training.sampleWeight];
    validationData ??= [held.x, held.y, held.sampleWeight];
  }
  const source = await dataSource(data[0], {
    y: data[1],
    sampleWeight: data[2],
    batchSize: options.batchSize ?? 32,
    shuffle: options.shuffle ?? true,
    stepsPerEpoch: options.stepsPerEpoch ?? null,
    classWeight: options.classWeight ?? null,
    random,
    templates: model.templates,
  });
  const validation = validationPlan(validationData, options, model.templates);
  const validationSource = validation ? await validation.source() : null;
  const history = new History();
  const all = [...(needsProgress(verbose, callbacks) ? [new ProgbarLogger()] : []), ...callbacks, history];
  const list = new CallbackList(all, model, { verbose: level(verbose), epochs, steps: source.steps });
  const state: RunState = { warnedNaN: false };
  const stopped = (): boolean => (options.signal?.aborted ?? false) || model.stopTraining;
  model.stopTraining = false;
  let logs: Record<string, number> = {};
  await list.call("onTrainBegin", {});
  try {
    for (let epoch = initialEpoch; epoch < epochs && !stopped(); epoch++) {
      resetMetrics(model);
      await list.call("onEpochBegin", epoch, {});
      const ran = await runSteps(model, source.epoch(epoch - initialEpoch), stepFunction(model, "train"), {
        begin: (step) => list.call("onTrainBatchBegin", step, {}),
        end: (step, numbers) => list.call("onTrainBatchEnd", step, numbers),
        wantsLogs: () => list.wantsBatchLogs(),
        stop: stopped,
      });
      logs = ran.logs;
      warnOnNaN(logs, state, `epoch ${epoch + 1}`);
      if (source.steps === null) list.setParams({ verbose: level(verbose), epochs, steps: ran.steps });
      if (validation && validationSource && validation.due(epoch) && !options.signal?.aborted) {
        const found = await evaluateSource(model, validationSource, list, options.signal);
        for (const [name, value] of Object.entries(found)) logs[`val_${name}`] = value;
      }
      await list.call("onEpochEnd", epoch, logs);
    }
    compiled(model).optimizer.finalizeVariableValues();
  } finally {
    await source.close?.();
    await list.call("onTrainEnd", logs);
  }
  return history;
}

/** One batch through a compiled step. The logs are of this batch alone. */
export async function onBatch(
  model: AnyModel,
  kind: "train" | "test",
  x: unknown,
  y: unknown,
  sampleWeight: unknown,
): Promise<Record<string, number>> {
  const batch = await hostData(x, y, sampleWeight, model.templates);
  buildOn(model, batch.x);
  resetMetrics(model);
  const results = await stepFunction(model, kind)(batch as StepData);
  const logs = await readLogs(results);
  release(results);
  return logs;
}

/** Values of the loss and the metrics so far. */
export async function currentMetrics(model: AnyModel): Promise<Record<string, number>> {
  return readLogs(metricsResult(model));
}
