import type { Backend } from "./backend.ts";
import { itemBytes, type DType } from "./dtype.ts";
import { DTypeError, StateError, TraceError } from "./errors.ts";
import { NDArray, type HostArrays, type Nested } from "./ndarray.ts";
import { Operand } from "./operand.ts";
import { operators, type Operators } from "./operators.ts";
import type { Storage } from "./storage.ts";
import type { GraphValue } from "./trace/graph.ts";
import type { Trace } from "./trace/trace.ts";
import { noteTemporary } from "./execution/temporaries.ts";
import { force, forceSync } from "./execution/force.ts";

const finalized = new FinalizationRegistry<Storage>((storage) => storage.release());

function checkDType(x: Tensor, dtype: DType | undefined): void {
  if (dtype !== undefined && dtype !== x.dtype) {
    throw new DTypeError(
      `data("${dtype}") was asked of a tensor of dtype ${x.dtype}: cast it with ops.cast, or ask for "${x.dtype}"`,
    );
  }
}

/** A number, boolean, bigint or string, as the dtype has it. */
export type Item = number | boolean | bigint | string;

/** The place of a traced tensor in a graph. */
export interface TracedValue {
  readonly trace: Trace;
  readonly value: GraphValue;
}

/** Nested arrays of a given depth: `NestedOf<number, 2>` is `number[][]`. */
export type NestedOf<T, Rank extends number> = Rank extends 0
  ? T
  : Rank extends 1
    ? T[]
    : Rank extends 2
      ? T[][]
      : Rank extends 3
        ? T[][][]
        : Rank extends 4
          ? T[][][][]
          : Nested<T>;

/**
 * A concrete value: an n-dimensional array that one backend holds. It may still be waiting to be computed; reading it forces that.
 * Tensors need no `dispose`: their memory is freed when nothing refers to them.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.array([[1, 2], [3, 4]]);
 * console.log(x.shape, x.dtype); // [2, 2] "float32"
 * console.log(await x.multiply(2).array()); // [[2, 4], [6, 8]]
 * ```
 */
export class Tensor extends Operand<Tensor> {
  readonly kind: "tensor" = "tensor";
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** null: a value inside a trace. */
  readonly storage: Storage | null;
  /** What a value inside a trace stands for; null outside. */
  readonly traced: TracedValue | null;
  /** Set by `dispose`. */
  released: boolean = false;
  /** Held by a tape or a graph: library code that frees its intermediates leaves it alone. */
  pinned: boolean = false;

  constructor(shape: readonly number[], dtype: DType, storage: Storage | null, traced: TracedValue | null = null) {
    super();
    this.shape = shape;
    this.dtype = dtype;
    this.storage = storage;
    this.traced = traced;
    if (storage) {
      finalized.register(this, storage, this);
      noteTemporary(this);
    }
  }

  override get operators(): Operators {
    return operators;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((n, d) => n * d, 1);
  }

  get bytes(): number {
    return this.size * itemBytes(this.dtype);
  }

  /** Another tensor on the same memory. */
  alias(): Tensor {
    return new Tensor(this.shape, this.dtype, this.traced ? null : this.memory().retain(), this.traced);
  }

  /** The memory of this tensor. @throws {TraceError} inside a trace. @throws {StateError} after `dispose`. */
  memory(): Storage {
    if (!this.storage) {
      throw new TraceError(
        "the value of a traced tensor is not known while tracing: return it from the traced function and read it there, or use ops.cond and ops.whileLoop for decisions",
      );
    }
    if (this.released) throw new StateError("this tensor was disposed: its memory is gone");
    return this.storage;
  }

  get backend(): Backend {
    return this.memory().backend;
  }

  /** Resolves when the value is computed; rejects with the error of its computation. */
  async ready(): Promise<this> {
    await force([this.memory()]);
    return this;
  }

  /**
   * The elements, row-major, as a fresh host array.
   *
   * @param dtype - Type the result is known to have, checked at run time; default: whatever `x.dtype` is.
   * @throws {DTypeError} when `dtype` is not the tensor's.
   */
  async data(): Promise<HostArrays[DType]>;
  async data<D extends DType>(dtype: D): Promise<HostArrays[D]>;
  async data(dtype?: DType): Promise<HostArrays[DType]> {
    checkDType(this, dtype);
    const storage = this.memory();
    await force([storage]);
    return storage.backend.download(storage.buffer(), { shape: this.shape, dtype: this.dtype });
  }

  /** As `data`, at once. @throws {BackendError} on a backend that cannot wait, such as WebGPU. */
  dataSync(): HostArrays[DType];
  dataSync<D extends DType>(dtype: D): HostArrays[D];
  dataSync(dtype?: DType): HostArrays[DType] {
    checkDType(this, dtype);
    const storage = this.memory();
    const download = forceSync(storage);
    return download(storage.buffer(), { shape: this.shape, dtype: this.dtype });
  }

  /** The value as host data. */
  async ndarray(): Promise<NDArray> {
    return new NDArray(await this.data(), this.shape, this.dtype);
  }

  /** Nested arrays, as deep as the tensor has axes. `x.array<2>()` types them. */
  async array(): Promise<Nested<number>>;
  async array<Rank extends number>(): Promise<NestedOf<number, Rank>>;
  async array(): Promise<unknown> {
    return (await this.ndarray()).toNested();
  }

  /** The one element of a tensor of size 1. @throws {StateError} when there are more. */
  async item(): Promise<number>;
  async item<T extends Item>(): Promise<T>;
  async item(): Promise<Item> {
    if (this.size !== 1)
      throw new StateError(`item() needs a tensor of one element; this has shape [${this.shape.join(", ")}]`);
    let item: unknown = (await this.ndarray()).toNested();
    while (Array.isArray(item)) item = item[0] as unknown;
    return item as Item;
  }

  /** Gives the memory back now. Using the tensor afterwards throws. Never needed; useful in tight synchronous loops. */
  dispose(): void {
    if (this.released || !this.storage) return;
    this.released = true;
    finalized.unregister(this);
    this.storage.release();
  }

  override toString(): string {
    return `${this.traced ? "Tracer" : "Tensor"}(shape=[${this.shape.map(String).join(", ")}], dtype=${this.dtype})`;
  }
}

/** `using x = …` on platforms that have it, and the same symbol by name elsewhere. */
const disposeSymbol: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for("Symbol.dispose") as never);

export interface Tensor {
  [Symbol.dispose](): void;
}
Object.defineProperty(Tensor.prototype, disposeSymbol, {
  value(this: Tensor) {
    this.dispose();
  },
});

/**
 * Whether something is a tensor with values; symbolic tensors, Variables and host data are none.
 *
 * @param x - Anything.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.isTensor(ops.ones([2])), ops.isTensor([1, 1])); // true false
 * ```
 */
export function isTensor(x: unknown): x is Tensor {
  return typeof x === "object" && x !== null && (x as Tensor).kind === "tensor";
}
