import type { FloatDType } from "./dtype.ts";
import { ArgumentError } from "./errors.ts";
import { activeBackend } from "./registry.ts";
import { runtime, type RuntimeConfig } from "./runtime.ts";

/**
 * The default float dtype.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * console.log(config.floatx()); // "float32"
 * ```
 */
export function floatx(): RuntimeConfig["floatx"] {
  return runtime().config.floatx;
}

/**
 * Sets the default float dtype.
 *
 * @param dtype - float16, bfloat16, float32 or float64.
 * @throws {ArgumentError} on any other.
 * @example
 * ```ts
 * import { config } from "keras";
 * config.setFloatx("float16");
 * console.log(config.floatx()); // "float16"
 * config.setFloatx("float32");
 * ```
 */
export function setFloatx(dtype: FloatDType): void {
  const allowed: readonly string[] = ["float16", "bfloat16", "float32", "float64"];
  if (!allowed.includes(dtype)) throw new ArgumentError(`floatx must be one of ${allowed.join(", ")}; got '${dtype}'`);
  runtime().config.floatx = dtype as RuntimeConfig["floatx"];
}

/**
 * The fuzz factor that losses and metrics add to avoid dividing by zero.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * console.log(config.epsilon()); // 1e-7
 * ```
 */
export function epsilon(): number {
  return runtime().config.epsilon;
}

/**
 * Sets the fuzz factor.
 *
 * @param value - A small positive number.
 * @example
 * ```ts
 * import { config } from "keras";
 * config.setEpsilon(1e-5);
 * console.log(config.epsilon()); // 0.00001
 * config.setEpsilon(1e-7);
 * ```
 */
export function setEpsilon(value: number): void {
  runtime().config.epsilon = value;
}

/**
 * Where image layers expect the channel axis by default.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * console.log(config.imageDataFormat()); // "channels_last"
 * ```
 */
export function imageDataFormat(): RuntimeConfig["imageDataFormat"] {
  return runtime().config.imageDataFormat;
}

/**
 * Sets where image layers expect the channel axis by default.
 *
 * @param format - "channels_last" or "channels_first".
 * @throws {ArgumentError} on any other name.
 * @example
 * ```ts
 * import { config } from "keras";
 * config.setImageDataFormat("channels_first");
 * console.log(config.imageDataFormat()); // "channels_first"
 * config.setImageDataFormat("channels_last");
 * ```
 */
export function setImageDataFormat(format: RuntimeConfig["imageDataFormat"]): void {
  if (format !== "channels_last" && format !== "channels_first") {
    throw new ArgumentError(`image data format must be 'channels_last' or 'channels_first'; got '${String(format)}'`);
  }
  runtime().config.imageDataFormat = format;
}

/** Whether 64-bit integers and floats are kept; off, they become 32-bit on creation, as in JAX. */
export function is64BitEnabled(): boolean {
  return runtime().config.wide;
}

/** Turns 64-bit types on or off, where the backend has them. */
export function enable64Bit(enabled: boolean): void {
  runtime().config.wide = enabled;
}

/** Verifies every traced graph and keeps call sites, at some cost. */
export function enableDebug(enabled: boolean): void {
  runtime().config.debug = enabled;
}

/**
 * Name of the backend that ops run on.
 *
 * @throws {NoBackendError} when none is imported.
 * @example
 * ```ts
 * import { config } from "keras";
 * await config.setBackend("ref");
 * console.log(config.backend()); // "ref"
 * ```
 */
export function backend(): string {
  return activeBackend().name;
}

/**
 * Why ops run on that backend: who asked for it, or what it was preferred to.
 *
 * @throws {NoBackendError} when none is imported.
 * @example
 * ```ts
 * import { config } from "keras";
 * await config.setBackend("ref");
 * console.log(config.backendReason()); // 'setBackend("ref") was called'
 * ```
 */
export function backendReason(): string {
  activeBackend();
  return runtime().backendReason;
}

/**
 * Asks attention for fused kernels wherever an engine has one.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * config.enableFlashAttention();
 * console.log(config.isFlashAttentionEnabled()); // true
 * ```
 */
export function enableFlashAttention(): void {
  runtime().config.flashAttention = true;
}

/**
 * Keeps attention from fused kernels.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * config.disableFlashAttention();
 * console.log(config.isFlashAttentionEnabled()); // false
 * ```
 */
export function disableFlashAttention(): void {
  runtime().config.flashAttention = false;
}

/**
 * Whether attention asks for fused kernels; null while nobody has said so, when it is up to the engine.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * config.enableFlashAttention();
 * console.log(config.isFlashAttentionEnabled()); // true
 * ```
 */
export function isFlashAttentionEnabled(): boolean | null {
  return runtime().config.flashAttention;
}
