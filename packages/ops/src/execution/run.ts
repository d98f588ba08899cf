import type { Backend, DeviceBuffer, Executable } from "../backend.ts";
import type { Storage } from "../storage.ts";
import { force, startPending } from "./force.ts";

/** The end of each backend's queue of runs; absent while nothing runs. */
const queues = new WeakMap<Backend, Promise<void>>();

const isPromise = <T>(x: T | Promise<T>): x is Promise<T> => x instanceof Promise;

/**
 * Queues one run whose results go to `outputs`, in order; they are ready or in flight when this returns. Runs of one backend happen in
 * the order in which they were queued.
 *
 * @param failed - Called with the error when the run (or the compilation before it) fails.
 * @param held - Further storages that stay alive until the run has ended.
 * @throws whatever the run throws, where the engine answers at once.
 */
export function enqueue(
  backend: Backend,
  executable: Executable | Promise<Executable>,
  inputs: readonly Storage[],
  outputs: readonly Storage[],
  failed: (error: unknown) => void = () => {},
  held: readonly Storage[] = [],
): void {
  for (const storage of [...inputs, ...held]) storage.retain();
  // What is still deferred must be queued before this run: it would wait behind it for ever.
  startPending(inputs);
  const finish = (): void => {
    for (const storage of [...inputs, ...held]) storage.release();
  };
  const settle = (buffers: readonly DeviceBuffer[]): void => buffers.forEach((buffer, i) => outputs[i]!.fulfil(buffer));
  const reject = (error: unknown): void => {
    for (const output of outputs) output.fail(error);
    failed(error);
  };
  const before = queues.get(backend);
  if (!before && !isPromise(executable) && inputs.every((s) => s.state.name === "ready")) {
    try {
      const ran = executable.run(inputs.map((s) => s.buffer()));
      if (isPromise(ran)) track(backend, outputs, ran.then(settle).catch(reject).finally(finish));
      else {
        settle(ran);
        finish();
      }
    } catch (error) {
      finish();
      reject(error);
      throw error;
    }
    return;
  }
  const settled = (async () => {
    try {
      await before;
      await force(inputs);
      const ready = await executable;
      settle(await ready.run(inputs.map((s) => s.buffer())));
    } catch (error) {
      reject(error);
    } finally {
      finish();
    }
  })();
  track(backend, outputs, settled);
}

function track(backend: Backend, outputs: readonly Storage[], settled: Promise<void>): void {
  for (const output of outputs) if (output.state.name !== "freed") output.state = { name: "in_flight", settled };
  queues.set(backend, settled);
  void settled.then(() => {
    if (queues.get(backend) === settled) queues.delete(backend);
  });
}

/** Resolves when everything that was queued on a backend has run. */
export async function idle(backend: Backend): Promise<void> {
  while (queues.has(backend)) await queues.get(backend);
}
