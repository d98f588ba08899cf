import {
  allocateHost,
  decodeSmallFloats,
  encodeSmallFloats,
  itemBytes,
  sizeOf,
  type DType,
  type HostArray,
  type StaticSpec,
} from "@keras/ops";
import type { DeviceMemory, OrtArray, OrtRuntime, OrtTensor, OrtType } from "./runtime/runtime.ts";
import { settings } from "./settings.ts";

/** Memory of one value. Types that ONNX Runtime's tensors cannot have lie in a plain array, for the host to compute with. */
export interface OnnxBuffer {
  readonly key: string;
  /** Empty where the value lies on a device. */
  readonly data: HostArray;
  readonly tensor: OrtTensor | null;
  readonly device: DeviceMemory | null;
  readonly bytes: number;
}

const NATIVE: ReadonlySet<DType> = new Set<DType>([
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float32",
  "float64",
]);

const HALF: ReadonlySet<DType> = new Set<DType>(["float16", "bfloat16"]);

/** Half types lie as the float32 they are computed in, so that no run has to convert them. */
const stored = (dtype: DType): DType => (HALF.has(dtype) ? "float32" : dtype);

/**
 * Free buffers by type and shape. A training step frees the weights of the step before last, and the next step's land in them: nothing
 * is allocated, and the garbage collector, which does not see native memory, has nothing to do.
 */
export class BufferPool {
  private readonly runtime: OrtRuntime;
  private readonly free = new Map<string, OnnxBuffer[]>();
  private bytes = 0;

  constructor(runtime: OrtRuntime) {
    this.runtime = runtime;
  }

  /** A buffer with any contents. */
  take(spec: StaticSpec): OnnxBuffer {
    const dtype = stored(spec.dtype);
    const key = `${dtype}[${spec.shape.join()}]`;
    const list = this.free.get(key);
    const reused = list?.pop();
    if (reused) {
      if (list!.length === 0) this.free.delete(key);
      this.bytes -= reused.bytes;
      return reused;
    }
    const count = sizeOf(spec.shape);
    const { device } = this.runtime;
    if (device?.types.has(dtype) && count > 0) {
      const bytes = count * itemBytes(dtype);
      const memory = device.allocate(dtype as OrtType, spec.shape, bytes);
      return { key, data: allocateHost(dtype, 0), tensor: memory.tensor, device: memory, bytes };
    }
    const data = allocateHost(dtype, count);
    if (!NATIVE.has(dtype)) return { key, data, tensor: null, device: null, bytes: 0 };
    const outside = offHeap(data as OrtArray);
    const tensor = this.runtime.tensor(dtype as OrtType, outside, spec.shape);
    return { key, data: outside, tensor, device: null, bytes: outside.byteLength };
  }

  /** Gives a buffer back. Beyond the limit the longest unused shapes go to the garbage collector. */
  give(buffer: OnnxBuffer): void {
    const list = this.free.get(buffer.key);
    // The shape moves to the end: it was used last.
    this.free.delete(buffer.key);
    this.free.set(buffer.key, list ? (list.push(buffer), list) : [buffer]);
    this.bytes += buffer.bytes;
    while (this.bytes > settings().poolBytes) {
      const [key, oldest] = this.free.entries().next().value!;
      const dropped = oldest.pop()!;
      this.bytes -= dropped.bytes;
      dropped.tensor?.release?.();
      dropped.device?.release();
      if (oldest.length === 0) this.free.delete(key);
    }
  }

  /** Bytes of the buffers that lie idle. */
  get idleBytes(): number {
    return this.bytes;
  }
}

/** The array on memory of its own: small typed arrays lie inside V8's heap, where the collector moves them. */
function offHeap(data: OrtArray): OrtArray {
  const Class = data.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => OrtArray;
  return data.byteLength > 1024 ? data : new Class(new ArrayBuffer(Math.max(64, data.byteLength)), 0, data.length);
}

/** Copies a buffer into another of its type and shape. */
export function copyBuffer(from: OnnxBuffer, to: OnnxBuffer): void {
  if (from.device) from.device.copyTo(to.device!);
  else if (Array.isArray(to.data)) to.data.splice(0, to.data.length, ...(from.data as string[]));
  else to.data.set(from.data as never);
}

/** Copies host data into a buffer. */
export function fillBuffer(buffer: OnnxBuffer, data: HostArray, { dtype }: StaticSpec): void {
  const target = buffer.data;
  if (buffer.device) {
    const values = HALF.has(dtype) ? decodeSmallFloats(data as Uint16Array, dtype as "float16" | "bfloat16") : data;
    buffer.device.write(bytesIn(values as Float32Array<ArrayBuffer>));
  } else if (Array.isArray(target)) target.splice(0, target.length, ...(data as string[]));
  else if (HALF.has(dtype))
    (target as Float32Array).set(decodeSmallFloats(data as Uint16Array, dtype as "float16" | "bfloat16"));
  else target.set(data as never);
}

const bytesIn = ({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** A fresh host array with the contents of a buffer, wherever it lies. */
export async function fetchBuffer(buffer: OnnxBuffer, spec: StaticSpec): Promise<HostArray> {
  if (!buffer.device) return readBuffer(buffer, spec);
  const data = allocateHost(stored(spec.dtype), sizeOf(spec.shape)) as OrtArray;
  bytesIn(data as Float32Array<ArrayBuffer>).set(new Uint8Array(await buffer.device.read(buffer.bytes)));
  return readBuffer({ ...buffer, data }, spec);
}

/** A fresh host array with a buffer's contents. */
export function readBuffer({ data }: OnnxBuffer, { dtype }: StaticSpec): HostArray {
  if (HALF.has(dtype)) return encodeSmallFloats(data as Float32Array, dtype as "float16" | "bfloat16");
  return data.slice();
}
