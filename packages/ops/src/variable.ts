import { dispatch } from "./execution/dispatch.ts";
import { toTensor } from "./convert.ts";
import { castOp } from "./core/cast.ts";
import { isFloat, standardizeDType, type DType } from "./dtype.ts";
import type { Backend } from "./backend.ts";
import { ArgumentError, ShapeError, StateError, TraceError } from "./errors.ts";
import { Operand, type TensorLike } from "./operand.ts";
import { operators, type Operators } from "./operators.ts";
import { nextId, runtime } from "./runtime.ts";
import { formatShape, sameShape } from "./shape.ts";
import { initScope } from "./execution/init-scope.ts";
import { moveTo } from "./execution/move.ts";
import type { Tensor } from "./tensor.ts";

/** Makes the first value of a Variable: a function of shape and dtype, as every initializer is. */
export type VariableInitializer = (shape: readonly number[], dtype: DType) => TensorLike;

/** How replicas of a Variable are combined when training is spread over devices. */
export type Aggregation = "none" | "mean" | "sum" | "only_first_replica";

export interface VariableOptions {
  /** Shape of the value; needed when `initializer` is a function. */
  readonly shape?: readonly number[] | undefined;
  /** Default: the initial value's dtype, or floatx for a function. */
  readonly dtype?: DType | null | undefined;
  /** Default true. */
  readonly trainable?: boolean | undefined;
  /** Whether mixed precision casts it when it is read. Default true. */
  readonly autocast?: boolean | undefined;
  readonly aggregation?: Aggregation | undefined;
  /** Default `variable`. */
  readonly name?: string | undefined;
}

/** Reads and writes of Variables that go elsewhere for a while (`statelessCall`). */
export class StateOverlay {
  readonly parent: StateOverlay | null;
  readonly values: Map<Variable, Tensor> = new Map();
  readonly written: Set<Variable> = new Set();

  constructor(parent: StateOverlay | null) {
    this.parent = parent;
  }

  get(variable: Variable): Tensor | undefined {
    return this.values.get(variable) ?? this.parent?.get(variable);
  }

  set(variable: Variable, value: Tensor): void {
    this.values.set(variable, value);
    this.written.add(variable);
  }
}

/**
 * A mutable tensor: a weight, an optimizer slot, a metric's state. Ops read the value it holds when they are applied; a later `assign`
 * does not change what was read. Inside `jit`, reads become inputs of the graph and assignments outputs.
 *
 * @example
 * ```ts
 * import { Variable, ops } from "keras";
 * const w = new Variable([1, 2, 3]);
 * const y = ops.multiply(w, 2);
 * w.assign([0, 0, 0]);
 * console.log(await y.array()); // [2, 4, 6]
 * ```
 */
export class Variable extends Operand<Tensor> {
  readonly kind: "variable" = "variable";
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  name: string;
  /** Names of the scopes it was made in and its own, joined by `/`. */
  path: string;
  readonly autocast: boolean;
  readonly aggregation: Aggregation;
  /** Applied to the value after each optimizer step. */
  constraint: ((w: Tensor) => Tensor) | null = null;
  /** Adds to the loss of the model that owns it. */
  regularizer: ((w: Tensor) => Tensor) | null = null;
  /** How the value is laid out over devices; set by a distribution. */
  layout: unknown = null;
  /** Optimizers neither keep their own average of it nor overwrite it with one. */
  overwriteWithGradient: boolean = false;
  /** The backend that it stays on; null: it follows the one that reads it. See {@link Variable.place}. */
  placement: Backend | null = runtime().placement;
  /** The value, once there is one. */
  current: Tensor | null = null;
  readonly initializer: VariableInitializer | null;
  wantsGradient: boolean;
  /** Whether it was made to be trained: what freezing and thawing a layer leaves alone otherwise. */
  readonly madeTrainable: boolean;

  /**
   * @param initial - The first value, or a function of shape and dtype that makes it when it is first needed.
   * @throws {ArgumentError} when `initial` is a function and `shape` is missing.
   */
  constructor(initial: TensorLike | VariableInitializer, options: VariableOptions = {}) {
    super();
    this.id = nextId();
    this.name = options.name ?? "variable";
    if (this.name.includes("/")) throw new ArgumentError(`a Variable's name may not contain '/': '${this.name}'`);
    this.path = [...runtime().scope, this.name].join("/");
    this.wantsGradient = options.trainable ?? true;
    this.madeTrainable = this.wantsGradient;
    this.autocast = options.autocast ?? true;
    this.aggregation = options.aggregation ?? "none";
    if (typeof initial === "function") {
      if (!options.shape)
        throw new ArgumentError(`Variable '${this.path}' is made by an initializer function and needs a shape`);
      this.initializer = initial;
      this.shape = [...options.shape];
      this.dtype = standardizeDType(options.dtype);
      if (this.shape.some((d) => !Number.isInteger(d) || d < 0)) {
        throw new ShapeError(`Variable '${this.path}' needs a shape of known sizes, got ${formatShape(options.shape)}`);
      }
    } else {
      const value = initScope(() => toTensor(initial, options.dtype ? standardizeDType(options.dtype) : undefined));
      if (options.shape && !sameShape(options.shape, value.shape)) {
        throw new ShapeError(
          `Variable '${this.path}' was declared with shape ${formatShape(options.shape)}, but its value has ${formatShape(value.shape)}`,
        );
      }
      if (value.traced) {
        throw new TraceError(
          `Variable '${this.path}' cannot begin with a traced value: pass a function and a shape, \`new Variable((shape) => …, { shape })\``,
        );
      }
      this.initializer = null;
      this.shape = value.shape;
      this.dtype = value.dtype;
      this.current = value.alias();
    }
  }

