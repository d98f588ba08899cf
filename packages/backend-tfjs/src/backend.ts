import { getBackend, ready, setBackend } from "@tensorflow/tfjs-core";
import {
  allDTypes,
  BackendError,
  sizeOf,
  type Backend,
  type DeviceBuffer,
  type DType,
  type HostArray,
  type Kernel,
  type StaticSpec,
} from "@keras/ops";
import { Device, Scope, type NativeDType, type TensorInfo } from "./device.ts";
import type { TfjsKernel, TfjsKernelTable } from "./kernels/kernel.ts";

const NATIVE: ReadonlySet<DType> = new Set<DType>(["float32", "int32", "bool"]);

/** Values of dtypes that TensorFlow.js lacks stay on the host, whose kernels compute with them. */
class HostBuffer {
  readonly data: HostArray;
  constructor(data: HostArray) {
    this.data = data;
  }
}

/** Settings of {@link createTfjsBackend}. */
export interface TfjsOptions {
  /** Name by which `setBackend` knows it. Default `"tfjs"`. */
  readonly name?: string;
  /** Backend of TensorFlow.js, such as `"webgl"`; import its package first. Default: the one TensorFlow.js prefers. */
  readonly device?: string;
  /** Brings a backend of TensorFlow.js; called when this one starts. */
  readonly load?: () => Promise<unknown>;
  /** What runs ops and dtypes that TensorFlow.js does not do right. */
  readonly host?: Backend;
}

/**
 * A backend on kernels of TensorFlow.js. Register it with `registerBackend`.
 *
 * @param kernels Which ops it takes. One whose tfjs kernels are not registered runs on the host, so a bundle may hold a few only.
 * @param options Name, device and host.
 *
 * @example
 * ```ts
 * import { createTfjsBackend, elementwiseKernels } from "@keras/backend-tfjs/parts";
 * const small = createTfjsBackend(elementwiseKernels, { name: "tfjs-small", device: "cpu" });
 * console.log(small.name, "conv" in small.kernels!); // tfjs-small false
 * ```
 */
export function createTfjsBackend(kernels: TfjsKernelTable, options: TfjsOptions = {}): Backend {
  let device: Device | null = null;
  const name = options.name ?? "tfjs";
  const started = (): Device => {
    if (!device) throw new BackendError(`backend '${name}' is not started: \`await setBackend("${name}")\` first`);
    return device;
  };
  const table = Object.fromEntries(Object.entries(kernels).map(([op, kernel]) => [op, runner(kernel, started)]));
  const backend: Backend = {
    name,
    dtypes: new Set(allDTypes()),
    kernels: table,
    ...(options.host ? { host: options.host } : {}),
    async init() {
      await options.load?.();
      device ??= await startDevice(options.device);
      // Synchronous reads exist only where the device has them; which it is, is known only now.
      if (device.synchronous) backend.downloadSync = (buffer, spec) => readSync(started(), buffer, spec);
    },
    supports: (op, inputs, attrs) => {
      const kernel = Object.hasOwn(kernels, op.name) ? kernels[op.name] : undefined;
      return (
        kernel !== undefined &&
        inputs.every((x) => NATIVE.has(x.dtype) && !x.shape.includes(0)) &&
        (kernel.supports?.(inputs, attrs, started()) ?? true) &&
        kernel.needs.every((k) => started().has(k))
      );
    },
    upload: (data, spec) => upload(started(), data, spec),
    download: (buffer, spec) => {
      if (buffer instanceof HostBuffer) return copyOf(buffer.data);
      const d = started();
      if (d.synchronous) return readSync(d, buffer, spec);
      return d.backend.read((buffer as TensorInfo).dataId).then((values) => toHost(values, spec));
    },
    free: (buffer) => {
      if (!(buffer instanceof HostBuffer)) started().release(buffer as TensorInfo);
    },
  };
  return backend;
}

async function startDevice(wanted: string | undefined): Promise<Device> {
  if (wanted === undefined) {
    await ready();
    return new Device(getBackend());
  }
  const started = await setBackend(wanted).catch((cause: unknown) => {
    throw new BackendError(`TensorFlow.js has no backend '${wanted}': import its package before`, { cause });
  });
  if (!started) throw new BackendError(`the backend '${wanted}' of TensorFlow.js did not start on this machine`);
  return new Device(wanted);
}

const copyOf = (data: HostArray): HostArray => data.slice() as HostArray;

function upload(device: Device, data: HostArray, { shape, dtype }: StaticSpec): DeviceBuffer {
  if (!NATIVE.has(dtype)) return new HostBuffer(copyOf(data));
  return device.write(copyOf(data) as Float32Array, shape, dtype as NativeDType);
}

/** What tfjs read, as the host array of its dtype, in memory of its own. */
function toHost(values: unknown, { dtype }: StaticSpec): HostArray {
  const given = values as ArrayLike<number>;
  if (dtype === "float32") return Float32Array.from(given);
  return dtype === "int32" ? Int32Array.from(given) : Uint8Array.from(given);
}

function readSync(device: Device, buffer: DeviceBuffer, spec: StaticSpec): HostArray {
  if (buffer instanceof HostBuffer) return copyOf(buffer.data);
  return toHost(device.backend.readSync((buffer as TensorInfo).dataId), spec);
}

/** A kernel of ours from one on tfjs: what it made on the way is released. */
function runner(kernel: TfjsKernel, started: () => Device): Kernel {
  return ({ inputs, inputSpecs, attrs, outputSpecs }) => {
    const device = started();
    // Kernels of tfjs do not expect arrays without elements.
    if (outputSpecs.length > 0 && outputSpecs.every(({ shape }) => sizeOf(shape) === 0))
      return outputSpecs.map((spec) => upload(device, emptyArray(spec.dtype as NativeDType), spec));
    const scope = new Scope(device);
    try {
      const made = kernel.run(scope, inputs as readonly TensorInfo[], { attrs, inputSpecs, outputSpecs });
      return scope.finish(Array.isArray(made) ? (made as readonly TensorInfo[]) : [made as TensorInfo]);
    } catch (error) {
      scope.abandon();
      throw error;
    }
  };
}

function emptyArray(dtype: NativeDType): HostArray {
  if (dtype === "float32") return new Float32Array(0);
  return dtype === "int32" ? new Int32Array(0) : new Uint8Array(0);
}
