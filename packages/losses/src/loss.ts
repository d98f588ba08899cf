import {
  autoName,
  cast,
  deserializeKerasObject,
  floatx,
  getMask,
  logicalAnd,
  StateError,
  toDTypePolicy,
  toTensor,
  withNameScope,
  type DeserializeOptions,
  type DType,
  type DTypePolicy,
  type DTypePolicyName,
  type Serializable,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { checkReduction, reduceWeightedValues, type Reduction } from "./reduction.ts";

/** Options that every loss takes. */
export interface LossOptions {
  /** Default `sum_over_batch_size`. */
  readonly reduction?: Reduction | undefined;
  readonly name?: string | null | undefined;
  /** What the loss is computed in: a dtype, or a policy, whose compute dtype counts. Default floatx. */
  readonly dtype?: DTypePolicyName | DTypePolicy | null | undefined;
}

/** Options of a loss's call. */
export interface LossApplyOptions {
  /** Weight of each sample; or, with more axes, of each of its parts. */
  readonly sampleWeight?: TensorLike | null | undefined;
}

/**
 * Says how far predictions are from targets. Subclasses write `call`, which gives a loss per sample; `apply` weights and reduces.
 *
 * @example
 * ```ts
 * import { losses, ops } from "keras";
 * class Fourth extends losses.Loss {
 *   override call(yTrue: ops.Tensor, yPred: ops.Tensor): ops.Tensor {
 *     return ops.mean(ops.power(ops.subtract(yTrue, yPred), 4), { axis: -1 });
 *   }
 * }
 * console.log(await new Fourth().apply([[0, 0], [0, 0]], [[2, 2], [0, 0]]).item()); // 8
 * ```
 */
export abstract class Loss implements Serializable {
  readonly kind: "loss" = "loss";
  static readonly className: string | undefined = undefined;
  static readonly module: string | null = null;

  readonly name: string;
  readonly reduction: Reduction;
  /** What it is computed in. */
  readonly dtype: DType;

  /** @throws {ArgumentError} when the reduction is none. */
  constructor(options: LossOptions = {}, defaultName?: string) {
    this.name = options.name ?? defaultName ?? autoName((new.target as typeof Loss).className ?? new.target.name);
    this.reduction = options.reduction === undefined ? "sum_over_batch_size" : checkReduction(options.reduction);
    this.dtype = toDTypePolicy(options.dtype ?? floatx()).computeDtype;
  }

  /**
   * The loss of each sample.
   *
   * @param yTrue - Targets, in the loss's dtype.
   * @param yPred - Predictions, in the loss's dtype.
   */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /**
   * The reduced loss.
   *
   * @param yTrue - Targets.
   * @param yPred - Predictions. If they carry a mask, what it hides does not count.
   */
  apply(yTrue: TensorLike, yPred: TensorLike, options: LossApplyOptions = {}): Tensor {
    const given = getMask(yPred);
    return withNameScope<Tensor>(this.name, () => {
      const losses = this.call(toTensor(yTrue, this.dtype), toTensor(yPred, this.dtype));
      if (losses instanceof Promise)
        throw new StateError(`the loss '${this.name}' is async: call() must return a tensor`);
      const own = getMask(losses);
      const mask =
        given && own ? logicalAnd(cast(given as Tensor, "bool"), cast(own as Tensor, "bool")) : (given ?? own);
      const { reduction, dtype } = this;
      return reduceWeightedValues(losses, {
        sampleWeight: options.sampleWeight,
        mask: mask as Tensor | null,
        reduction,
        dtype,
      });
    });
  }

  /** The options that make an equal loss, as JSON. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, reduction: this.reduction };
  }

  static fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): Loss {
    const given = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, deserializeKerasObject(value, options)]),
    );
    return new (this as unknown as new (config: Record<string, unknown>) => Loss)(given);
  }
}
