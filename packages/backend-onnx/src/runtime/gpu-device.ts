import { BackendError, type DType } from "@keras/ops";
import type { Tensor } from "onnxruntime-web";
import type { DeviceMemory, OrtDevice, OrtTensor, OrtType } from "./runtime.ts";

type Module = typeof import("onnxruntime-web");

/** Types that WebGPU's own arithmetic has. Values of other types lie in arrays and cross over for each run. */
const TYPES: ReadonlySet<DType> = new Set<DType>(["float32", "int32", "uint32"]);

/** Limits whose defaults are too small for weights and activations: as much as the adapter has. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupStorageSize",
] as const;

/** Speed-ups that ONNX Runtime uses where the adapter has them. */
const FEATURES = ["shader-f16", "subgroups", "timestamp-query"] as const;

/** Flags of the WebGPU standard: the globals that hold them are missing where there is no WebGPU. */
const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128 } as const;
const MAP_READ = 1;

class GpuMemory implements DeviceMemory {
  readonly tensor: OrtTensor;
  readonly buffer: GPUBuffer;
  private readonly device: GPUDevice;

  constructor(ort: Module, device: GPUDevice, type: OrtType, shape: readonly number[], bytes: number) {
    this.device = device;
    this.buffer = device.createBuffer({
      // ONNX Runtime reads and writes whole vectors of four words.
      size: Math.ceil(bytes / 16) * 16,
      usage: USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST,
    });
    const options = { dataType: type as "float32", dims: [...shape] };
    this.tensor = ort.Tensor.fromGpuBuffer(this.buffer as never, options) as Tensor as unknown as OrtTensor;
  }

  async read(bytes: number): Promise<ArrayBuffer> {
    const size = Math.ceil(bytes / 4) * 4;
    const staging = this.device.createBuffer({ size, usage: USAGE.COPY_DST | USAGE.MAP_READ });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer, 0, staging, 0, size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ);
    const copy = staging.getMappedRange().slice(0, bytes);
    staging.destroy();
    return copy;
  }

  write(data: Uint8Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(this.buffer, 0, data);
  }

  copyTo(target: DeviceMemory): void {
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer, 0, (target as GpuMemory).buffer, 0, this.buffer.size);
    this.device.queue.submit([encoder.finish()]);
  }

  release(): void {
    this.buffer.destroy();
  }
}

/** A WebGPU device and its memory. */
export interface Gpu extends OrtDevice {
  /** Sessions must run on it: buffers of another are of no use to them. */
  readonly device: GPUDevice;
}

/**
 * A device for ONNX Runtime's WebGPU provider, and its memory for values that stay there between runs.
 *
 * @throws {BackendError} where the browser has no WebGPU, or no adapter for it.
 */
export async function openGpu(ort: Module): Promise<Gpu> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter();
  if (!adapter)
    throw new BackendError(
      "this browser has no WebGPU adapter: use the provider 'wasm', or a browser with WebGPU switched on (in a secure context)",
    );
  const limits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const features = FEATURES.filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({ requiredLimits: limits, requiredFeatures: features as never });
  return { types: TYPES, allocate: (type, shape, bytes) => new GpuMemory(ort, device, type, shape, bytes), device };
}
