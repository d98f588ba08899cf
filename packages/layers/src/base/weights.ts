import { isFloat, scoped, standardizeDType, Variable, type Aggregation, type DType } from "@keras/ops";
import { getConstraint, type ConstraintOption } from "../constraints/get.ts";
import { getInitializer, type InitializerOption } from "../initializers/get.ts";
import { getRegularizer, type RegularizerOption } from "../regularizers/get.ts";

/** Options of `addWeight`. */
export interface WeightOptions {
  /** Default: a scalar. */
  readonly shape?: readonly number[] | undefined;
  /** Default `glorot_uniform` for floats, `zeros` for the rest. */
  readonly initializer?: InitializerOption | undefined;
  /** Default: the layer's variable dtype. */
  readonly dtype?: DType | null | undefined;
  /** Default true. */
  readonly trainable?: boolean | undefined;
  /** Whether mixed precision casts it when it is read. Default true. */
  readonly autocast?: boolean | undefined;
  /** Adds a function of the weight to the loss. */
  readonly regularizer?: RegularizerOption | undefined;
  /** Applied to the weight after each optimizer step. */
  readonly constraint?: ConstraintOption | undefined;
  /** How replicas are combined when training is spread over devices. Default `none`. */
  readonly aggregation?: Aggregation | undefined;
  /** Optimizers replace it by its gradient. Default false. */
  readonly overwriteWithGradient?: boolean | undefined;
  /** Last part of the weight's path. */
  readonly name?: string | undefined;
}

/** A Variable under a path. Its initializer runs when the value is first needed. */
export function makeWeight(options: WeightOptions, defaultDtype: DType, path: string): Variable {
  const dtype = standardizeDType(options.dtype ?? defaultDtype);
  const initializer = getInitializer(options.initializer ?? (isFloat(dtype) ? "glorot_uniform" : "zeros"))!;
  const weight = scoped({ scope: path.split("/") }, () => {
    return new Variable((shape, d) => initializer.apply(shape, { dtype: d }), {
      shape: options.shape ?? [],
      dtype,
      trainable: options.trainable ?? true,
      autocast: options.autocast ?? true,
      aggregation: options.aggregation ?? "none",
      name: options.name,
    });
  });
  const regularizer = getRegularizer(options.regularizer ?? null);
  const constraint = getConstraint(options.constraint ?? null);
  if (regularizer) weight.regularizer = (w) => regularizer.apply(w);
  if (constraint) weight.constraint = (w) => constraint.apply(w);
  weight.overwriteWithGradient = options.overwriteWithGradient ?? false;
  return weight;
}
