import { allDTypes, BackendError, sizeOf, type Backend, type GraphBackend, type HostArray } from "@keras/ops";
import { openDevice, type Device } from "./device.ts";
import { eagerExecution } from "./eager.ts";
import { CompiledGraph } from "./executable.ts";
import { ruleFor } from "./rules.ts";
import { isSpecial } from "./special/special.ts";
import { planOf } from "./steps.ts";
import { hostValue, proceed, type GpuValue } from "./value.ts";

let current: Device | null = null;

function started(): Device {
  if (!current) throw new BackendError('the WebGPU backend is not started: `await setBackend("webgpu")` first');
  return current;
}

const CONTROL: ReadonlySet<string> = new Set(["cond", "while_loop", "scan", "constant"]);

/** Settings of {@link createWebGpuBackend}. */
export interface WebGpuOptions {
  /** Brings what runs ops that shaders cannot, and numbers of 64 bits; called when the backend starts. Default: none. */
  readonly host?: () => Promise<Backend>;
}

/**
 * The GPU, through WebGPU: graphs become shaders that each compute as much as goes together. Ops outside of compiled functions are
 * deferred until a value is read. Reading is asynchronous. Register it with `registerBackend`.
 *
 * @param options What computes the rest.
 *
 * @example
 * ```ts
 * import { createWebGpuBackend } from "@keras/backend-webgpu/parts";
 * const slim = createWebGpuBackend(); // no host: ops that the GPU lacks are errors
 * console.log(slim.name); // "webgpu"
 * ```
 */
export function createWebGpuBackend({ host: loadHost }: WebGpuOptions = {}): GraphBackend {
  let host: Backend | null = null;
  const hostNow = (): Backend | null => host;
  return {
    name: "webgpu",
    dtypes: new Set(allDTypes()),
    async init() {
      const [device, loaded] = await Promise.all([current ?? openDevice(), host ?? loadHost?.() ?? null]);
      current = device;
      host = loaded;
    },
    // What only the host can do is taken as well: a compiled graph brings it there and back by itself.
    supports: (op, inputs, attrs) =>
      CONTROL.has(op.name) ||
      ruleFor(op, inputs, attrs) !== null ||
      isSpecial(op, inputs, attrs) ||
      (host?.supports(op, inputs, attrs) ?? false),
    upload: (data, { shape, dtype }) => hostValue(data.slice() as HostArray, dtype, sizeOf(shape)),
    download: (buffer) => proceed((buffer as GpuValue).toHost(), (data) => data.slice() as HostArray),
    // Only what lies on the host as well: what was never computed on, or was read before.
    downloadSync: (buffer) => (buffer as GpuValue).hostData!.slice() as HostArray,
    isReadable: (buffer) => (buffer as GpuValue).hostData !== null,
    free: (buffer) => (buffer as GpuValue).free(),
    eager: eagerExecution(hostNow),
    compile: (graph) => new CompiledGraph(planOf(graph, started()), { device: started, host: hostNow }),
  };
}

/** What the WebGPU backend runs on. */
export interface WebGpuStatus {
  /** Names that the adapter gives of itself; browsers may give little. */
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Bytes of buffers that lie idle for reuse. */
  readonly idleBytes: number;
  /** Why the device is gone; null while it is there. */
  readonly lost: string | null;
}

/**
 * What the WebGPU backend runs on, and whether that is still there.
 *
 * @throws {BackendError} when the backend was not started.
 */
export function webGpuStatus(): WebGpuStatus {
  const device = started();
  const { vendor, architecture, description } = device.adapter.info;
  return { vendor, architecture, description, idleBytes: device.idleBytes, lost: device.lost };
}

/**
 * Starts the GPU again after it was lost (a driver was reset, a laptop changed its GPU). Compiled functions go on to work. Values that
 * lay on the device only are gone, and say so when they are used: load weights again.
 *
 * @throws {BackendError} when there is no GPU any more.
 */
export async function restartWebGpu(): Promise<void> {
  const before = current;
  current = await openDevice();
  before?.destroy();
}
