import {
  decodeSmallFloats,
  dim,
  initScope,
  isFloat,
  isInteger,
  isTensor,
  isTracer,
  NDArray,
  toTensor,
  UnsupportedError,
  type Dim,
  type DType,
  type Shape,
  type Tensor,
} from "@keras/ops";

/** A number that is known while the model is being put together. Sizes may be symbolic. */
export type Known = Dim | boolean;

/** Elements up to which the numbers of a constant are kept at hand. */
const LARGEST = 1 << 14;

/** A value of an ONNX graph: a tensor, numbers known beforehand, or both. */
export class Value {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Computed from the sizes of tensors, and so worth computing beforehand as well. */
  readonly isSize: boolean;
  private made: Tensor | null;
  private readonly numbers: readonly Known[] | null;
  private readonly data: NDArray | null;

  private constructor(
    shape: Shape,
    dtype: DType,
    made: Tensor | null,
    numbers: readonly Known[] | null,
    data: NDArray | null,
    isSize: boolean,
  ) {
    this.shape = shape;
    this.dtype = dtype;
    this.made = made;
    this.numbers = numbers;
    this.data = data;
    this.isSize = isSize;
  }

  static of(tensor: Tensor): Value {
    return new Value(tensor.shape, tensor.dtype, tensor, null, null, false);
  }

  static constant(data: NDArray, tensor: Tensor | null = null): Value {
    return new Value(data.shape, data.dtype, tensor, null, data, false);
  }

  static sizes(numbers: readonly Known[], shape: readonly number[], dtype: DType = "int64"): Value {
    return new Value(shape, dtype, null, numbers, null, true);
  }

  /** The tensor. @throws {UnsupportedError} where it is a size that is not known. */
  get tensor(): Tensor {
    return (this.made ??= this.make());
  }

  private make(): Tensor {
    // Outside of any trace: the tensor outlives the one that is open now.
    const { data } = this;
    if (data) return initScope(() => toTensor(data));
    const numbers = this.numbers!;
    const unknown = numbers.find((n) => typeof n === "object");
    if (unknown !== undefined)
      throw new UnsupportedError(
        `the model computes with the unknown size '${String(unknown)}': fix that size of its inputs with \`inputShapes\``,
      );
    return initScope(() =>
      toTensor(fromNumbers(numbers as readonly (number | boolean)[], this.shape as readonly number[], this.dtype)),
    );
  }

  /** The numbers, or null where they depend on data that is not there yet. */
  known(): readonly Known[] | null {
    if (this.numbers) return this.numbers;
    if (this.data) return this.data.values.length <= LARGEST ? toNumbers(this.data) : null;
    const tensor = this.made!;
    if (isTracer(tensor)) return null;
    return toNumbers(new NDArray(tensor.dataSync() as never, tensor.shape, tensor.dtype as never));
  }

  /** The host data of a constant, where this is one. */
  get constant(): NDArray | null {
    return this.data;
  }
}

function toNumbers({ values, dtype }: NDArray): readonly Known[] | null {
  if (dtype === "string") return null;
  if (dtype === "bool") return Array.from(values as Uint8Array, (v) => v !== 0);
  const plain = dtype === "float16" || dtype === "bfloat16" ? decodeSmallFloats(values as Uint16Array, dtype) : values;
  return Array.from(plain as ArrayLike<number | bigint>, Number);
}

function fromNumbers(numbers: readonly (number | boolean)[], shape: readonly number[], dtype: DType): NDArray {
  if (dtype === "bool") return new NDArray(Uint8Array.from(numbers, Number) as never, [...shape], "bool" as never);
  if (isFloat(dtype)) return new NDArray(Float32Array.from(numbers, Number) as never, [...shape], "float32" as never);
  if (dtype === "int64")
    return new NDArray(
      BigInt64Array.from(numbers, (n) => BigInt(Math.trunc(Number(n)))) as never,
      [...shape],
      "int64" as never,
    );
  return new NDArray(Int32Array.from(numbers, Number) as never, [...shape], "int32" as never);
}

export const isIntegerValue = (v: Value): boolean => isInteger(v.dtype);
export const asValue = (x: Tensor | Value): Value => (isTensor(x) ? Value.of(x) : (x as Value));
export const staticSizes = (shape: Shape): readonly number[] => {
  if (!shape.every(dim.isStatic))
    throw new UnsupportedError(
      `this needs known sizes, got [${shape.map(String).join(", ")}]: fix them with \`inputShapes\``,
    );
  return shape as readonly number[];
};
