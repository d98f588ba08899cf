import {
  deserializeKerasObject,
  standardizeDType,
  toTensor,
  type DeserializeOptions,
  type DType,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import * as random from "@keras/ops/random";

/** Options of an initializer's call. */
export interface InitializerCallOptions {
  /** Default floatx. */
  readonly dtype?: DType | null | undefined;
}

/**
 * Makes the first value of a weight. Subclasses write `call`.
 *
 * @example
 * ```ts
 * import { initializers, ops } from "keras";
 * class Sevens extends initializers.Initializer {
 *   override call(shape: readonly number[]): ops.Tensor {
 *     return ops.full(shape, 7);
 *   }
 * }
 * console.log(await new Sevens().apply([2]).array()); // [7, 7]
 * ```
 */
export abstract class Initializer {
  readonly kind: "initializer" = "initializer";
  static readonly className: string | undefined = undefined;
  static readonly module: string | null = null;

  /** Computes the value. `apply` has filled in the dtype. */
  abstract call(shape: readonly number[], dtype: DType): TensorLike;

  /** The value of a weight of a shape. */
  apply(shape: readonly number[], options: InitializerCallOptions | DType = {}): Tensor {
    const dtype = standardizeDType(typeof options === "string" ? options : options.dtype);
    return toTensor(this.call(shape, dtype), dtype);
  }

  /** The options that make an equal initializer, as JSON. */
  getConfig(): Record<string, unknown> {
    return {};
  }

  /** An initializer from what `getConfig` gave. */
  static fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Initializer {
    const objects = [random.SeedGenerator, ...(options.objects ?? [])];
    const Class = this as unknown as new (config: unknown) => Initializer;
    return new Class(
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, deserializeKerasObject(value, { ...options, objects })]),
      ),
    );
  }

  /** An equal one. */
  clone(): this {
    const Class = this.constructor as unknown as new (config: Record<string, unknown>) => this;
    return new Class(this.getConfig());
  }
}

/** A weight's first value as a function of its shape. */
export type InitializerFn = (shape: readonly number[], options: { readonly dtype: DType }) => TensorLike;

/** A function as an initializer. */
export class FunctionInitializer extends Initializer {
  readonly fn: InitializerFn;

  constructor(fn: InitializerFn) {
    super();
    this.fn = fn;
  }

  override call(shape: readonly number[], dtype: DType): TensorLike {
    return this.fn(shape, { dtype });
  }
}
