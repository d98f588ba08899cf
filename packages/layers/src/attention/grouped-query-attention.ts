import {
  ArgumentError,
  cast,
  dotProductAttention,
  einsum,
  expandDims,
  logicalAnd,
  multiply,
  repeat,
  toTensor,
  type Tensor,
} from "@keras/ops";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { knownSize, positiveInteger } from "../base/sizes.ts";
import type { LayerShape } from "../base/types.ts";
import { resolveWeightParts, type WeightParts } from "../base/weight-parts.ts";
import { Softmax } from "../activation/softmax.ts";
import { EinsumDense } from "../core/einsum-dense.ts";
import { Dropout } from "../regularization/dropout.ts";
import { BaseProjectedAttention } from "./base-projected-attention.ts";
import { attentionMask, causalMask, type AttentionCallOptions } from "./masks.ts";

/** Options of {@link GroupQueryAttention}. */
export interface GroupQueryAttentionConfig extends LayerConfig, WeightParts<"kernel" | "bias"> {
  /** Size of each head. */
  readonly headDim: number;
  /** Number of heads of the queries. */
  readonly numQueryHeads: number;
  /** Number of heads of keys and values: each serves a group of the queries' heads. */
  readonly numKeyValueHeads: number;
  /** Part of the attention dropped in training. Default 0. */
  readonly dropout?: number | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Whether the result is gated by a sigmoid of the query. Default false. */
  readonly useGate?: boolean | undefined;
  /** Positions further apart than this do not see each other. Default: no limit. */
  readonly slidingWindow?: number | null | undefined;
  /** Accepted for Keras's sake: which kernels run is up to the backend. */
  readonly flashAttention?: boolean | null | undefined;
  /** Seed of the dropout. Default: drawn. */
  readonly seed?: number | null | undefined;
}

const DEFAULTS: Defaults = {
  headDim: required,
  numQueryHeads: required,
  numKeyValueHeads: required,
  useBias: true,
  useGate: false,
  slidingWindow: null,
  dropout: 0,
  kernelInitializer: "glorot_uniform",
  biasInitializer: "zeros",
  kernelRegularizer: null,
  biasRegularizer: null,
  activityRegularizer: null,
  kernelConstraint: null,
  biasConstraint: null,
  seed: null,
};

/**
 * Attention in which several heads of queries share one head of keys and values: `query [batch, target, features]`,
 * `value [batch, source, features]` → `[batch, target, features]`. Ainslie et al. 2023.
 *
 * @throws {ArgumentError} when a size is no positive integer, or the queries' heads do not divide into groups.
 * @throws {ShapeError} when keys and values differ in number.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.GroupQueryAttention({ headDim: 4, numQueryHeads: 4, numKeyValueHeads: 2 });
 * const x = ops.ones([1, 5, 8]);
 * console.log((layer.apply(x, x) as ops.Tensor).shape); // [1, 5, 8]
 * ```
 */
export class GroupQueryAttention extends BaseProjectedAttention<GroupQueryAttentionConfig> {
  static override readonly className: string = "GroupedQueryAttention";
  static override readonly module: string = "keras.layers";
  readonly headDim: number;
  readonly numQueryHeads: number;
  readonly numKeyValueHeads: number;
  readonly flashAttention: boolean;
  declare queryDense: EinsumDense;
  declare keyDense: EinsumDense;
  declare gateDense: EinsumDense;
  declare valueDense: EinsumDense;
  declare softmax: Softmax;
  declare dropoutLayer: Dropout;
  declare outputDense: EinsumDense;

  constructor({ flashAttention = null, ...config }: GroupQueryAttentionConfig) {
    super(config as GroupQueryAttentionConfig, DEFAULTS);
    this.flashAttention = flashAttention === true;
    if (this.flashAttention && this.config.dropout > 0)
      throw new ArgumentError("flash attention knows no dropout: leave one of the two out", { layer: this.name });
    const { name, config: c } = this;
    this.headDim = positiveInteger(c.headDim, "headDim", name);
    this.numQueryHeads = positiveInteger(c.numQueryHeads, "numQueryHeads", name);
    this.numKeyValueHeads = positiveInteger(c.numKeyValueHeads, "numKeyValueHeads", name);
    if (this.numQueryHeads % this.numKeyValueHeads !== 0)
      throw new ArgumentError(
        `${this.numQueryHeads} heads of queries do not divide into ${this.numKeyValueHeads} groups`,
        { layer: name },
      );
    if (c.slidingWindow !== null) positiveInteger(c.slidingWindow, "slidingWindow", name);
    resolveWeightParts(this, ["kernel", "bias"]);
    this.supportsMasking = true;
  }

