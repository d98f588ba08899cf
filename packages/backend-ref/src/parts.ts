/** Pieces for a smaller reference backend. Importing them registers nothing. */
export { createRefBackend } from "./backend.ts";
export { allKernels, baseKernels, imageKernels, linalgKernels, orderKernels, type KernelTable } from "./kernels.ts";
