import type { Kernel } from "@keras/ops";
import { castKernels } from "./cast.ts";
import { convKernels } from "./conv.ts";
import { cumulativeKernels } from "./cumulative.ts";
import { dotKernels } from "./dot.ts";
import { dynamicShapeKernels } from "./dynamic-shape.ts";
import { binaryKernels } from "./elementwise-binary.ts";
import { unaryKernels } from "./elementwise-unary.ts";
import { fftKernels } from "./fft.ts";
import { indexKernels } from "./gather-scatter.ts";
import { constantKernels } from "./host.ts";
import { choleskyKernels } from "./linalg/cholesky.ts";
import { eigKernels } from "./linalg/eig.ts";
import { eighKernels } from "./linalg/eigh.ts";
import { luKernels } from "./linalg/lu.ts";
import { qrKernels } from "./linalg/qr.ts";
import { svdKernels } from "./linalg/svd.ts";
import { triangularKernels } from "./linalg/triangular.ts";
import { poolKernels } from "./pool.ts";
import { randomKernels } from "./random.ts";
import { reduceKernels } from "./reduce.ts";
import { shapeKernels } from "./shape.ts";
import { sortKernels } from "./sort.ts";
import { whereKernels } from "./where.ts";

/** Kernels by the name of their op. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** What nearly every model needs: elementwise ops, reductions, shapes, indexing, products of matrices, random bits. */
export const baseKernels: KernelTable = /* @__PURE__ */ (() => ({
  ...unaryKernels,
  ...binaryKernels,
  ...whereKernels,
  ...castKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...constantKernels,
  ...indexKernels,
  ...dotKernels,
  ...randomKernels,
}))();

/** Convolution and pooling. */
export const imageKernels: KernelTable = /* @__PURE__ */ (() => ({ ...convKernels, ...poolKernels }))();

/** Sorting, running sums, and ops whose output shapes depend on data. */
export const orderKernels: KernelTable = /* @__PURE__ */ (() => ({
  ...cumulativeKernels,
  ...sortKernels,
  ...dynamicShapeKernels,
}))();

/** Factorizations and the Fourier transform. */
export const linalgKernels: KernelTable = /* @__PURE__ */ (() => ({
  ...choleskyKernels,
  ...triangularKernels,
  ...luKernels,
  ...qrKernels,
  ...eighKernels,
  ...eigKernels,
  ...svdKernels,
  ...fftKernels,
}))();

/** Every primitive. */
export const allKernels: KernelTable = /* @__PURE__ */ (() => ({
  ...baseKernels,
  ...imageKernels,
  ...orderKernels,
  ...linalgKernels,
}))();
