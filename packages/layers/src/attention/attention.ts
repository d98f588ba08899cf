import {
  add,
  ArgumentError,
  cumsum,
  expandDims,
  greaterEqual,
  logicalAnd,
  logicalNot,
  matmul,
  multiply,
  ones,
  shape,
  softmax,
  subtract,
  sum,
  swapaxes,
  tanh,
  where,
  type Tensor,
  type Variable,
} from "@keras/ops";
import * as random from "@keras/ops/random";
import type { Defaults, LayerArguments, LayerConfig } from "../base/config.ts";
import { Layer } from "../base/layer.ts";
import { oneOf } from "../base/sizes.ts";
import type { CallOptions, LayerShape } from "../base/types.ts";

/** Options of {@link Attention}. */
export interface AttentionConfig extends LayerConfig {
  /** Whether scores are multiplied by a number that is learnt. Default false. */
  readonly useScale?: boolean | undefined;
  /** `dot`: the product of query and key; `concat`: the sum of the tanh of their sum. Default `dot`. */
  readonly scoreMode?: "dot" | "concat" | undefined;
  /** Part of the attention dropped in training. Default 0. */
  readonly dropout?: number | undefined;
  /** Seed of the dropout. Default: drawn. */
  readonly seed?: number | null | undefined;
}

/** Options of the call. */
export interface DotAttentionCallOptions extends CallOptions {
  /** Which queries and which values count: `[queryMask, valueMask]`, each `[batch, steps]` or null. */
  readonly mask?: readonly (Tensor | null)[] | null | undefined;
  /** Whether a query sees only what is not behind it. Default false. */
  readonly useCausalMask?: boolean | undefined;
  /** Give `[output, scores]`. Default false. */
  readonly returnAttentionScores?: boolean | undefined;
}

/** What masked scores are lowered by. */
const FAR = { float16: 65504, other: 1e9 } as const;

/** Base of the attentions of one head: scores of keys for queries, and a mixture of values by their softmax. */
export abstract class BaseAttention<C extends AttentionConfig> extends Layer<C> {
  readonly dropout: number;
  readonly seedGenerator: random.SeedGenerator | null;
  scale: Variable | null = null;

  constructor(config: C, defaults: Defaults) {
    super(...([config, defaults] as unknown as LayerArguments<C>));
    const { dropout = 0, seed = null } = this.config as unknown as AttentionConfig;
    this.dropout = dropout;
    this.seedGenerator = dropout > 0 ? new random.SeedGenerator({ seed }) : null;
    this.supportsMasking = true;
  }

  /** How well keys fit queries: `[batch, target, source]`. */
  abstract scores(query: Tensor, key: Tensor): Tensor;

  /** @throws {ArgumentError} unless there are a query, a value and perhaps a key. */
  checkInputs(inputs: readonly unknown[]): void {
    if (!Array.isArray(inputs) || inputs.length < 2 || inputs.length > 3 || typeof inputs[0] === "number")
      throw new ArgumentError("the layer is called on [query, value] or [query, value, key]", { layer: this.path });
  }

  override build(inputShape: readonly LayerShape[]): void {
    this.checkInputs(inputShape);
  }

  override call(
    inputs: readonly Tensor[],
    options: DotAttentionCallOptions & { readonly returnAttentionScores: true },
  ): readonly [Tensor, Tensor];
  override call(inputs: readonly Tensor[], options?: DotAttentionCallOptions): Tensor;
  override call(inputs: readonly Tensor[], options: DotAttentionCallOptions = {}): Tensor | readonly [Tensor, Tensor] {
    this.checkInputs(inputs);
    const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?];
    const { mask = null, training, useCausalMask = false, returnAttentionScores = false } = options;
    if (mask !== null && (!Array.isArray(mask) || mask.length < 2 || mask.length > 3))
      throw new ArgumentError("the mask of an attention is [queryMask, valueMask]", { layer: this.path });
    const [queryMask = null, valueMask = null] = (mask ?? []) as readonly (Tensor | null)[];
    const raw = this.scores(query, key);
    const weights = softmax(this.masked(raw, valueMask, useCausalMask), { axis: -1 });
    const kept =
      training && this.seedGenerator ? random.dropout(weights, this.dropout, { seed: this.seedGenerator }) : weights;
    const mixed = matmul(kept, value);
    const output = queryMask ? where(expandDims(queryMask, -1), mixed, 0) : mixed;
    return returnAttentionScores ? [output, kept] : output;
  }

  /** Scores that do not count, lowered so far that softmax makes them 0. */
  masked(scores: Tensor, valueMask: Tensor | null, causal: boolean): Tensor {
    const values = valueMask && (valueMask.ndim === 2 || causal ? expandDims(valueMask, -2) : valueMask);
    const seen = causal ? and(values, behind(scores)) : values;
    if (!seen) return scores;
    return where(logicalNot(seen), subtract(scores, scores.dtype === "float16" ? FAR.float16 : FAR.other), scores);
  }

  override computeMask(_inputs: unknown, mask: unknown): unknown {
    return (mask as readonly unknown[] | null)?.[0] ?? null;
  }
}

const and = (a: Tensor | null, b: Tensor): Tensor => (a ? logicalAnd(a, b) : b);

/** `[1, target, source]`: a query sees what is not behind it. */
function behind(scores: Tensor): Tensor {
  const size = [1, ...shape(scores).slice(-2)] as readonly number[];
  const counts = ones(size, { dtype: "int32" });
  return greaterEqual(cumsum(counts, { axis: -2 }), cumsum(counts, { axis: -1 }));
}

/**
 * Dot-product attention: `[query, value]` or `[query, value, key]` of `[batch, target, features]` and `[batch, source, features]` →
 * `[batch, target, features]`. Luong et al. 2015.
 *
 * @throws {ArgumentError} when the inputs are no list of two or three tensors.
 * @example
 * ```ts
 * import { layers, ops } from "keras";
 * const y = new layers.Attention().apply([ops.ones([1, 2, 4]), ops.ones([1, 3, 4])]) as ops.Tensor;
 * console.log(y.shape); // [1, 2, 4]
 * ```
 */
export class Attention extends BaseAttention<AttentionConfig> {
  static override readonly className: string = "Attention";
  static override readonly module: string = "keras.layers";
  readonly scoreMode: "dot" | "concat";
  concatScoreWeight: Variable | null = null;

  constructor(config: AttentionConfig = {}) {
    super(config, { useScale: false, scoreMode: "dot", dropout: 0, seed: null });
    this.scoreMode = oneOf(this.config.scoreMode, ["dot", "concat"], "scoreMode", this.name);
  }

  override build(inputShape: readonly LayerShape[]): void {
    super.build(inputShape);
    if (this.config.useScale) this.scale = this.addWeight({ name: "scale", shape: [], initializer: "ones" });
    if (this.scoreMode === "concat")
      this.concatScoreWeight = this.addWeight({ name: "concat_score_weight", shape: [], initializer: "ones" });
  }

  override scores(query: Tensor, key: Tensor): Tensor {
    if (this.scoreMode === "dot") {
      const product = matmul(query, swapaxes(key, -2, -1));
      return this.scale ? multiply(product, this.scale) : product;
    }
    const pairs = add(expandDims(query, -2), expandDims(key, -3));
    const scaled = this.scale ? multiply(this.scale, pairs) : pairs;
    return multiply(this.concatScoreWeight!, sum(tanh(scaled), { axis: -1 }));
  }
}
