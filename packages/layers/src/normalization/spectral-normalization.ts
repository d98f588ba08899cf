import {
  all,
  ArgumentError,
  cast,
  cond,
  divide,
  equal,
  matmul,
  maximum,
  multiply,
  reshape,
  rsqrt,
  square,
  stopGradient,
  sum,
  transpose,
  type Tensor,
  type Variable,
} from "@keras/ops";
import { InputSpec } from "../base/input-spec.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { Wrapper, type WrapperConfig } from "../core/wrapper.ts";
import { TruncatedNormal } from "../initializers/random.ts";

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationConfig extends WrapperConfig {
  /** Steps of the power iteration per training step. Default 1. */
  readonly powerIterations?: number | undefined;
}

/**
 * Holds the spectral norm of a layer's kernel at about 1: each training step divides the kernel by an estimate of it. Miyato et al. 2018.
 *
 * @throws {ArgumentError} when the layer has neither a kernel nor embeddings.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.SpectralNormalization({ layer: new layers.Dense({ units: 4 }) });
 * console.log((layer.apply(ops.ones([2, 3]), { training: true }) as ops.Tensor).shape); // [2, 4]
 * ```
 */
export class SpectralNormalization extends Wrapper<SpectralNormalizationConfig> {
  static override readonly className: string = "SpectralNormalization";
  readonly powerIterations: number;
  /** The weight that is normalized: the layer's kernel, or its embeddings. */
  declare kernel: Variable;
  declare vectorU: Variable;

  constructor(config: SpectralNormalizationConfig) {
    super(config, { powerIterations: 1 });
    this.powerIterations = positiveInteger(this.config.powerIterations, "powerIterations", this.name);
  }

  override build(inputShape: LayerShape): void {
    super.build(inputShape);
    this.inputSpec = new InputSpec({ minNdim: 1, axes: { "-1": inputShape.at(-1)! } });
    const { kernel, embeddings } = this.layer as { kernel?: Variable; embeddings?: Variable };
    const found = kernel ?? embeddings;
    if (!found)
      throw new ArgumentError(`the layer '${this.layer.name}' has neither a kernel nor embeddings to normalize`, {
        layer: this.path,
      });
    this.kernel = found;
    this.vectorU = this.addWeight({
      name: "vector_u",
      shape: [1, this.kernel.shape.at(-1)!],
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
      dtype: this.kernel.dtype,
    });
  }

  override call(inputs: Tensor, options: CallOptions = {}): Tensor {
    if (options.training) {
      const { kernel } = this;
      // A kernel of zeros has no direction.
      const [u, normalized] = cond(
        all(equal(kernel, 0)),
        () => [this.vectorU.value, kernel.value],
        () => this.normalizedWeights(),
      ) as [Tensor, Tensor];
      this.vectorU.assign(u);
      kernel.assign(normalized);
    }
    return cast(this.layer.applyAny(inputs, options) as Tensor, inputs.dtype);
  }

  /** The next estimate of the largest singular vector, and the kernel divided by its value. */
  normalizedWeights(): [Tensor, Tensor] {
    const { kernel } = this;
    const weights = reshape(kernel, [-1, kernel.shape.at(-1)!]);
    let u: Tensor = this.vectorU.value;
    let v: Tensor = u;
    for (let i = 0; i < this.powerIterations; i++) {
      v = unit(matmul(u, transpose(weights)));
      u = unit(matmul(v, weights));
    }
    u = stopGradient(u);
    v = stopGradient(v);
    const sigma = matmul(matmul(v, weights), transpose(u));
    const normalized = reshape(divide(kernel, sigma), kernel.shape);
    return [cast(u, this.vectorU.dtype), cast(normalized, kernel.dtype)];
  }
}

/** A vector of length 1 in the same direction. */
function unit(x: Tensor): Tensor {
  return multiply(x, rsqrt(maximum(sum(square(x)), 1e-12)));
}
