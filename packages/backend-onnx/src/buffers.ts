import {
  allocateHost,
  decodeSmallFloats,
  encodeSmallFloats,
  sizeOf,
  type DType,
  type HostArray,
  type StaticSpec,
} from "@keras/ops";
import type { OrtArray, OrtRuntime, OrtTensor, OrtType } from "./runtime/runtime.ts";
import { settings } from "./settings.ts";

/** Memory of one value. Types that ONNX Runtime's tensors cannot have lie in a plain array, for the host to compute with. */
export interface OnnxBuffer {
  readonly key: string;
  readonly data: HostArray;
  readonly tensor: OrtTensor | null;
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
      this.bytes -= bytesOf(reused);
      return reused;
    }
    const data = allocateHost(dtype, sizeOf(spec.shape));
    if (!NATIVE.has(dtype)) return { key, data, tensor: null };
    const outside = offHeap(data as OrtArray);
    return { key, data: outside, tensor: this.runtime.tensor(dtype as OrtType, outside, spec.shape) };
  }

  /** Gives a buffer back. Beyond the limit the longest unused shapes go to the garbage collector. */
  give(buffer: OnnxBuffer): void {
    const list = this.free.get(buffer.key);
    // The shape moves to the end: it was used last.
    this.free.delete(buffer.key);
    this.free.set(buffer.key, list ? (list.push(buffer), list) : [buffer]);
    this.bytes += bytesOf(buffer);
    while (this.bytes > settings().poolBytes) {
      const [key, oldest] = this.free.entries().next().value!;
      const dropped = oldest.pop()!;
      this.bytes -= bytesOf(dropped);
      dropped.tensor?.release?.();
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

const bytesOf = ({ data }: OnnxBuffer): number => (Array.isArray(data) ? 0 : data.byteLength);

/** Copies a buffer into another of its type and shape. */
export function copyBuffer(from: OnnxBuffer, to: OnnxBuffer): void {
  if (Array.isArray(to.data)) to.data.splice(0, to.data.length, ...(from.data as string[]));
  else to.data.set(from.data as never);
}

/** Copies host data into a buffer. */
export function fillBuffer(buffer: OnnxBuffer, data: HostArray, { dtype }: StaticSpec): void {
  const target = buffer.data;
  if (Array.isArray(target)) target.splice(0, target.length, ...(data as string[]));
  else if (HALF.has(dtype))
    (target as Float32Array).set(decodeSmallFloats(data as Uint16Array, dtype as "float16" | "bfloat16"));
  else target.set(data as never);
}

/** A fresh host array with a buffer's contents. */
export function readBuffer({ data }: OnnxBuffer, { dtype }: StaticSpec): HostArray {
  if (HALF.has(dtype)) return encodeSmallFloats(data as Float32Array, dtype as "float16" | "bfloat16");
  return data.slice();
}
