import {
  deserializeFunction,
  serializeKerasObject,
  toSnakeCase,
  type DeserializeOptions,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";

/** A loss as a function: targets and predictions → one value per sample. */
export type LossFn = (yTrue: Tensor, yPred: Tensor, options?: never) => TensorLike;

/** Options of {@link LossFunctionWrapper}. Further keys are handed to the function as its options. */
export interface LossFunctionWrapperOptions extends LossOptions {
  readonly fn: LossFn;
  readonly [option: string]: unknown;
}

/**
 * A function as a loss, weighted and reduced as others are.
 *
 * @example
 * ```ts
 * import { LossFunctionWrapper, meanAbsoluteError } from "@keras/losses";
 * const loss = new LossFunctionWrapper({ fn: meanAbsoluteError, reduction: "sum" });
 * console.log(await loss.apply([[1], [2]], [[0], [0]]).item()); // 3
 * ```
 */
export class LossFunctionWrapper extends Loss {
  static override readonly className: string = "LossFunctionWrapper";
  static override readonly module: string = "keras.src.losses.losses";
  readonly fn: LossFn;
  /** What the function gets as its options. */
  readonly fnOptions: Readonly<Record<string, unknown>>;

  constructor(options: LossFunctionWrapperOptions) {
    super(options);
    const { fn, name: _, reduction: __, dtype: ___, ...rest } = options;
    this.fn = fn;
    this.fnOptions = rest;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [t, p] = alignRanks(yTrue, yPred);
    return (this.fn as (...args: unknown[]) => Tensor)(
      t,
      p,
      ...(Object.keys(this.fnOptions).length > 0 ? [this.fnOptions] : []),
    );
  }

  override getConfig(): Record<string, unknown> {
    const fn = serializeKerasObject(this.fn);
    return { ...super.getConfig(), fn: typeof fn === "string" ? toSnakeCase(fn) : fn, ...this.fnOptions };
  }

  /** @throws {NotFoundError} when the function is not among `objects`. */
  static override fromConfig(config: Record<string, unknown>, options: DeserializeOptions = {}): LossFunctionWrapper {
    return new LossFunctionWrapper({ ...config, fn: deserializeFunction(config["fn"], options) as LossFn });
  }
}