  makeDense(name: string, equation: string, outputShape: readonly (number | null)[], biasAxes: string): EinsumDense {
    return new EinsumDense({
      equation,
      outputShape,
      biasAxes: this.config.useBias ? biasAxes : null,
      name,
      activation: name === "gate" ? "sigmoid" : null,
      ...this.denseOptions(),
    });
  }

  override build(queryShape: LayerShape, valueShape: LayerShape, keyShape: LayerShape | null): void {
    const keys = keyShape ?? valueShape;
    this.checkPairs(valueShape, keys);
    const features = knownSize(queryShape, -1, this.path);
    const [queryHeads, sharedHeads] = [
      [null, this.numQueryHeads, this.headDim],
      [null, this.numKeyValueHeads, this.headDim],
    ];
    this.queryDense = this.makeDense("query", "bqm,muh->bquh", queryHeads, "uh");
    this.queryDense.build(queryShape);
    this.keyDense = this.makeDense("key", "bkm,mvh->bkvh", sharedHeads, "vh");
    this.keyDense.build(keys);
    if (this.config.useGate) {
      this.gateDense = this.makeDense("gate", "bqm,muh->bquh", queryHeads, "uh");
      this.gateDense.build(queryShape);
    }
    this.valueDense = this.makeDense("value", "bkm,mvh->bkvh", sharedHeads, "vh");
    this.valueDense.build(valueShape);
    this.softmax = new Softmax({ axis: -1, dtype: this.policy });
    this.dropoutLayer = new Dropout({ rate: this.config.dropout, dtype: this.policy, seed: this.config.seed });
    this.outputDense = this.makeDense("attention_output", "bquh,uhm->bqm", [null, features], "m");
    this.outputDense.build([null, null, this.numQueryHeads, this.headDim]);
  }

  override call(
    query: Tensor,
    value: Tensor,
    options: AttentionCallOptions & { readonly returnAttentionScores: true },
  ): readonly [Tensor, Tensor];
  override call(query: Tensor, value: Tensor, options?: AttentionCallOptions): Tensor;
  override call(query: Tensor, value: Tensor, options: AttentionCallOptions = {}): Tensor | readonly [Tensor, Tensor] {
    const { useCausalMask = false, returnAttentionScores = false } = options;
    if (this.flashAttention && returnAttentionScores)
      throw new ArgumentError("flash attention makes no scores to return: leave `flashAttention` out", {
        layer: this.path,
      });
    const key = options.key ? this.castInput(toTensor(options.key)) : value;
    const masks = [options.queryMask, options.valueMask, options.keyMask, options.attentionMask];
    const causalOnly = useCausalMask && masks.every((m) => !m) && this.config.slidingWindow === null;
    const mask = causalOnly ? null : attentionMask(query, value, options, this.config.slidingWindow);
    const gate = this.config.useGate ? (this.gateDense.apply(query) as Tensor) : null;
    const group = this.numQueryHeads / this.numKeyValueHeads;
    const q = this.queryDense.apply(query) as Tensor;
    const k = repeat(this.keyDense.apply(key) as Tensor, group, { axis: 2 });
    const v = repeat(this.valueDense.apply(value) as Tensor, group, { axis: 2 });
    const { output, scores } = this.attend(q, k, v, mask && expandDims(mask, 1), causalOnly, options);
    const result = this.outputDense.apply(gate ? multiply(output, gate) : output);
    return returnAttentionScores ? [result, scores!] : result;
  }

  /** Mixes the values of all heads by how well keys fit queries. The mask has an axis for the heads. */
  attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | null,
    causal: boolean,
    { returnAttentionScores, training }: AttentionCallOptions,
  ): { output: Tensor; scores: Tensor | null } {
    const scale = 1 / Math.sqrt(this.headDim);
    if (this.config.dropout === 0 && !returnAttentionScores)
      return { output: dotProductAttention(q, k, v, { mask, scale, isCausal: causal }), scores: null };
    const ahead = causal ? expandDims(causalMask(q.shape[1]!, k.shape[1]!), 1) : null;
    const shown = mask && ahead ? logicalAnd(mask, ahead) : (mask ?? ahead);
    const raw = einsum("bquh,bkuh->buqk", multiply(q, cast(scale, q.dtype)), k);
    const scores = this.softmax.apply(raw, shown ? { mask: shown } : {});
    const kept = this.config.dropout > 0 ? this.dropoutLayer.apply(scores, { training }) : scores;
    return { output: einsum("buqk,bkuh->bquh", kept, v), scores };
  }
}
