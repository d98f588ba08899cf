import type { Dim } from "./dim.ts";
import type { DType } from "./dtype.ts";
import type { NDArray } from "./ndarray.ts";
import { absolute } from "./numpy/absolute.ts";
import { add } from "./numpy/add.ts";
import { divide } from "./numpy/divide.ts";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./numpy/compare.ts";
import { floorDivide } from "./numpy/floor-divide.ts";
import { getItem, type Index } from "./numpy/get-item.ts";
import { matmul } from "./numpy/matmul.ts";
import { mod } from "./numpy/mod.ts";
import { multiply } from "./numpy/multiply.ts";
import { negative } from "./numpy/negative.ts";
import { power } from "./numpy/power.ts";
import { subtract } from "./numpy/subtract.ts";
import type { KerasTensor } from "./symbolic/keras-tensor.ts";
import type { Scalar } from "./scalar.ts";
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

/** Python's operators as methods; `R` is what they give. */
export abstract class Operand<R extends Tensor | KerasTensor> {
  abstract readonly shape: readonly (Dim | null)[];
  abstract readonly dtype: DType;

  add(other: Other): R {
    return add(this as never, other as never) as never;
  }
  subtract(other: Other): R {
    return subtract(this as never, other as never) as never;
  }
  multiply(other: Other): R {
    return multiply(this as never, other as never) as never;
  }
  divide(other: Other): R {
    return divide(this as never, other as never) as never;
  }
  floorDivide(other: Other): R {
    return floorDivide(this as never, other as never) as never;
  }
  mod(other: Other): R {
    return mod(this as never, other as never) as never;
  }
  power(other: Other): R {
    return power(this as never, other as never) as never;
  }
  matmul(other: Other): R {
    return matmul(this as never, other as never) as never;
  }
  negative(): R {
    return negative(this as never) as never;
  }
  absolute(): R {
    return absolute(this as never) as never;
  }
  equal(other: Other): R {
    return equal(this as never, other as never) as never;
  }
  notEqual(other: Other): R {
    return notEqual(this as never, other as never) as never;
  }
  greater(other: Other): R {
    return greater(this as never, other as never) as never;
  }
  greaterEqual(other: Other): R {
    return greaterEqual(this as never, other as never) as never;
  }
  less(other: Other): R {
    return less(this as never, other as never) as never;
  }
  lessEqual(other: Other): R {
    return lessEqual(this as never, other as never) as never;
  }
  /** `x[index]`: numbers, `null` (new axis), `"..."`, `{ start, stop, step }`, or integer tensors, one per axis. */
  getItem(...index: readonly Index[]): R {
    return getItem(this as never, ...index) as never;
  }
}
