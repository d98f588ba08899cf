/** Settings of the WebGPU backend. */
export interface WebGpuSettings {
  /** Which GPU is asked for where there are several. Default `"high-performance"`. */
  readonly powerPreference: "high-performance" | "low-power";
  /** Bytes of buffers that may lie idle for reuse. Default 1 GiB. */
  readonly poolBytes: number;
  /** Whether threads work together through shared memory. Default null: unless the GPU is a program such as SwiftShader. */
  readonly sharedMemory: boolean | null;
  /** Node only: options of Dawn, such as `"backend=vulkan"`. Default none. */
  readonly dawnOptions: readonly string[];
}

let current: WebGpuSettings = {
  powerPreference: "high-performance",
  poolBytes: 2 ** 30,
  sharedMemory: null,
  dawnOptions: [],
};

/**
 * Changes settings of the WebGPU backend; those of the device take effect when it starts.
 *
 * @param changes The settings to change.
 *
 * @example
 * ```ts
 * import { configureWebGpu } from "@keras/backend-webgpu";
 * configureWebGpu({ powerPreference: "low-power" });
 * ```
 */
export function configureWebGpu(changes: Partial<WebGpuSettings>): void {
  current = { ...current, ...changes };
}

export function settings(): WebGpuSettings {
  return current;
}
