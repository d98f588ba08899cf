import { Callback, type Logs } from "./callback.ts";

/**
 * Keeps the numbers of every epoch. `fit` makes one and returns it.
 *
 * @example
 * ```ts
 * import { Input, layers, ops, Sequential } from "keras";
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense({ units: 1 })]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const history = await model.fit(ops.ones([8, 1]), ops.ones([8, 1]), { verbose: 0, epochs: 2 });
 * console.log(history.epoch, history.history.loss.length); // [0, 1] 2
 * ```
 */
export class History extends Callback {
  /** Numbers of the epochs that ran. */
  epoch: number[] = [];
  /** Per metric, one number per epoch. */
  history: Record<string, number[]> = {};

  override onTrainBegin(): void {
    this.epoch = [];
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }
}
