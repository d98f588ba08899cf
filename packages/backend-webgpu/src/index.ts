import { registerBackend } from "@keras/ops";
import { webGpuBackend } from "./backend.ts";

registerBackend(webGpuBackend);

export { restartWebGpu, webGpuBackend, webGpuStatus, type WebGpuStatus } from "./backend.ts";
export { configureWebGpu, type WebGpuSettings } from "./settings.ts";
