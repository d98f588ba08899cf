import { allKernels, createRefBackend } from "@keras/backend-ref/parts";
import type { Backend } from "@keras/ops";

/** What shaders cannot do runs on the reference kernels. */
export const host: Backend = createRefBackend(allKernels);
