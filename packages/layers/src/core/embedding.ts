import {
  ArgumentError,
  cast,
  notEqual,
  take,
  type KerasTensor,
  type NDArray,
  type Tensor,
  type TensorLike,
  type Variable,
} from "@keras/ops";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { resolveWeightParts, weightParts, type WeightParts } from "../base/weight-parts.ts";

/** Options of {@link Embedding}. */
export interface EmbeddingConfig extends LayerConfig, WeightParts<"embeddings"> {
  /** Number of indices: they lie in [0, inputDim). */
  readonly inputDim: number;
  /** Size of the vectors. */
  readonly outputDim: number;
  /** Whether index 0 is padding, which is masked. Default false. */
  readonly maskZero?: boolean | undefined;
  /** First values of the vectors. */
  readonly weights?: TensorLike | NDArray | readonly [TensorLike] | null | undefined;
  /** Reserved for quantized layers. */
  readonly quantizationConfig?: null | undefined;
}

const DEFAULTS: Defaults = {
  inputDim: required,
  outputDim: required,
  embeddingsInitializer: "uniform",
  embeddingsRegularizer: null,
  activityRegularizer: null,
  embeddingsConstraint: null,
  maskZero: false,
  quantizationConfig: null,
};

/**
 * A vector for each index: integers `[...]` → `[..., outputDim]`.
 *
 * @throws {ArgumentError} when a dimension is not a positive integer.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.Embedding({ inputDim: 10, outputDim: 4 });
 * console.log(layer.apply(ops.array([[1, 2, 3]], { dtype: "int32" })).shape); // [1, 3, 4]
 * ```
 */
export class Embedding extends Layer<EmbeddingConfig> {
  static override readonly className: string = "Embedding";
  static override readonly module: string = "keras.layers";
  readonly inputDim: number;
  readonly outputDim: number;
  readonly maskZero: boolean;
  /** `[inputDim, outputDim]`. */
  declare embeddings: Variable;

  constructor({ weights = null, ...config }: EmbeddingConfig) {
    super(config as EmbeddingConfig, DEFAULTS);
    this.inputDim = positiveInteger(this.config.inputDim, "inputDim", this.name);
    this.outputDim = positiveInteger(this.config.outputDim, "outputDim", this.name);
    this.maskZero = this.config.maskZero;
    if (this.config.quantizationConfig !== null)
      throw new ArgumentError("quantizationConfig is not supported: quantize the model instead", { layer: this.name });
    resolveWeightParts(this, ["embeddings"]);
    this.supportsMasking = this.maskZero;
    this.autocast = false;
    if (weights !== null) {
      this.build();
      this.setWeights(Array.isArray(weights) && weights.length === 1 ? weights : [weights as TensorLike]);
    }
  }

  override build(_inputShape?: LayerShape): void {
    this.embeddings = this.addWeight({
      name: "embeddings",
      shape: [this.inputDim, this.outputDim],
      ...weightParts(this, "embeddings"),
    });
  }

  override call(inputs: Tensor, _options?: CallOptions): Tensor {
    const indices = inputs.dtype === "int32" || inputs.dtype === "int64" ? inputs : cast(inputs, "int32");
    return cast(take(this.embeddings, indices, { axis: 0 }), this.computeDtype);
  }

  override computeMask(inputs: Tensor | KerasTensor): unknown {
    return this.maskZero ? notEqual(inputs as Tensor, 0) : null;
  }
}
