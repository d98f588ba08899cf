import { BackendError, sizeOf, type DType, type HostArray } from "@keras/ops";
import type { Device, GpuMemory } from "./device.ts";
import { fromLanes, onDevice, toLanes } from "./lanes.ts";

/** Values of more elements than this leave the host when they go to the device. */
const MIRRORED = 2 ** 16;

/**
 * Memory of one value: on the device, on the host, or both. It goes where it is needed; what was read stays on the host as well, so that
 * it can be read again without waiting.
 */
export class GpuValue {
  readonly count: number;
  readonly dtype: DType;
  private memory: GpuMemory | null;
  private mirror: HostArray | null;

  constructor(count: number, dtype: DType, memory: GpuMemory | null, mirror: HostArray | null) {
    this.count = count;
    this.dtype = dtype;
    this.memory = memory;
    this.mirror = mirror;
  }

  /** Its memory on the device; it is brought there first if need be. */
  onDevice(device: Device): GpuMemory {
    if (this.memory) {
      if (this.memory.device === device) return this.memory;
      // The device it lay on is gone; what lies on the host as well is still there.
      if (!this.mirror) throw this.memory.device.lostError();
    }
    if (!onDevice(this.dtype)) throw new BackendError(`${this.dtype} has no place on a GPU`);
    this.memory = device.take(this.count);
    device.write(this.memory, toLanes(this.mirror!, this.dtype) as Float32Array<ArrayBuffer>);
    // Weights need not lie in memory twice.
    if (this.count > MIRRORED) this.mirror = null;
    return this.memory;
  }

  /** What lies on the host, if it is there. Whoever gets it must not write to it. */
  get hostData(): HostArray | null {
    return this.mirror;
  }

  /** Brings it to the host. At once where it is there. */
  toHost(): HostArray | Promise<HostArray> {
    if (this.mirror) return this.mirror;
    const { device } = this.memory!;
    return device.read(this.memory!, this.count).then((words) => (this.mirror = fromLanes(words, this.dtype)));
  }

  free(): void {
    if (this.memory) this.memory.device.give(this.memory);
    this.memory = null;
    this.mirror = null;
  }
}

/** A value of host data, which goes to the device when a shader needs it. */
export const hostValue = (data: HostArray, dtype: DType, count: number): GpuValue =>
  new GpuValue(count, dtype, null, data);

export type MaybePromise<T> = T | Promise<T>;

/** Goes on with what is there or still to come; at once where it is there. */
export function proceed<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** A value on the device, with any contents. */
export function newValue(
  device: Device,
  { shape, dtype }: { readonly shape: unknown; readonly dtype: DType },
): GpuValue {
  const count = sizeOf(shape as readonly number[]);
  return new GpuValue(count, dtype, device.take(count), null);
}

/** The same value in memory of its own. */
export function copyOf(device: Device, value: GpuValue): GpuValue {
  if (value.hostData) return hostValue(value.hostData.slice() as HostArray, value.dtype, value.count);
  const out = new GpuValue(value.count, value.dtype, device.take(value.count), null);
  device.copy(value.onDevice(device), out.onDevice(device), value.count);
  return out;
}
