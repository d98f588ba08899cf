import { findBackend, getKernel } from "@tensorflow/tfjs-core";
import { BackendError, sizeOf } from "@keras/ops";

/** What a kernel of TensorFlow.js takes beside tensors. */
export type KernelAttrs = Readonly<Record<string, unknown>>;
export type NativeDType = "float32" | "int32" | "bool";
type KernelConfig = ReturnType<typeof getKernel>;

/** A value of TensorFlow.js: its `TensorInfo`. */
export interface TensorInfo {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: "float32" | "int32" | "bool" | "complex64" | "string";
}

/** What is needed of a backend of TensorFlow.js beside its kernels. Its own types do not go with those of browsers. */
interface Store {
  write(values: Float32Array | Int32Array | Uint8Array, shape: number[], dtype: NativeDType): object;
  read(dataId: object): Promise<unknown>;
  readSync(dataId: object): unknown;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}

/** Operands of a kernel by name; `Concat` takes a list. */
export type KernelInputs = Readonly<Record<string, TensorInfo>> | readonly TensorInfo[];

/** Backends of TensorFlow.js that do 32-bit integers right; those on a GPU compute them as floats, exact to 24 bits. */
const EXACT_INTEGERS: ReadonlySet<string> = new Set(["cpu", "wasm", "tensorflow"]);
/** Those that can be read at once. */
const ASYNC_ONLY: ReadonlySet<string> = new Set(["webgpu"]);

/**
 * One started backend of TensorFlow.js. Its kernels are called directly, past the tfjs engine, whose scopes and tapes would only repeat
 * what the core does: a value lives until its storage frees it.
 */
export class Device {
  readonly name: string;
  readonly backend: Store;
  readonly exactIntegers: boolean;
  readonly synchronous: boolean;
  private readonly kernels = new Map<string, KernelConfig | undefined>();

  constructor(name: string) {
    this.name = name;
    this.backend = findBackend(name) as Store;
    // Its CPU backend advises on first use to install another package: not for users of this one.
    if ("firstUse" in this.backend) this.backend.firstUse = false;
    this.exactIntegers = EXACT_INTEGERS.has(name);
    this.synchronous = !ASYNC_ONLY.has(name);
  }

  private kernel(name: string): KernelConfig | undefined {
    // A kernel that is registered later, by a module that loads lazily, is found then.
    const known = this.kernels.get(name) ?? getKernel(name, this.name);
    if (known) this.kernels.set(name, known);
    return known;
  }

  /** Whether this backend of TensorFlow.js has a kernel: a bundle may have left it out. */
  has(kernel: string): boolean {
    return this.kernel(kernel) !== undefined;
  }

  call(kernel: string, inputs: KernelInputs, attrs: KernelAttrs): TensorInfo {
    const config = this.kernel(kernel);
    if (!config)
      throw new BackendError(`TensorFlow.js has no kernel '${kernel}' for its backend '${this.name}': register it`);
    const given = (Array.isArray(inputs) ? [...inputs] : { ...inputs }) as Record<string, TensorInfo>;
    const made = config.kernelFunc({ inputs: given, attrs: { ...attrs } as never, backend: this.backend });
    return (Array.isArray(made) ? made[0]! : made) as TensorInfo;
  }

  write(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: NativeDType): TensorInfo {
    return { dataId: this.backend.write(values, [...shape], dtype), shape: [...shape], dtype };
  }

  release({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }
}

/** Runs kernels for one op and remembers what they made, so that all but the results can be released. */
export class Scope {
  readonly device: Device;
  private readonly made = new Set<TensorInfo>();

  constructor(device: Device) {
    this.device = device;
  }

  run(kernel: string, inputs: KernelInputs, attrs: KernelAttrs = {}): TensorInfo {
    const out = this.device.call(kernel, inputs, attrs);
    this.made.add(out);
    return out;
  }

  write(values: Float32Array | Int32Array | Uint8Array, shape: readonly number[], dtype: NativeDType): TensorInfo {
    const out = this.device.write(values, shape, dtype);
    this.made.add(out);
    return out;
  }

  /** A scalar that ops broadcast. */
  scalar(value: number, dtype: "float32" | "int32" = "float32"): TensorInfo {
    return this.write(dtype === "int32" ? Int32Array.of(value) : Float32Array.of(value), [], dtype);
  }

  full(shape: readonly number[], value: number, dtype: NativeDType): TensorInfo {
    return this.run("Fill", {}, { shape: [...shape], value, dtype });
  }

  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo {
    return this.run("Reshape", { x }, { shape: [...shape] });
  }

  transpose(x: TensorInfo, perm: readonly number[]): TensorInfo {
    return perm.every((axis, i) => axis === i) ? x : this.run("Transpose", { x }, { perm: [...perm] });
  }

  cast(x: TensorInfo, dtype: NativeDType): TensorInfo {
    return this.run("Cast", { x }, { dtype });
  }

  /** NumPy broadcasting, by repetition: TensorFlow.js has no kernel of its own for it. */
  broadcast(x: TensorInfo, shape: readonly number[]): TensorInfo {
    const padded = [...shape.map(() => 1), ...x.shape].slice(x.shape.length);
    const reps = shape.map((size, axis) => (padded[axis] === size ? 1 : size));
    const whole = x.shape.length === shape.length ? x : this.reshape(x, padded);
    return reps.every((n) => n === 1) ? whole : this.run("Tile", { x: whole }, { reps });
  }

  /** `yes` where `condition`, else `no`, all of one shape. */
  select(condition: TensorInfo, yes: TensorInfo, no: TensorInfo): TensorInfo {
    return this.run("Select", { condition, t: yes, e: no });
  }

  /** Everything made but `kept`, which now belong to the caller. An operand among them is handed out as a second holder of its memory. */
  finish(kept: readonly TensorInfo[]): readonly TensorInfo[] {
    const own = kept.map((x) => {
      if (this.made.delete(x)) return x;
      this.device.backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    });
    this.abandon();
    return own;
  }

  /** Releases everything. */
  abandon(): void {
    for (const x of this.made) this.device.release(x);
    this.made.clear();
  }
}

/** Elements of a tensor. */
export const countOf = (x: TensorInfo): number => sizeOf(x.shape);
