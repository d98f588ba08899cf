import { ArgumentError, StateError } from "@keras/ops";
import type { SessionSettings } from "./runtime/runtime.ts";

/** How ONNX Runtime runs graphs. Every field may be left out. */
export interface OnnxSettings {
  /** Threads that one op is spread over. Default: as many as ONNX Runtime finds right (the physical cores). */
  readonly threads?: number | undefined;
  /**
   * Whether idle threads spin for a moment before they sleep. On an idle machine this is 3 to 40 % faster, on a busy one up to three
   * times slower. Default: true.
   */
  readonly allowSpinning?: boolean | undefined;
  /** How far ONNX Runtime rewrites graphs when it loads them. Default: `all`. */
  readonly optimization?: "disabled" | "basic" | "extended" | "all" | undefined;
  /** Its execution providers, such as `["webgpu"]` in a browser; fixed once the backend has started. Default: the CPU. */
  readonly executionProviders?: readonly string[] | undefined;
  /**
   * Whether graphs run on a thread of their own in Node: the event loop stays free, and values are then read with `await`. Costs about
   * 0.15 ms a run. In browsers runs are always asynchronous. Default: false.
   */
  readonly background?: boolean | undefined;
  /** Bytes of free buffers that are kept for reuse. Default: 512 MiB. */
  readonly poolBytes?: number | undefined;
}

let current: SessionSettings & { readonly poolBytes: number } = {
  threads: undefined,
  allowSpinning: true,
  optimization: "all",
  executionProviders: undefined,
  background: false,
  poolBytes: 512 * 2 ** 20,
};

/** The settings for sessions made from now on. */
export function settings(): typeof current {
  return current;
}

let started = false;

/** Called when the backend starts: which build is loaded, and where values lie, is settled then. */
export function settleProviders(): void {
  started = true;
}

const OPTIMIZATION = ["disabled", "basic", "extended", "all"];

/**
 * Changes how ONNX Runtime runs graphs that are compiled from now on.
 *
 * @param changes - See {@link OnnxSettings}; what is left out stays.
 * @throws {ArgumentError} when a value is out of range.
 * @throws {StateError} when `executionProviders` change after the backend has started.
 *
 * @example
 * ```ts
 * import { configureOnnx } from "@keras/backend-onnx";
 * configureOnnx({ threads: 1 });
 * ```
 */
export function configureOnnx(changes: OnnxSettings): void {
  const { threads, optimization, poolBytes } = changes;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw new ArgumentError(`threads must be a positive integer, not ${threads}`);
  }
  if (optimization !== undefined && !OPTIMIZATION.includes(optimization)) {
    throw new ArgumentError(`optimization must be one of ${OPTIMIZATION.join(", ")}, not '${String(optimization)}'`);
  }
  if (poolBytes !== undefined && !(poolBytes >= 0))
    throw new ArgumentError(`poolBytes must not be negative, but is ${poolBytes}`);
  if (
    started &&
    String(changes.executionProviders ?? current.executionProviders) !== String(current.executionProviders)
  )
    throw new StateError(
      "execution providers must be chosen before the ONNX backend starts: import @keras/backend-onnx and configure it before `keras`, or before setBackend",
    );
  const given = Object.fromEntries(Object.entries(changes).filter(([, v]) => v !== undefined));
  current = { ...current, ...given };
}
