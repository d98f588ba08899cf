import { ArgumentError, deserializeKerasObject, ensureBackend, isSerialized, serializeKerasObject } from "@keras/ops";
import { isArrayData, Model } from "@keras/models";
import { compile, compiledOrNull, type AnyModel, type CompileOptions } from "./compile.ts";
import { evaluate, fit, onBatch, resetMetrics, type EvaluateOptions, type FitOptions } from "./run.ts";
import {
  allMetrics,
  computeLoss,
  computeMetrics,
  stateVariables,
  testStep,
  trainStep,
  type LossData,
  type StepData,
} from "./steps.ts";

/** `fit(x, y, options)` and `fit(dataset, options)`: told apart by what x is. */
function split<Options extends object>(x: unknown, rest: readonly unknown[]): { y: unknown; options: Options } {
  const [y, options] = isArrayData(x) ? rest : [undefined, rest[0]];
  if (options !== undefined && (typeof options !== "object" || options === null))
    throw new ArgumentError("the last argument must be an options object");
  return { y, options: (options ?? {}) as Options };
}

/** Values of `compile` as JSON, functions and objects by name. */
function compileConfig(model: AnyModel): Record<string, unknown> | null {
  const state = compiledOrNull(model);
  if (!state) return null;
  const { loss = null, lossWeights = null, metrics = null, weightedMetrics = null, runEagerly = false } = state.options;
  return {
    optimizer: serializeKerasObject(state.givenOptimizer),
    loss: serializeKerasObject(loss),
    lossWeights: serializeKerasObject(lossWeights),
    metrics: serializeKerasObject(metrics),
    weightedMetrics: serializeKerasObject(weightedMetrics),
    runEagerly,
    stepsPerExecution: 1,
    jitCompile: true,
  };
}

function restore(value: unknown, objects: readonly object[]): unknown {
  if (Array.isArray(value)) return value.map((v) => restore(v, objects));
  if (isSerialized(value)) return deserializeKerasObject(value, { objects });
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, restore(v, objects)]));
}

const methods: Record<string, (this: AnyModel & { stopTraining: boolean }, ...args: never[]) => unknown> = {
  compile(options: CompileOptions = {}) {
    compile(this, options);
  },
  async fit(x: unknown, ...rest: unknown[]) {
    await ensureBackend();
    const { y, options } = split<FitOptions>(x, rest);
    return fit(this, x, y, options, Math.random);
  },
  async evaluate(x: unknown, ...rest: unknown[]) {
    await ensureBackend();
    const { y, options } = split<EvaluateOptions>(x, rest);
    return evaluate(this, x, y, options);
  },
  async trainOnBatch(x: unknown, y: unknown, options: { readonly sampleWeight?: unknown } = {}) {
    await ensureBackend();
    return onBatch(this, "train", x, y, options.sampleWeight);
  },
  async testOnBatch(x: unknown, y: unknown, options: { readonly sampleWeight?: unknown } = {}) {
    await ensureBackend();
    return onBatch(this, "test", x, y, options.sampleWeight);
  },
  stateVariables() {
    return stateVariables(this);
  },
  trainStep(data: StepData) {
    return trainStep(this, data);
  },
  testStep(data: StepData) {
    return testStep(this, data);
  },
  computeLoss(data: LossData) {
    return computeLoss(this, data);
  },
  computeMetrics(data: LossData) {
    return computeMetrics(this, data);
  },
  resetMetrics() {
    resetMetrics(this);
  },
  getCompileConfig() {
    return compileConfig(this);
  },
  compileFromConfig(
    config: Readonly<Record<string, unknown>>,
    { objects = [] }: { readonly objects?: readonly object[] } = {},
  ) {
    const part = (key: string): never => restore(config[key] ?? null, objects) as never;
    compile(this, {
      optimizer: part("optimizer"),
      loss: part("loss"),
      lossWeights: part("lossWeights"),
      metrics: part("metrics"),
      weightedMetrics: part("weightedMetrics"),
      runEagerly: Boolean(config["runEagerly"]),
    });
  },
};

const stopping = new WeakMap<object, boolean>();

const properties: Readonly<Record<string, PropertyDescriptor & ThisType<AnyModel>>> = {
  stopTraining: {
    get() {
      return stopping.get(this) ?? false;
    },
    set(value: boolean) {
      stopping.set(this, value);
    },
  },
  optimizer: {
    get() {
      return compiledOrNull(this)?.optimizer ?? null;
    },
  },
  compiled: {
    get() {
      return compiledOrNull(this) !== null;
    },
  },
  metrics: {
    get() {
      return compiledOrNull(this) ? allMetrics(this) : [];
    },
  },
};

/** Puts training on models. Done when this package is imported; doing it again changes nothing. */
export function installTraining(): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(Model.prototype, name, { value, writable: true, configurable: true });
  }
  for (const [name, descriptor] of Object.entries(properties))
    Object.defineProperty(Model.prototype, name, { configurable: true, ...descriptor });
}

installTraining();
