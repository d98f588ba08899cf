import { registerBackend } from "@keras/ops";
import { refBackend } from "./backend.ts";

registerBackend(refBackend);

export { createRefBackend, refBackend } from "./backend.ts";
export { allKernels, baseKernels, imageKernels, linalgKernels, orderKernels, type KernelTable } from "./kernels.ts";
