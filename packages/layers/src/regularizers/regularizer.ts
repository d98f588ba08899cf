import { toTensor, type Tensor, type TensorLike } from "@keras/ops";

/**
 * A penalty on weights or outputs, added to the loss. Subclasses write `call`.
 *
 * @example
 * ```ts
 * import { ops, regularizers } from "keras";
 * class Square extends regularizers.Regularizer {
 *   override call(x: ops.Tensor): ops.Tensor {
 *     return ops.sum(ops.square(x));
 *   }
 * }
 * console.log(await new Square().apply([1, 2]).item()); // 5
 * ```
 */
export abstract class Regularizer {
  readonly kind: "regularizer" = "regularizer";
  static readonly className: string | undefined = undefined;
  static readonly module: string | null = null;

  /** Computes the penalty: a scalar. */
  abstract call(x: Tensor): TensorLike;

  /** The penalty of a value: a scalar. */
  apply(x: TensorLike): Tensor {
    return toTensor(this.call(toTensor(x)));
  }

  /** The options that make an equal regularizer, as JSON. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}

/** A penalty as a function of the value. */
export type RegularizerFn = (x: Tensor) => TensorLike;

/** A function as a regularizer. */
export class FunctionRegularizer extends Regularizer {
  readonly fn: RegularizerFn;

  constructor(fn: RegularizerFn) {
    super();
    this.fn = fn;
  }

  override call(x: Tensor): TensorLike {
    return this.fn(x);
  }
}
