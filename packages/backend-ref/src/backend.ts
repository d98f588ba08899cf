import { allDTypes, type DeviceBuffer, type HostArray, type KernelBackend, type StaticSpec } from "@keras/ops";
import { fromHost, toHost } from "./host.ts";
import { allKernels, type KernelTable } from "./kernels.ts";
import type { Storage } from "./storage.ts";

/**
 * A backend named `ref` that has the given kernels and no others: a bundle holds only what it names. Register it with `registerBackend`.
 *
 * @param kernels Tables such as {@link baseKernels} and {@link imageKernels}, merged in order.
 *
 * @example
 * ```ts
 * import { baseKernels, createRefBackend } from "@keras/backend-ref";
 * const small = createRefBackend(baseKernels);
 * console.log(Object.hasOwn(small.kernels, "add"), Object.hasOwn(small.kernels, "svd")); // true false
 * ```
 */
export function createRefBackend(
  ...kernels: readonly KernelTable[]
): KernelBackend & Required<Pick<KernelBackend, "downloadSync">> {
  const table: KernelTable = Object.assign({}, ...kernels);
  const download = (buffer: DeviceBuffer, { dtype }: StaticSpec): HostArray => toHost(buffer as Storage, dtype);
  return {
    name: "ref",
    dtypes: new Set(allDTypes()),
    supports: (op) => Object.hasOwn(table, op.name),
    upload: (data, { dtype }) => fromHost(data, dtype),
    download,
    downloadSync: download,
    kernels: table,
  };
}

/** The reference backend with every primitive. */
export const refBackend: ReturnType<typeof createRefBackend> = /* @__PURE__ */ createRefBackend(allKernels);
