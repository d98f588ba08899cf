// A small backend of its own: the primitives that matter, everything else by decomposition or on the reference kernels.
import { allKernels, createRefBackend } from "@keras/backend-ref/parts";
import { registerBackend, type DType, type HostArray, type KernelBackend } from "@keras/ops";
import { DTYPES, kernels, type Buffer } from "./kernels.ts";

const ours: ReadonlySet<DType> = new Set<DType>(DTYPES);

/** Ops that mean something else for bool, or whose integers wrap where a double no longer holds them. */
const FLOATS_ONLY: ReadonlySet<string> = new Set(["add", "multiply", "sum", "dot_general"]);

export const toyBackend: KernelBackend = {
  name: "toy",
  dtypes: ours,
  kernels,
  host: createRefBackend(allKernels),
  supports: (op, inputs) =>
    Object.hasOwn(kernels, op.name) &&
    inputs.every(({ dtype }) => ours.has(dtype)) &&
    !(FLOATS_ONLY.has(op.name) && inputs.some(({ dtype }) => dtype !== "float32")),
  upload: (data) => data.slice(),
  download: (buffer) => (buffer as Buffer).slice() as HostArray,
  downloadSync: (buffer) => (buffer as Buffer).slice() as HostArray,
};

registerBackend(toyBackend);
