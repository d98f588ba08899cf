import { Callback, type Logs } from "./callback.ts";

/**
 * Stops training when the loss is NaN or infinite.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * console.log(new callbacks.TerminateOnNaN().wantsBatchLogs()); // true
 * ```
 */
export class TerminateOnNaN extends Callback {
  override onTrainBatchEnd(batch: number, logs: Logs): void {
    const loss = logs["loss"];
    if (loss === undefined || Number.isFinite(loss)) return;
    console.warn(`Batch ${batch}: the loss is ${loss}, terminating training`);
    (this.model as unknown as { stopTraining: boolean }).stopTraining = true;
  }
}
