import type { DeviceBuffer, StaticSpec } from "../backend.ts";
import { BackendError } from "../errors.ts";
import type { HostArray } from "../ndarray.ts";
import type { Storage } from "../storage.ts";

/** Queues what was put off among these values. */
export function startPending(storages: readonly Storage[]): void {
  for (const { state } of storages) if (state.name === "pending") state.node.start();
}

/** Computes what is pending and waits for what is in flight. Failures stay in the storages and surface when they are read. */
export async function force(storages: readonly Storage[]): Promise<void> {
  startPending(storages);
  for (const storage of storages) {
    while (storage.state.name === "in_flight") await storage.state.settled;
  }
}

/** Whether a value is there and can be read at once. */
export function isReadable({ backend, state }: Storage): boolean {
  if (state.name !== "ready" || !backend.downloadSync) return false;
  return backend.isReadable?.(state.buffer) ?? true;
}

/** As `force`, at once. @throws {BackendError} where the backend cannot wait. */
export function forceSync(storage: Storage): (buffer: DeviceBuffer, spec: StaticSpec) => HostArray {
  const { backend } = storage;
  startPending([storage]);
  const cannot = storage.state.name === "ready" && !isReadable(storage);
  if (cannot || storage.state.name === "in_flight" || !backend.downloadSync) {
    throw new BackendError(
      `backend '${backend.name}' cannot be read synchronously${storage.state.name === "in_flight" ? " while a computation runs" : ""}: use \`await x.data()\``,
    );
  }
  return (buffer, spec) => backend.downloadSync!(buffer, spec);
}
