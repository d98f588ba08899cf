import { registerBackend, type GraphBackend } from "@keras/ops";
import { createWebGpuBackend } from "./backend.ts";

/** The GPU, with the reference kernels for what shaders cannot do. They are loaded when it starts; that backend is not registered by it. */
export const webGpuBackend: GraphBackend = /* @__PURE__ */ createWebGpuBackend({
  host: async () => (await import("./host.ts")).host,
});

registerBackend(webGpuBackend);

export {
  createWebGpuBackend,
  restartWebGpu,
  webGpuStatus,
  type WebGpuOptions,
  type WebGpuStatus,
} from "./backend.ts";
export { configureWebGpu, type WebGpuSettings } from "./settings.ts";
