/** Pieces for a backend of your own on TensorFlow.js. Importing them registers nothing and imports no backend of TensorFlow.js. */
export { createTfjsBackend, type TfjsOptions } from "./backend.ts";
export { Device, Scope } from "./device.ts";
export { allTfjsKernels } from "./kernels/all.ts";
export { dotKernels } from "./kernels/contract.ts";
export { elementwiseKernels } from "./kernels/elementwise.ts";
export { imageKernels } from "./kernels/image.ts";
export { indexKernels } from "./kernels/indexing.ts";
export type { TfjsCall, TfjsKernel, TfjsKernelTable } from "./kernels/kernel.ts";
export { reduceKernels } from "./kernels/reduce.ts";
export { shapeKernels } from "./kernels/shape.ts";
