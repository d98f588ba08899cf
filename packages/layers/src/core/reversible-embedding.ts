import { cast, divide, matmul, multiply, tanh, transpose, type DType, type Tensor, type Variable } from "@keras/ops";
import type { CallOptions, LayerShape } from "../base/types.ts";
import { weightParts } from "../base/weight-parts.ts";
import type { Layer } from "../base/layer.ts";
import { Embedding, type EmbeddingConfig } from "./embedding.ts";

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingConfig extends EmbeddingConfig {
  /** Use the transposed embeddings on the way back. Default true. */
  readonly tieWeights?: boolean | undefined;
  /** Dtype of the way back. Default: that of its inputs. */
  readonly reverseDtype?: DType | null | undefined;
  /** Logits stay within ± this by a tanh. Default: no limit. */
  readonly logitSoftCap?: number | null | undefined;
}

/** Options of the call. */
export interface ReversibleEmbeddingCallOptions extends CallOptions {
  /** From vectors to logits over the vocabulary. Default false: from indices to vectors. */
  readonly reverse?: boolean | undefined;
}

/**
 * Vectors for indices, and back: with `reverse`, `[..., outputDim]` → logits `[..., inputDim]`. Press and Wolf 2017.
 *
 * @throws {ArgumentError} when a dimension is not a positive integer.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.ReversibleEmbedding({ inputDim: 10, outputDim: 4 });
 * const x = layer.apply(ops.array([[1, 2, 3]], { dtype: "int32" }));
 * console.log(layer.apply(x, { reverse: true }).shape); // [1, 3, 10]
 * ```
 */
export class ReversibleEmbedding extends Embedding {
  static override readonly className: string = "ReversibleEmbedding";
  readonly tieWeights: boolean;
  readonly reverseDtype: DType | null;
  readonly logitSoftCap: number | null;
  /** `[outputDim, inputDim]`; null when the weights are tied. */
  reverseEmbeddings: Variable | null = null;

  constructor({ tieWeights = true, reverseDtype = null, logitSoftCap = null, ...config }: ReversibleEmbeddingConfig) {
    super(config);
    this.tieWeights = tieWeights;
    this.reverseDtype = reverseDtype;
    this.logitSoftCap = logitSoftCap;
  }

  override build(inputShape?: LayerShape): void {
    super.build(inputShape);
    if (this.tieWeights) return;
    const { initializer } = weightParts(this as unknown as Layer, "embeddings");
    this.reverseEmbeddings = this.addWeight({
      name: "reverse_embeddings",
      shape: [this.outputDim, this.inputDim],
      initializer,
    });
  }

  override call(inputs: Tensor, options: ReversibleEmbeddingCallOptions = {}): Tensor {
    if (!options.reverse) return super.call(inputs, options);
    const dtype = this.reverseDtype ?? inputs.dtype;
    const kernel = cast(this.reverseEmbeddings ?? transpose(this.embeddings), dtype);
    const logits = matmul(cast(inputs, dtype), kernel);
    const cap = this.logitSoftCap;
    return cap === null ? logits : multiply(tanh(divide(logits, cap)), cap);
  }

  override getConfig(): Record<string, unknown> {
    const { tieWeights, reverseDtype, logitSoftCap } = this;
    return { ...super.getConfig(), tieWeights, reverseDtype, logitSoftCap };
  }
}
