import { dotKernels } from "./contract.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { imageKernels } from "./image.ts";
import { indexKernels } from "./indexing.ts";
import type { TfjsKernelTable } from "./kernel.ts";
import { reduceKernels } from "./reduce.ts";
import { shapeKernels } from "./shape.ts";

/** Everything that TensorFlow.js does right. */
export const allTfjsKernels: TfjsKernelTable = /* @__PURE__ */ (() => ({
  ...elementwiseKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...indexKernels,
  ...dotKernels,
  ...imageKernels,
}))();
