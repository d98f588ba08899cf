import { allKernels, createRefBackend } from "@keras/backend-ref/parts";
import { registerBackend, type Backend } from "@keras/ops";
import { createTfjsBackend } from "./backend.ts";
import { allTfjsKernels } from "./kernels/all.ts";

/** TensorFlow.js on whichever of its backends is imported and preferred; its CPU backend always is there. */
export const tfjsBackend: Backend = /* @__PURE__ */ createTfjsBackend(allTfjsKernels, {
  host: createRefBackend(allKernels),
  load: () => import("@tensorflow/tfjs-backend-cpu"),
});

registerBackend(tfjsBackend);

export { createTfjsBackend, type TfjsOptions } from "./backend.ts";
