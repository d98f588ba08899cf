import { BackendError, type HostArray } from "@keras/ops";
import { openGpu } from "#gpu";
import { settings } from "./settings.ts";

/** Memory on the device: whole words, at least one. */
export interface GpuMemory {
  readonly buffer: GPUBuffer;
  readonly device: Device;
}

/** Threads of a workgroup along each side of a dispatch may be at most this many groups. */
const MAX_GROUPS = 65_535;

/** What a dispatch runs. */
export interface Program {
  readonly pipeline: GPUComputePipeline;
  readonly groups: readonly [number, number];
}

/**
 * A started GPU: memory that is reused, pipelines by their code, and one list of commands that is handed over when something has to be
 * read or written, or when it gets long.
 */
export class Device {
  readonly gpu: GPUDevice;
  readonly adapter: GPUAdapter;
  private readonly free = new Map<number, GPUBuffer[]>();
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private commands = 0;
  private idle = 0;
  private failure: BackendError | null = null;
  /** Whether the device is gone, and why. */
  lost: string | null = null;

  constructor(adapter: GPUAdapter, gpu: GPUDevice) {
    this.adapter = adapter;
    this.gpu = gpu;
    void gpu.lost.then(({ reason, message }) => {
      this.lost ??= `${reason}${message ? `: ${message}` : ""}`;
    });
    gpu.addEventListener("uncapturederror", (event) => {
      const { message } = (event as GPUUncapturedErrorEvent).error;
      this.failure ??= new BackendError(`WebGPU reports: ${message}`);
      event.preventDefault();
    });
  }

  /** Storage buffers that one shader may have. */
  get maxBindings(): number {
    return this.gpu.limits.maxStorageBuffersPerShaderStage;
  }

  /** A GPU that is a program makes threads wait for each other so slowly that each had better work alone. */
  get sharing(): boolean {
    const { architecture, description } = this.adapter.info;
    return settings().sharedMemory ?? !/swiftshader|llvmpipe|basic render/i.test(`${architecture} ${description}`);
  }

  get idleBytes(): number {
    return this.idle;
  }

  /** What everything throws that needs this device's memory once it is gone. */
  lostError(): BackendError {
    return new BackendError(
      `the GPU was lost (${this.lost ?? "destroyed"}) and its memory with it: \`await restartWebGpu()\`, then load your weights again`,
    );
  }

  /** Gives the device up. */
  destroy(): void {
    this.lost ??= "destroyed";
    this.gpu.destroy();
  }

  /** @throws {BackendError} when the device is gone, or something failed on it. */
  check(): void {
    if (this.lost !== null) throw this.lostError();
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure;
  }

  /** Memory for `count` words, with any contents. */
  take(count: number): GpuMemory {
    const bytes = sizeClass(count * 4);
    const list = this.free.get(bytes);
    const reused = list?.pop();
    if (list?.length === 0) this.free.delete(bytes);
    if (reused) {
      this.idle -= bytes;
      return { buffer: reused, device: this };
    }
    const { maxStorageBufferBindingSize: most } = this.gpu.limits;
    if (bytes > most) {
      throw new BackendError(`a value of ${bytes} bytes is larger than this GPU's largest buffer (${most} bytes)`);
    }
    const usage = GPU_STORAGE | GPU_COPY_SRC | GPU_COPY_DST;
    return { buffer: this.gpu.createBuffer({ size: bytes, usage }), device: this };
  }

  give({ buffer }: GpuMemory): void {
    if (this.lost !== null) return;
    this.idle += buffer.size;
    const list = this.free.get(buffer.size);
    // The size moves to the end: it was used last.
    this.free.delete(buffer.size);
    this.free.set(buffer.size, list ? (list.push(buffer), list) : [buffer]);
    while (this.idle > settings().poolBytes) {
      const [bytes, oldest] = this.free.entries().next().value!;
      this.submit();
      oldest.pop()!.destroy();
      this.idle -= bytes;
      if (oldest.length === 0) this.free.delete(bytes);
    }
  }

