import {
  broadcastTo,
  deserializeKerasObject,
  eyeTensor,
  formatShape,
  multiply,
  ones,
  serializeKerasObject,
  ShapeError,
  toTensor,
  zeros,
  type DType,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { Initializer } from "./initializer.ts";

/** Options of {@link Constant}. */
export interface ConstantConfig {
  /** A number, or values that broadcast to the weight's shape. Default 0. */
  readonly value?: TensorLike | undefined;
}

/**
 * The same value everywhere.
 *
 * @example
 * ```ts
 * import { initializers } from "keras";
 * console.log(await new initializers.Constant({ value: 3 }).apply([2]).array()); // [3, 3]
 * ```
 */
export class Constant extends Initializer {
  static override readonly className: string = "Constant";
  static override readonly module: string = "keras.initializers";
  readonly value: TensorLike;

  constructor(config: ConstantConfig = {}) {
    super();
    this.value = (deserializeKerasObject(config.value ?? 0) ?? 0) as TensorLike;
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    return broadcastTo(toTensor(this.value, dtype), shape);
  }

  /** @throws {ArgumentError} when the value is a tensor, which has no form in a file. */
  override getConfig(): Record<string, unknown> {
    return { value: serializeKerasObject(this.value) };
  }
}

/** Zeros. */
export class Zeros extends Initializer {
  static override readonly className: string = "Zeros";
  static override readonly module: string = "keras.initializers";

  override call(shape: readonly number[], dtype: DType): Tensor {
    return zeros(shape, { dtype });
  }
}

/** Ones. */
export class Ones extends Initializer {
  static override readonly className: string = "Ones";
  static override readonly module: string = "keras.initializers";

  override call(shape: readonly number[], dtype: DType): Tensor {
    return ones(shape, { dtype });
  }
}

/** Options of {@link Identity}. */
export interface IdentityConfig {
  /** What stands on the diagonal. Default 1. */
  readonly gain?: number | undefined;
}

/** The identity matrix, times a gain. @throws {ShapeError} on weights that are no matrices. */
export class Identity extends Initializer {
  static override readonly className: string = "Identity";
  static override readonly module: string = "keras.initializers";
  readonly gain: number;

  constructor(config: IdentityConfig = {}) {
    super();
    this.gain = Number(config.gain ?? 1);
  }

  override call(shape: readonly number[], dtype: DType): Tensor {
    if (shape.length !== 2)
      throw new ShapeError(`the identity initializer makes matrices, not weights of shape ${formatShape(shape)}`);
    return multiply(eyeTensor(shape[0]!, shape[1]!, dtype), this.gain);
  }

  override getConfig(): Record<string, unknown> {
    return { gain: this.gain };
  }
}
