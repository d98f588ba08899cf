import { BackendError } from "@keras/ops";

/** The browser's entry to WebGPU. @throws {BackendError} where there is none. */
export async function openGpu(): Promise<GPU> {
  const { gpu } = globalThis.navigator ?? {};
  if (!gpu)
    throw new BackendError(
      "this browser has no WebGPU here: it needs a secure page (https or localhost) and, on some systems, a setting",
    );
  return gpu;
}
