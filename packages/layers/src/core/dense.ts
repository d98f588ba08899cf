import { add, ArgumentError, matmul, type Tensor, type Variable } from "@keras/ops";
import { getActivation, type ActivationFn, type ActivationOption } from "../activations/get.ts";
import { required, type LayerConfig } from "../base/config.ts";
import { InputSpec } from "../base/input-spec.ts";
import { Layer } from "../base/layer.ts";
import { knownSize, positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options of {@link Dense}. */
export interface DenseConfig extends LayerConfig, WeightParts<"kernel" | "bias"> {
  /** Size of the output's last axis. */
  readonly units: number;
  /** Default none. */
  readonly activation?: ActivationOption | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
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
  /** `[inputs, units]`. */
  declare kernel: Variable;
  /** `[units]`; null without bias. */
  bias: Variable | null = null;

  constructor(config: DenseConfig) {
    super(config, DEFAULTS);
    this.units = positiveInteger(this.config.units, "units", this.name);
    if (this.config.quantizationConfig !== null)
      throw new ArgumentError("quantizationConfig is not supported: quantize the model instead", { layer: this.name });
    this.activation = getActivation(this.config.activation);
    resolveWeightParts(this, ["kernel", "bias"]);
    this.inputSpec = new InputSpec({ minNdim: 2 });
    this.supportsMasking = true;
  }

  override build(inputShape: LayerShape): void {
    const inputs = knownSize(inputShape, -1, this.path);
    this.kernel = this.addWeight({ name: "kernel", shape: [inputs, this.units], ...weightParts(this, "kernel") });
    if (this.config.useBias)
      this.bias = this.addWeight({ name: "bias", shape: [this.units], ...weightParts(this, "bias") });
    this.inputSpec = new InputSpec({ minNdim: 2, axes: { [-1]: inputs } });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const product = matmul(inputs, this.kernel);
    return this.activation(this.bias ? add(product, this.bias) : product);
  }
}
