/** A WebGPU backend with what you choose for a host. Importing this registers nothing. */
export { createWebGpuBackend, restartWebGpu, webGpuStatus, type WebGpuOptions, type WebGpuStatus } from "./backend.ts";
export { configureWebGpu, type WebGpuSettings } from "./settings.ts";
