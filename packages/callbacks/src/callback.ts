import type { Model } from "@keras/models";

/** Numbers of a batch or an epoch, by the name of the metric. */
export type Logs = Readonly<Record<string, number>>;

/** What a training run is told to do. */
export interface RunParams {
  readonly verbose: number;
  readonly epochs: number;
  /** Batches per epoch; null while unknown. */
  readonly steps: number | null;
}

/** A model as callbacks see it, whatever its inputs and outputs. */
export type AnyModel = Model<never, unknown>;

type Hook<Args extends readonly unknown[]> = (...args: Args) => void | Promise<void>;

/**
 * Hooks into fit, evaluate and predict. Subclasses override what they need; hooks may be async and are awaited.
 *
 * @example
 * ```ts
 * import { callbacks, Input, layers, ops, Sequential } from "keras";
 * class Shout extends callbacks.Callback {
 *   override onEpochEnd(epoch: number, logs: callbacks.Logs): void {
 *     console.log(`epoch ${epoch} has ended`, Object.keys(logs));
 *   }
 * }
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense({ units: 1 })]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * await model.fit(ops.ones([8, 1]), ops.ones([8, 1]), { verbose: 0, callbacks: [new Shout()] });
 * ```
 */
export class Callback {
  readonly kind: "callback" = "callback";
  params: RunParams = { verbose: 0, epochs: 1, steps: null };
  current: AnyModel | null = null;

  /** The model that runs. */
  get model(): AnyModel {
    return this.current!;
  }

  setModel(model: AnyModel): void {
    this.current = model;
  }

  setParams(params: RunParams): void {
    this.params = params;
  }

  /**
   * Whether the numbers of the batch that just ended are wanted. Reading them waits for the engine, so a callback that needs them only now
   * and then says so here. Default: yes, when a batch hook is overridden.
   */
  wantsBatchLogs(): boolean {
    return overrides(this, "onTrainBatchEnd") || overrides(this, "onTestBatchEnd") || overrides(this, "onBatchEnd");
  }

  onTrainBegin(_logs: Logs): void | Promise<void> {}
  onTrainEnd(_logs: Logs): void | Promise<void> {}
  onEpochBegin(_epoch: number, _logs: Logs): void | Promise<void> {}
  onEpochEnd(_epoch: number, _logs: Logs): void | Promise<void> {}
  onTrainBatchBegin(batch: number, logs: Logs): void | Promise<void> {
    return this.onBatchBegin(batch, logs);
  }
  onTrainBatchEnd(batch: number, logs: Logs): void | Promise<void> {
    return this.onBatchEnd(batch, logs);
  }
  /** Keras's older name of `onTrainBatchBegin`. */
  onBatchBegin(_batch: number, _logs: Logs): void | Promise<void> {}
  /** Keras's older name of `onTrainBatchEnd`. */
  onBatchEnd(_batch: number, _logs: Logs): void | Promise<void> {}
  onTestBegin(_logs: Logs): void | Promise<void> {}
  onTestEnd(_logs: Logs): void | Promise<void> {}
  onTestBatchBegin(_batch: number, _logs: Logs): void | Promise<void> {}
  onTestBatchEnd(_batch: number, _logs: Logs): void | Promise<void> {}
  onPredictBegin(_logs: Logs): void | Promise<void> {}
  onPredictEnd(_logs: Logs): void | Promise<void> {}
  onPredictBatchBegin(_batch: number, _logs: Logs): void | Promise<void> {}
  onPredictBatchEnd(_batch: number, _logs: Logs): void | Promise<void> {}
}

/** Names of the hooks. */
export type HookName = {
  [K in keyof Callback]: K extends `on${string}` ? K : never;
}[keyof Callback];

/** Whether a callback has its own version of a hook. */
export function overrides(callback: Callback, hook: HookName): boolean {
  return callback[hook] !== Callback.prototype[hook];
}

/** Calls one hook of many callbacks, in order. */
export class CallbackList {
  readonly callbacks: readonly Callback[];

  constructor(callbacks: readonly Callback[], model: AnyModel, params: RunParams) {
    this.callbacks = callbacks;
    for (const callback of callbacks) {
      callback.setModel(model);
      callback.setParams(params);
    }
  }

  /** Whether some callback wants the numbers of this batch. */
  wantsBatchLogs(): boolean {
    return this.callbacks.some((c) => c.wantsBatchLogs());
  }

  setParams(params: RunParams): void {
    for (const callback of this.callbacks) callback.setParams(params);
  }

  async call<H extends HookName>(hook: H, ...args: Parameters<Callback[H]>): Promise<void> {
    for (const callback of this.callbacks) {
      const done = (callback[hook] as Hook<Parameters<Callback[H]>>).apply(callback, args);
      if (done instanceof Promise) await done;
    }
  }
}
