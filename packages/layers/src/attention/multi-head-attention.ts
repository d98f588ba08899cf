import {
  cast,
  dotProductAttention,
  einsum,
  expandDims,
  formatShape,
  multiply,
  ShapeError,
  toTensor,
  type Tensor,
} from "@keras/ops";
import { required, type Defaults, type LayerConfig } from "../base/config.ts";
import { positiveInteger } from "../base/sizes.ts";
import type { LayerShape } from "../base/types.ts";
import { resolveWeightParts, type WeightParts } from "../base/weight-parts.ts";
import { Softmax } from "../activation/softmax.ts";
import { EinsumDense } from "../core/einsum-dense.ts";
import { Dropout } from "../regularization/dropout.ts";
import { BaseProjectedAttention } from "./base-projected-attention.ts";
import { attentionEquations, projectionEquation } from "./equations.ts";
import { attentionMask, causalMask, type AttentionCallOptions } from "./masks.ts";

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionConfig extends LayerConfig, WeightParts<"kernel" | "bias"> {
  /** Number of heads. */
  readonly numHeads: number;
  /** Size of the queries and keys of each head. */
  readonly keyDim: number;
  /** Size of the values of each head. Default: `keyDim`. */
  readonly valueDim?: number | null | undefined;
  /** Part of the attention dropped in training. Default 0. */
  readonly dropout?: number | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Whether the result is gated by a sigmoid of the query. Default false. */
  readonly useGate?: boolean | undefined;
  /** Sizes of the result's last axes. Default: the query's last. */
  readonly outputShape?: number | readonly number[] | null | undefined;
  /** Axes over which attention goes. Default: all but the first and the last. */
  readonly attentionAxes?: number | readonly number[] | null | undefined;
  /** Positions further apart than this do not see each other. Default: no limit. */
  readonly slidingWindow?: number | null | undefined;
  /** Seed of the dropout. Default: drawn. */
  readonly seed?: number | null | undefined;
}

