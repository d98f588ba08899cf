import type { Dim } from "./dim.ts";
import type { DType } from "./dtype.ts";
import type { NDArray } from "./ndarray.ts";
import type { KerasTensor } from "./symbolic/keras-tensor.ts";
import type { Scalar } from "./scalar.ts";
import type { Index } from "./numpy/get-item.ts";
import type { Operators } from "./operators.ts";
import type { Tensor } from "./tensor.ts";
import type { Variable } from "./variable.ts";

/** Arrays of numbers as JavaScript has them; float16 data has no such array (see `NDArray`). */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Nested arrays of scalars, tensors or Variables; tensors inside are stacked. */
export type NestedArray = readonly (Scalar | string | Tensor | Variable | NestedArray)[];

/** Whatever an op takes where it wants a concrete tensor. Arrays of numbers become floatx. */
export type TensorLike = Tensor | Variable | NDArray | Scalar | TypedArray | NestedArray;

/** What may meet a value in an operator. */
export type Other = TensorLike | KerasTensor;

/**
 * Python's operators as methods; `R` is what they give. This module imports nothing at run time: classes extend it, and ops import
 * those classes.
 */
export abstract class Operand<R extends Tensor | KerasTensor> {
  abstract readonly shape: readonly (Dim | null)[];
  abstract readonly dtype: DType;
  /** The functions behind the methods. @internal */
  abstract get operators(): Operators;

  add(other: Other): R {
    return this.operators.add(this as never, other as never) as never;
  }
  subtract(other: Other): R {
    return this.operators.subtract(this as never, other as never) as never;
  }
  multiply(other: Other): R {
    return this.operators.multiply(this as never, other as never) as never;
  }
  divide(other: Other): R {
    return this.operators.divide(this as never, other as never) as never;
  }
  floorDivide(other: Other): R {
    return this.operators.floorDivide(this as never, other as never) as never;
  }
  mod(other: Other): R {
    return this.operators.mod(this as never, other as never) as never;
  }
  power(other: Other): R {
    return this.operators.power(this as never, other as never) as never;
  }
  matmul(other: Other): R {
    return this.operators.matmul(this as never, other as never) as never;
  }
  negative(): R {
    return this.operators.negative(this as never) as never;
  }
  absolute(): R {
    return this.operators.absolute(this as never) as never;
  }
  equal(other: Other): R {
    return this.operators.equal(this as never, other as never) as never;
  }
  notEqual(other: Other): R {
    return this.operators.notEqual(this as never, other as never) as never;
  }
  greater(other: Other): R {
    return this.operators.greater(this as never, other as never) as never;
  }
  greaterEqual(other: Other): R {
    return this.operators.greaterEqual(this as never, other as never) as never;
  }
  less(other: Other): R {
    return this.operators.less(this as never, other as never) as never;
  }
  lessEqual(other: Other): R {
    return this.operators.lessEqual(this as never, other as never) as never;
  }
  /** `x[index]`: numbers, `null` (new axis), `"..."`, `{ start, stop, step }`, or integer tensors, one per axis. */
  getItem(...index: readonly Index[]): R {
    return this.operators.getItem(this as never, ...index) as never;
  }
}
