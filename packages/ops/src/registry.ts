import type { Backend } from "./backend.ts";
import { ArgumentError, BackendError, NoBackendError } from "./errors.ts";
import { runtime, scoped } from "./runtime.ts";

const starting = new WeakMap<Backend, Promise<void>>();
const started = new WeakSet<Backend>();

/**
 * Makes a backend known by its name. Backend packages call this when they are imported. The first one becomes the default.
 *
 * @throws {BackendError} when it has neither kernels nor a way to run single ops.
 */
export function registerBackend(backend: Backend): void {
  if (!backend.kernels && !backend.eager) {
    throw new BackendError(
      `backend '${backend.name}' has no kernels and cannot run single ops: give it \`eager: deferredExecution\` from @keras/ops`,
    );
  }
  runtime().backends.set(backend.name, backend);
}

/** Names of the backends that are imported. */
export function listBackends(): readonly string[] {
  return [...runtime().backends.keys()];
}

/** @throws {NoBackendError} when there is none of that name. */
export function getBackend(name: string): Backend {
  const backend = runtime().backends.get(name);
  if (backend) return backend;
  const known = listBackends();
  throw new NoBackendError(
    known.length === 0
      ? `no backend is imported: add \`import "@keras/backend-${name}"\``
      : `there is no backend '${name}': imported are ${known.map((n) => `'${n}'`).join(", ")}; import "@keras/backend-${name}" if you have that package`,
  );
}

/**
 * Starts an imported backend, once, without making it the active one: so that `withBackend` and `model.to` can use it.
 *
 * @throws {NoBackendError} when it is not imported.
 * @throws {BackendError} when it cannot start on this machine.
 */
export async function startBackend(name: string): Promise<Backend> {
  const backend = getBackend(name);
  await start(backend);
  return backend;
}

/** Starts a backend once. */
function start(backend: Backend): Promise<void> {
  let running = starting.get(backend);
  if (!running) {
    running = (async () => {
      try {
        await backend.init?.();
        started.add(backend);
      } catch (cause) {
        starting.delete(backend);
        throw cause instanceof BackendError
          ? cause
          : new BackendError(`backend '${backend.name}' did not start: ${String((cause as Error)?.message ?? cause)}`, {
              cause,
            });
      }
    })();
    starting.set(backend, running);
  }
  return running;
}

/**
 * Starts a backend and makes it the one that ops run on. Values made on another backend move over when they are used.
 *
 * @param name - Of an imported backend.
 * @param options - `reason`: what `config.backendReason()` says afterwards; default: that this was called.
 * @throws {NoBackendError} when it is not imported; the message lists those that are.
 * @throws {BackendError} when it cannot start on this machine.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * await ops.setBackend("ref");
 * console.log(ops.activeBackend().name); // "ref"
 * ```
 */
export async function setBackend(name: string, options: { readonly reason?: string | undefined } = {}): Promise<void> {
  const backend = await startBackend(name);
  const state = runtime();
  state.backend = backend;
  state.backendReason = options.reason ?? `setBackend("${name}") was called`;
}

/**
 * The backend that ops run on: the one set, else the first imported one.
 *
 * @throws {NoBackendError} when none is imported.
 */
export function activeBackend(): Backend {
  const state = runtime();
  if (state.backend) return state.backend;
  const first = state.backends.values().next().value;
  if (!first) {
    throw new NoBackendError(
      'no backend is imported: add `import "@keras/backend-ref"` (plain TypeScript, runs anywhere) or `import "@keras/backend-onnx"` (ONNX Runtime)',
    );
  }
  if (first.init && !started.has(first)) {
    throw new BackendError(`backend '${first.name}' has to be started first: \`await setBackend("${first.name}")\``);
  }
  state.backend = first;
  state.backendReason = "it was imported first";
  return first;
}

/** Starts the default backend if it needs that; async methods call it so that users need no `setBackend`. */
export async function ensureBackend(): Promise<Backend> {
  const state = runtime();
  const backend = state.backend ?? state.backends.values().next().value;
  if (backend) await start(backend);
  return activeBackend();
}

/** Rejects async functions by type: a scope ends when its function returns. */
export type Sync<R> = R extends PromiseLike<unknown> ? never : R;

/**
 * Runs `fn` with another, already started backend.
 *
 * @throws {ArgumentError} when `fn` is async.
 * @throws {BackendError} when the backend has not been started: see {@link startBackend}.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.withBackend("ref", () => ops.add([1, 2], 3));
 * console.log(await y.array()); // [4, 5]
 * ```
 */
export function withBackend<R>(name: string, fn: () => Sync<R>): R {
  const backend = getBackend(name);
  if (backend.init && !started.has(backend))
    throw new BackendError(`backend '${name}' has to be started first: \`await startBackend("${name}")\``);
  const result = scoped({ backend }, fn);
  if (result instanceof Promise)
    throw new ArgumentError("withBackend takes a synchronous function: the backend is put back when it returns");
  return result;
}