const DEFAULTS: Defaults = {
  numHeads: required,
  keyDim: required,
  valueDim: null,
  dropout: 0,
  useBias: true,
  useGate: false,
  outputShape: null,
  attentionAxes: null,
  slidingWindow: null,
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
 * Each query looks at all keys, by several heads, and takes a mixture of the values: `query [batch, target, features]`,
 * `value [batch, source, features]` → `[batch, target, features]`. Vaswani et al. 2017.
 *
 * @throws {ArgumentError} when a size is not a positive integer.
 * @throws {ShapeError} when keys and values differ in number.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const layer = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 });
 * const x = ops.ones([1, 5, 8]);
 * console.log((layer.apply(x, x, { useCausalMask: true }) as ops.Tensor).shape); // [1, 5, 8]
 * ```
 */
export class MultiHeadAttention extends BaseProjectedAttention<MultiHeadAttentionConfig> {
  static override readonly className: string = "MultiHeadAttention";
  static override readonly module: string = "keras.layers";
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly outputShape: readonly number[] | null;
  attentionAxes: readonly number[] | null;
  declare queryDense: EinsumDense;
  declare keyDense: EinsumDense;
  declare gateDense: EinsumDense;
  declare valueDense: EinsumDense;
  declare softmax: Softmax;
  declare dropoutLayer: Dropout;
  declare outputDense: EinsumDense;
  declare equations: { readonly scores: string; readonly combine: string };

  constructor(config: MultiHeadAttentionConfig) {
    super(config, DEFAULTS);
    const { name, config: c } = this;
    this.numHeads = positiveInteger(c.numHeads, "numHeads", name);
    this.keyDim = positiveInteger(c.keyDim, "keyDim", name);
    this.valueDim = positiveInteger(c.valueDim ?? c.keyDim, "valueDim", name);
    this.outputShape = typeof c.outputShape === "number" ? [c.outputShape] : c.outputShape;
    this.attentionAxes = typeof c.attentionAxes === "number" ? [c.attentionAxes] : c.attentionAxes;
    if (c.slidingWindow !== null) positiveInteger(c.slidingWindow, "slidingWindow", name);
    resolveWeightParts(this, ["kernel", "bias"]);
    this.supportsMasking = true;
  }

  makeDense(
    name: string,
    inputRank: number,
    bound: number,
    sizes: readonly number[],
    more: Record<string, unknown> = {},
  ): EinsumDense {
    const { equation, biasAxes, rank } = projectionEquation(inputRank - bound, bound, sizes.length);
    const outputShape = [...new Array<null>(rank - 1 - sizes.length).fill(null), ...sizes];
    return new EinsumDense({
      equation,
      outputShape,
      biasAxes: this.config.useBias ? biasAxes : null,
      name,
      ...this.denseOptions(),
      ...more,
    });
  }

  override build(queryShape: LayerShape, valueShape: LayerShape, keyShape: LayerShape | null): void {
    const keys = keyShape ?? valueShape;
    this.checkPairs(valueShape, keys);
    const { numHeads, keyDim, valueDim } = this;
    const [queries, values] = [queryShape.length, valueShape.length];
    this.queryDense = this.makeDense("query", queries, 1, [numHeads, keyDim]);
    this.queryDense.build(queryShape);
    this.keyDense = this.makeDense("key", keys.length, 1, [numHeads, keyDim]);
    this.keyDense.build(keys);
    if (this.config.useGate) {
      this.gateDense = this.makeDense("gate", queries, 1, [numHeads, valueDim], { activation: "sigmoid" });
      this.gateDense.build(queryShape);
    }
    this.valueDense = this.makeDense("value", values, 1, [numHeads, valueDim]);
    this.valueDense.build(valueShape);
    this.buildAttention(values + 1);
    const last = queryShape.at(-1);
    if (!this.outputShape && typeof last !== "number")
      throw new ShapeError(
        `the last axis of the query must have a known size, but it has shape ${formatShape(queryShape)}`,
        { layer: this.path },
      );
    this.outputDense = this.makeDense("attention_output", queries + 1, 2, this.outputShape ?? [last as number]);
    this.outputDense.build([...queryShape.slice(0, -1), numHeads, valueDim]);
  }

  buildAttention(rank: number): void {
    const given = this.attentionAxes;
    const axes = given
      ? given.map((a) => (a >= 0 ? a : rank - 1 + a))
      : Array.from({ length: rank - 3 }, (_, i) => i + 1);
    this.attentionAxes = axes;
    const { scores, combine, scoresRank } = attentionEquations(rank, axes);
    this.equations = { scores, combine };
    this.softmax = new Softmax({ axis: axes.map((_, i) => scoresRank - axes.length + i), dtype: this.policy });
    this.dropoutLayer = new Dropout({ rate: this.config.dropout, dtype: this.policy, seed: this.config.seed });
  }

  override call(
    query: Tensor,
    value: Tensor,
    options: AttentionCallOptions & { readonly returnAttentionScores: true },
  ): readonly [Tensor, Tensor];
  override call(query: Tensor, value: Tensor, options?: AttentionCallOptions): Tensor;
  override call(query: Tensor, value: Tensor, options: AttentionCallOptions = {}): Tensor | readonly [Tensor, Tensor] {
    const { training, useCausalMask = false, returnAttentionScores = false } = options;
    const key = options.key ? this.castInput(toTensor(options.key)) : value;
    const masks = [options.queryMask, options.valueMask, options.keyMask, options.attentionMask];
    const causalOnly = useCausalMask && masks.every((m) => !m) && this.config.slidingWindow === null;
    const mask = causalOnly ? null : attentionMask(query, value, options, this.config.slidingWindow);
    const gate = this.config.useGate ? (this.gateDense.apply(query) as Tensor) : null;
    const [q, k, v] = [this.queryDense.apply(query), this.keyDense.apply(key), this.valueDense.apply(value)] as const;
    const { output, scores } = this.attend(q, k, v, mask, { causalOnly, returnAttentionScores, training });
    const result = this.outputDense.apply(gate ? multiply(output, gate) : output);
    return returnAttentionScores ? [result, scores!] : result;
  }

  /** Mixes the values of all heads by how well keys fit queries. */
  attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | null,
    {
      causalOnly,
      returnAttentionScores,
      training,
    }: { causalOnly: boolean; returnAttentionScores: boolean; training: boolean | null | undefined },
  ): { output: Tensor; scores: Tensor | null } {
    const axes = this.attentionAxes!.length;
    const scale = 1 / Math.sqrt(this.keyDim);
    const raise = (m: Tensor, rank: number): Tensor =>
      Array.from({ length: rank - m.ndim }).reduce<Tensor>((x) => expandDims(x, -axes * 2 - 1), m);
    if (this.config.dropout === 0 && !returnAttentionScores && q.ndim === 4) {
      const output = dotProductAttention(q, k, v, { mask: mask && raise(mask, 4), scale, isCausal: causalOnly });
      return { output, scores: null };
    }
    const shown = causalOnly ? causalMask(q.shape[1]!, k.shape[1]!) : mask;
    const raw = einsum(this.equations.scores, k, multiply(q, cast(scale, q.dtype)));
    const scores = this.softmax.apply(raw, shown ? { mask: raise(shown, raw.ndim) } : {});
    const kept = this.config.dropout > 0 ? this.dropoutLayer.apply(scores, { training }) : scores;
    return { output: einsum(this.equations.combine, kept, v), scores };
  }

  override getConfig(): Record<string, unknown> {
    const config = super.getConfig();
    // Resolved on building; files hold it so.
    if (this.config.attentionAxes === null && !this.built) config["attentionAxes"] = null;
    return config;
  }
}
