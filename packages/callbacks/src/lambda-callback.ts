import { Callback, type HookName } from "./callback.ts";

/** Hooks as plain functions. */
export type LambdaCallbackConfig = { readonly [H in HookName]?: Callback[H] | undefined };

/**
 * A callback of plain functions.
 *
 * @example
 * ```ts
 * import { callbacks } from "keras";
 * const seen: number[] = [];
 * const callback = new callbacks.LambdaCallback({ onEpochEnd: (epoch) => void seen.push(epoch) });
 * await callback.onEpochEnd(3, {});
 * console.log(seen); // [3]
 * ```
 */
export class LambdaCallback extends Callback {
  constructor(config: LambdaCallbackConfig = {}) {
    super();
    for (const [hook, fn] of Object.entries(config)) if (fn) Object.assign(this, { [hook]: fn });
  }
}