  /** Whether optimizers may change it. */
  get trainable(): boolean {
    return this.wantsGradient;
  }
  set trainable(value: boolean) {
    this.wantsGradient = value;
  }

  override get operators(): Operators {
    return operators;
  }

  get ndim(): number {
    return this.shape.length;
  }

  get size(): number {
    return this.shape.reduce((n, d) => n * d, 1);
  }

  /** The value it holds now (inside a trace: as the traced code sees it), cast where mixed precision says so. */
  get value(): Tensor {
    const state = runtime();
    const read = state.overlay?.get(this) ?? (state.trace ? state.trace.read(this) : this.held());
    // Whoever got it may keep it: only what compiled code alone has seen is freed by the next assignment.
    read.pinned = true;
    for (const tape of state.tapes) tape.sawRead(this, read);
    const { autocast } = state;
    return autocast !== null && this.autocast && isFloat(this.dtype) && autocast !== this.dtype
      ? dispatch(castOp, [read], { dtype: autocast })[0]!
      : read;
  }

  /** The tensor that it holds outside of traces and overlays, on its backend or the active one; made now if not needed before. */
  held(): Tensor {
    if (this.current === null) this.initialize();
    const backend = this.placement ?? runtime().backend;
    const held = this.current!;
    if (backend && held.memory().backend !== backend) {
      this.current = moveTo(held, backend);
      held.dispose();
    }
    return this.current!;
  }

  /**
   * Moves the value to a started backend, bit for bit, and keeps it there whichever one is active. With null it follows the active one.
   */
  place(backend: Backend | null): void {
    this.placement = backend;
    if (this.current !== null) this.held();
  }

  /** Runs the initializer if that has not happened. */
  initialize(): void {
    if (this.current !== null) return;
    const made = initScope(() => toTensor(this.initializer!(this.shape, this.dtype), this.dtype));
    if (!sameShape(made.shape, this.shape)) {
      throw new ShapeError(
        `the initializer of Variable '${this.path}' gave shape ${formatShape(made.shape)} in place of ${formatShape(this.shape)}`,
      );
    }
    this.current = made.alias();
  }

  /**
   * Replaces the value. It is cast to the Variable's dtype.
   *
   * @throws {ShapeError} when the shapes differ.
   */
  assign(value: TensorLike): Tensor {
    const state = runtime();
    const next = toTensor(value, this.dtype);
    if (!sameShape(next.shape, this.shape)) {
      throw new ShapeError(
        `Variable '${this.path}' of shape ${formatShape(this.shape)} cannot hold a value of shape ${formatShape(next.shape)}`,
      );
    }
    if (state.overlay) {
      state.overlay.set(this, next);
    } else if (state.trace) {
      state.trace.write(this, next);
    } else if (state.tapes.some((tape) => tape.watches(next))) {
      // What is read from now on is this very tensor, so that gradients find the way back.
      next.pinned = true;
      this.rebind(next);
    } else {
      this.rebind(next.alias());
    }
    for (const tape of state.tapes) tape.sawWrite(this);
    return next;
  }

  /** Takes over `tensor` as the value; the caller gives up its hold on it. */
  rebind(tensor: Tensor): void {
    if (tensor.storage === null) throw new StateError(`Variable '${this.path}' cannot keep a traced value`);
    if (this.current && !this.current.pinned) this.current.dispose();
    this.current = tensor;
  }

  /** Adds to the value. */
  assignAdd(value: TensorLike): Tensor {
    return this.assign(this.add(value));
  }

  /** Subtracts from the value. */
  assignSub(value: TensorLike): Tensor {
    return this.assign(this.subtract(value));
  }

  override toString(): string {
    return `Variable(path=${this.path}, shape=[${this.shape.join(", ")}], dtype=${this.dtype})`;
  }
}

export function isVariable(x: unknown): x is Variable {
  return typeof x === "object" && x !== null && (x as Variable).kind === "variable";
}