  write(memory: GpuMemory, data: Exclude<HostArray, string[]>): void {
    // What was recorded before may still read the memory's former contents.
    this.submit();
    if (data.byteLength > 0)
      this.gpu.queue.writeBuffer(memory.buffer, 0, data.buffer, data.byteOffset, data.byteLength);
  }

  /** A fresh copy of the first `count` words. */
  async read({ buffer }: GpuMemory, count: number): Promise<ArrayBuffer> {
    this.check();
    if (count === 0) return new ArrayBuffer(0);
    const size = count * 4;
    const staging = this.gpu.createBuffer({ size, usage: GPU_MAP_READ | GPU_COPY_DST });
    this.endPass();
    (this.encoder ??= this.gpu.createCommandEncoder()).copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.submit();
    try {
      await staging.mapAsync(1);
      const words = staging.getMappedRange().slice(0);
      this.check();
      return words;
    } catch (cause) {
      this.check();
      throw cause instanceof BackendError ? cause : new BackendError("the GPU's memory could not be read", { cause });
    } finally {
      staging.destroy();
    }
  }

  /** The pipeline of a shader whose entry point is `main`. */
  pipeline(code: string): GPUComputePipeline {
    let pipeline = this.pipelines.get(code);
    if (!pipeline) {
      const module = this.gpu.createShaderModule({ code });
      pipeline = this.gpu.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
      this.pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  run({ pipeline, groups }: Program, bindings: readonly GpuMemory[]): void {
    const layout = pipeline.getBindGroupLayout(0);
    const entries = bindings.map(({ buffer }, binding) => ({ binding, resource: { buffer } }));
    this.encoder ??= this.gpu.createCommandEncoder();
    this.pass ??= this.encoder.beginComputePass();
    this.pass.setPipeline(pipeline);
    this.pass.setBindGroup(0, this.gpu.createBindGroup({ layout, entries }));
    this.pass.dispatchWorkgroups(...groups);
    if (++this.commands >= 64) this.submit();
  }

  /** Copies `count` words; `source` and `target` say where they begin. */
  copy(from: GpuMemory, to: GpuMemory, count: number, source = 0, target = 0): void {
    if (count === 0) return;
    this.endPass();
    (this.encoder ??= this.gpu.createCommandEncoder()).copyBufferToBuffer(
      from.buffer,
      source * 4,
      to.buffer,
      target * 4,
      count * 4,
    );
  }

  private endPass(): void {
    this.pass?.end();
    this.pass = null;
  }

  /** Hands over what was recorded. */
  submit(): void {
    if (!this.encoder) return;
    this.endPass();
    this.gpu.queue.submit([this.encoder.finish()]);
    this.encoder = null;
    this.commands = 0;
  }
}

// The constants of WebGPU, which Node has only under a package's name.
const GPU_MAP_READ = 1;
const GPU_COPY_SRC = 4;
const GPU_COPY_DST = 8;
const GPU_STORAGE = 128;

/** Sizes that buffers have, so that many values fit a freed one: powers of two up to 1 MiB, then whole MiB. */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  return bytes <= 2 ** 20 ? 2 ** Math.ceil(Math.log2(bytes)) : Math.ceil(bytes / 2 ** 20) * 2 ** 20;
}

/** Workgroups of a dispatch as a rectangle, since each side is limited; surplus ones must do nothing. */
export function groupsFor(count: number): readonly [number, number] {
  if (count <= MAX_GROUPS) return [count, 1];
  return [MAX_GROUPS, Math.ceil(count / MAX_GROUPS)];
}

/** Starts a device. @throws {BackendError} where there is no adapter. */
export async function openDevice(): Promise<Device> {
  const gpu = await openGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: settings().powerPreference });
  if (!adapter) throw new BackendError("WebGPU found no GPU on this machine: its driver may be missing or blocked");
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
  });
  return new Device(adapter, device);
}
