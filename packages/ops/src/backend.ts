import type { DType } from "./dtype.ts";
import type { HostArray } from "./ndarray.ts";
import type { Attrs, OpDef } from "./op.ts";
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

/**
 * An engine. It gives EITHER `kernels` OR `compile`; the core derives the other: an interpreter with liveness over kernels, or eager
 * execution by deferring ops and compiling the pending graph when a value is read.
 */
export interface Backend {
  readonly name: string;
  /** Dtypes that it stores and computes. */
  readonly dtypes: ReadonlySet<DType>;
  /** Starts the engine (device, native library); called once by `setBackend`. */
  init?(): Promise<void>;
  /**
   * Whether it takes this op as it is: a primitive it cannot do for these dtypes or attributes, or a composite it takes whole.
   * Everything else is decomposed, and what then remains runs on `host`. Control flow (`cond`, `while_loop`, `scan`) is run by the
   * core where a kernel backend does not support it.
   */
  supports(op: OpDef, inputs: readonly StaticSpec[], attrs: Attrs): boolean;
  /** Host data (see `HostArrays`) → device. It must copy, unless it never writes to the result. */
  upload(data: HostArray, spec: StaticSpec): DeviceBuffer;
  /** Device → a fresh host array. */
  download(buffer: DeviceBuffer, spec: StaticSpec): HostArray | Promise<HostArray>;
  /** As `download`, at once; absent where the engine cannot. */
  downloadSync?(buffer: DeviceBuffer, spec: StaticSpec): HostArray;
  /** No one holds the buffer any more: reuse or free its memory. */
  free?(buffer: DeviceBuffer): void;
  readonly kernels?: Readonly<Record<string, Kernel>>;
  compile?(graph: Graph): Executable | Promise<Executable>;
  /** Runs single ops that this backend cannot (host partitions). */
  readonly host?: Backend;
  /** Whether `host` does an op so much faster that a graph is better cut for it. Asked only of ops that are supported. */
  prefersHost?(op: OpDef, inputs: readonly StaticSpec[], attrs: Attrs): boolean;
}
