import { add, ArgumentError, matmul, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { knownSize, positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { getConstraint, type ConstraintOption } from "../constraints/get.ts";
import type { Constraint } from "../constraints/constraint.ts";
import { getInitializer, type InitializerOption } from "../initializers/get.ts";
import type { Initializer } from "../initializers/initializer.ts";
import { getRegularizer, type RegularizerOption } from "../regularizers/get.ts";
import type { Regularizer } from "../regularizers/regularizer.ts";

/** Options of {@link Dense}. */
export interface DenseConfig extends LayerConfig {
  /** Size of the output's last axis. */
  readonly units: number;
  /** Default none. */
  readonly activation?: ActivationOption | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Default `glorot_uniform`. */
  readonly kernelInitializer?: InitializerOption | undefined;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerOption | undefined;
  readonly kernelRegularizer?: RegularizerOption | undefined;
  readonly biasRegularizer?: RegularizerOption | undefined;
  readonly kernelConstraint?: ConstraintOption | undefined;
  readonly biasConstraint?: ConstraintOption | undefined;
  /** Reserved for quantized layers. */
  readonly quantizationConfig?: null | undefined;
}

const DEFAULTS = {
  units: required,
  activation: null,
  useBias: true,
  kernelInitializer: "glorot_uniform",
  biasInitializer: "zeros",
  kernelRegularizer: null,
  biasRegularizer: null,
  kernelConstraint: null,
  biasConstraint: null,
  quantizationConfig: null,
};

/**
 * `activation(x · kernel + bias)` along the last axis: `[..., inputs]` → `[..., units]`.
 *
 * @throws {ArgumentError} when `units` is not a positive integer.
 * @throws {ShapeError} when the input has fewer than two axes, or a last axis of unknown size.
 * @example
 * ```ts
 * import { layers } from "keras";
 * const layer = new layers.Dense({ units: 2, activation: "relu", kernelInitializer: "ones" });
 * console.log(await layer.apply([[1, 2, 3]]).array()); // [[6, 6]]
 * ```
 */
export class Dense extends Layer<DenseConfig> {
  static override readonly className: string = "Dense";
  static override readonly module: string = "keras.layers";
  readonly units: number;
  readonly activation: ActivationFn;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | null;
  readonly biasRegularizer: Regularizer | null;
  readonly kernelConstraint: Constraint | null;
  readonly biasConstraint: Constraint | null;
  /** `[inputs, units]`. */
  declare kernel: Variable;
  /** `[units]`; null without bias. */
  bias: Variable | null = null;

  constructor(config: DenseConfig) {
    super(config, DEFAULTS);
    const c = this.config;
    this.units = positiveInteger(c.units, "units", this.name);
    if (c.quantizationConfig !== null) throw new ArgumentError("quantizationConfig is not supported: quantize the model instead", { layer: this.name });
    this.activation = getActivation(c.activation);
    this.kernelInitializer = getInitializer(c.kernelInitializer)!;
    this.biasInitializer = getInitializer(c.biasInitializer)!;
    this.kernelRegularizer = getRegularizer(c.kernelRegularizer);
    this.biasRegularizer = getRegularizer(c.biasRegularizer);
    this.kernelConstraint = getConstraint(c.kernelConstraint);
    this.biasConstraint = getConstraint(c.biasConstraint);
    this.inputSpec = new InputSpec({ minNdim: 2 });
    this.supportsMasking = true;
  }

  override build(inputShape: LayerShape): void {
    const inputs = knownSize(inputShape, -1, this.path);
    this.kernel = this.addWeight({
      name: "kernel",
      shape: [inputs, this.units],
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (this.config.useBias) {
      this.bias = this.addWeight({
        name: "bias",
        shape: [this.units],
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    this.inputSpec = new InputSpec({ minNdim: 2, axes: { [-1]: inputs } });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const product = matmul(inputs, this.kernel);
    return this.activation(this.bias ? add(product, this.bias) : product);
  }
}
