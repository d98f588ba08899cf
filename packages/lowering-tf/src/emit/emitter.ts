import { NDArray, type Dim, type Graph, type HostArray, type Shape } from "@keras/ops";
import type { Element } from "../proto/types.ts";
import type { DType } from "@keras/ops";
import type { Attributes } from "./attributes.ts";
import { hostArray } from "./tensors.ts";
import type { Fill, Ref, Val } from "./value.ts";

/** What an operator gives. */
export interface Result {
  readonly dtype: Element;
  readonly shape: Shape;
}

/** Choices of a lowering that emitters depend on. */
export interface Target {
  /** `runtime`: for an engine, which must not fail on an index outside. `portable`: for files, as their readers expect them. */
  readonly target: "runtime" | "portable";
  /** Nodes that an unrolled `scan` may take. */
  readonly unroll: number;
}

/** An operand: a value, or the values of an argument that is a list. */
export type Operand = Val | readonly Val[];

/** Emits a body of control flow on its own emitter. */
export type EmitBody = (e: Emitter, inputs: readonly Val[]) => readonly Val[];

/**
 * Where operators go: into a function that is being written, or straight to an engine. The same families of ops serve both.
 */
export abstract class Emitter {
  readonly target: Target;
  /** Prefix of the names of the nodes emitted now: the layer path and op they come from. */
  scope = "";
  private readonly constants = new Map<string, Val>();

  constructor(target: Target) {
    this.target = target;
  }

  get isRuntime(): boolean {
    return this.target.target === "runtime";
  }

  /** One operator. Attributes that hold types and counts of operands are filled in. */
  abstract ops(
    op: string,
    inputs: readonly Operand[],
    attributes: Attributes,
    results: readonly Result[],
  ): readonly Val[];

  /** Emits a graph here, such as the body of a control-flow op. */
  abstract graph(graph: Graph, inputs: readonly Val[]): readonly Val[];

  /** Runs one of two bodies on operands. */
  abstract conditional(
    condition: Val,
    operands: readonly Val[],
    results: readonly Result[],
    whenTrue: EmitBody,
    whenFalse: EmitBody,
  ): readonly Val[];

  /** Repeats a body on carried values while a condition on them holds. */
  abstract loop(
    carried: readonly Val[],
    condition: (e: Emitter, inputs: readonly Val[]) => Val,
    body: EmitBody,
  ): readonly Val[];

  /** A size as an int32 scalar. */
  abstract size(d: Dim): Val;

  /** The value of data that lies in this program. */
  protected abstract store(data: NDArray): Ref;

  /** One operator with one result. */
  op(op: string, inputs: readonly Operand[], attributes: Attributes, result: Result): Val {
    return this.ops(op, inputs, attributes, [result])[0]!;
  }

  /** A shape as an int32 vector. */
  shape(shape: Shape): Val {
    if (shape.every((d) => typeof d === "number")) return this.ints(shape as readonly number[]);
    return this.op("Pack", [shape.map((d) => this.size(d))], { axis: 0 }, { dtype: "int32", shape: [shape.length] });
  }

  /** A value that is emitted only when it is asked for. */
  lazy(result: Result, emit: () => Val, known: Pick<Val, "compact" | "fill"> = {}): Val {
    let emitted: Val | undefined;
    return {
      dtype: result.dtype,
      shape: result.shape,
      ...known,
      owner: this,
      get ref() {
        return (emitted ??= emit()).ref;
      },
    };
  }

  /** Constant data; equal small constants are stored once. */
  constant(numbers: readonly Fill[], shape: readonly number[], dtype: DType): Val {
    const key = `${dtype}[${shape.join()}]${numbers.map((n) => (Object.is(n, -0) ? "-0" : String(n))).join()}`;
    let value = this.constants.get(key);
    if (!value) {
      value = this.data(hostArray(numbers, dtype), shape, dtype, shape.length === 0 ? numbers[0] : undefined);
      this.constants.set(key, value);
    }
    return value;
  }

  /** Constant data of any size. The array must not change before the function is written. */
  data(values: HostArray, shape: readonly number[], dtype: DType, fill?: Fill): Val {
    const data = new NDArray(values as never, [...shape], dtype) as NDArray;
    return { dtype, shape, ref: this.store(data), owner: this, data, fill };
  }

  scalar(value: Fill, dtype: DType): Val {
    return this.constant([value], [], dtype);
  }

  /** A vector of int32, as TensorFlow wants its axes and shapes. */
  ints(values: readonly number[]): Val {
    return this.constant(values, [values.length], "int32");
  }
}
