import { toTensor, type Tensor, type TensorLike } from "@keras/ops";

/**
 * What a weight is brought back to after each optimizer step. Subclasses write `call`.
 *
 * @example
 * ```ts
 * import { constraints, ops } from "keras";
 * class AtMostOne extends constraints.Constraint {
 *   override call(w: ops.Tensor): ops.Tensor {
 *     return ops.minimum(w, 1);
 *   }
 * }
 * console.log(await new AtMostOne().apply([0.5, 3]).array()); // [0.5, 1]
 * ```
 */
export class Constraint {
  readonly kind: "constraint" = "constraint";
  static readonly className: string | undefined = "Constraint";
  static readonly module: string | null = "keras.constraints";

  /** The weight that is allowed; by default any. */
  call(w: Tensor): TensorLike {
    return w;
  }

  /** The allowed value next to `w`. */
  apply(w: TensorLike): Tensor {
    return toTensor(this.call(toTensor(w)));
  }

  /** The options that make an equal constraint, as JSON. */
  getConfig(): Record<string, unknown> {
    return {};
  }
}

/** A constraint as a function of the weight. */
export type ConstraintFn = (w: Tensor) => TensorLike;

/** A function as a constraint. */
export class FunctionConstraint extends Constraint {
  readonly fn: ConstraintFn;

  constructor(fn: ConstraintFn) {
    super();
    this.fn = fn;
  }

  override call(w: Tensor): TensorLike {
    return this.fn(w);
  }
}
