import type { DType } from "./dtype.ts";
import type { HostArray } from "./ndarray.ts";
import type { Attrs, OpDef } from "./op.ts";
import type { Tensor } from "./tensor.ts";
import type { Graph } from "./trace/graph.ts";

/** Spec of a concrete value. */
export interface StaticSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A backend's own handle of a value's memory; the core never looks inside. */
export type DeviceBuffer = unknown;

/** One call of a kernel. */
export interface KernelCall {
  readonly inputs: readonly DeviceBuffer[];
  readonly inputSpecs: readonly StaticSpec[];
  readonly attrs: Attrs;
  readonly outputSpecs: readonly StaticSpec[];
}

/**
 * Computes an op. Returns one buffer per output: new ones; a backend without `free` may return an operand where nothing changes.
 * For ops with data-dependent shapes the kernel returns `{ buffer, shape }` in place of a buffer.
 */
export type Kernel = (call: KernelCall) => readonly DeviceBuffer[];

/** A kernel's result whose shape was not known before it ran. */
export interface ShapedBuffer {
  readonly buffer: DeviceBuffer;
  readonly shape: readonly number[];
}

/** A compiled graph. */
export interface Executable {
  /**
   * Runs on buffers in the order of `graph.inputs`; gives buffers in the order of `graph.outputs`, each new (never an input's).
   * A promise where the engine is asynchronous. The core calls runs of one backend one after another.
   */
  run(inputs: readonly DeviceBuffer[]): readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>;
  dispose?(): void;
}

/** What every engine gives. */
interface Engine {
  readonly name: string;
  /** Dtypes that it stores and computes. */
  readonly dtypes: ReadonlySet<DType>;
  /** Starts the engine (device, native library); called once by `setBackend`. */
  init?(): Promise<void>;
  /**
   * Whether it takes this op as it is: a primitive it cannot do for these dtypes or attributes, or a composite it takes whole.
   * Everything else is decomposed, and what then remains runs on `host`. Control flow (`cond`, `while_loop`, `scan`) runs itself
   * where a kernel backend does not support it.
   */
  supports(op: OpDef, inputs: readonly StaticSpec[], attrs: Attrs): boolean;
  /** Host data (see `HostArrays`) → device. It must copy, unless it never writes to the result. */
  upload(data: HostArray, spec: StaticSpec): DeviceBuffer;
  /** Device → a fresh host array. */
  download(buffer: DeviceBuffer, spec: StaticSpec): HostArray | Promise<HostArray>;
  /** As `download`, at once; absent where the engine cannot. */
  downloadSync?(buffer: DeviceBuffer, spec: StaticSpec): HostArray;
  /** Whether `downloadSync` can give this buffer, on an engine that can give some: those that also lie on the host. Default: any. */
  isReadable?(buffer: DeviceBuffer): boolean;
  /** No one holds the buffer any more: reuse or free its memory. */
  free?(buffer: DeviceBuffer): void;
  /** Runs single ops that this backend cannot (host partitions). */
  readonly host?: Backend;
  /** Whether `host` does an op so much faster that a graph is better cut for it. Asked only of ops that are supported. */
  prefersHost?(op: OpDef, inputs: readonly StaticSpec[], attrs: Attrs): boolean;
}

/** An engine with a kernel per op. Without a compiler of its own, the core compiles its graphs to an interpreter with liveness. */
export interface KernelBackend extends Engine {
  readonly kernels: Readonly<Record<string, Kernel>>;
  compile?(graph: Graph): Executable | Promise<Executable>;
}

/** An engine that only compiles graphs. */
export interface GraphBackend extends Engine {
  readonly kernels?: undefined;
  compile(graph: Graph): Executable | Promise<Executable>;
  /** How ops outside of graphs run: `deferredExecution`. The engine brings it along, so that bundles of other engines do without. */
  readonly eager: EagerExecution;
}

/** An engine: it gives EITHER `kernels` OR `compile`, and the core derives the other. */
export type Backend = KernelBackend | GraphBackend;

/** Runs single ops on an engine that has no kernels. */
export interface EagerExecution {
  /** Applies an op whose operands lie on the backend. `specs` are those of the results; empty where they depend on data. */
  run(
    backend: Backend,
    op: OpDef,
    inputs: readonly Tensor[],
    attrs: Attrs,
    specs: readonly StaticSpec[],
  ): readonly Tensor[];
}
