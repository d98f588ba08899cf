import { asDType } from "../define/as-dtype.ts";
import { dim, type Shape } from "../dim.ts";
import { resultType, type DType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { greaterEqual } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { tanh } from "../numpy/hyperbolic.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { broadcastShapes, formatShape, sameShape, unify, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { softmax } from "./softmax.ts";

/** Attributes of {@link dotProductAttentionOp}; the operands that are there follow query, key and value: bias, then mask. */
interface AttentionAttrs extends Readonly<Record<string, unknown>> {
  readonly scale: number | null;
  readonly isCausal: boolean;
  readonly attnLogitsSoftCap: number | null;
  /** A wish, which an engine with a fused kernel may heed; the result is the same. */
  readonly flashAttention: boolean | null;
  readonly hasBias: boolean;
  readonly hasMask: boolean;
}

/** A bias or mask with all four axes: [..., T, S] or [B, N, T, S]. */
function fourAxes(shape: Shape, heads: Shape[number]): Shape {
  if (shape.length === 3 && dim.equal(shape[1]!, heads)) return [shape[0]!, shape[1]!, 1, shape[2]!];
  if (shape.length === 3) return [shape[0]!, 1, shape[1]!, shape[2]!];
  return [...Array.from({ length: Math.max(0, 4 - shape.length) }, () => 1), ...shape];
}

function promoteAttention(inputs: readonly OperandSpec[], { hasBias }: AttentionAttrs): readonly DType[] {
  const dtype = resultType(...inputs.slice(0, 3).map((x) => x.dtype), "py:float");
  return inputs.map((_, i) => (i < 3 || (hasBias && i === 3) ? dtype : "bool"));
}

export const dotProductAttentionOp: OpDef<AttentionAttrs> = defineOp<AttentionAttrs>({
  name: "dot_product_attention",
  keras: "keras.src.ops.nn.DotProductAttention",
  promote: promoteAttention,
  toConfig: ({ isCausal, flashAttention, attnLogitsSoftCap }) => ({
    is_causal: isCausal,
    flash_attention: flashAttention,
    attn_logits_soft_cap: attnLogitsSoftCap,
  }),
  infer: ([query, key, value, ...rest]) => {
    check(query!, key!, value!);
    const [b, t, n] = query!.shape;
    const logits = [b!, n!, t!, key!.shape[1]!];
    for (const extra of rest) {
      if (!sameShape(broadcastShapes([logits, fourAxes(extra.shape, n!)], "dot_product_attention"), logits)) {
        throw new ShapeError(
          `a bias or mask of ${formatShape(extra.shape)} does not broadcast to [batch, heads, query, key] = ${formatShape(logits)}`,
          {
            op: "dot_product_attention",
          },
        );
      }
    }
    return [{ shape: [...query!.shape.slice(0, 3), value!.shape[3]!], dtype: query!.dtype }];
  },
  decompose: ([query, key, value, ...rest], { scale, isCausal, attnLogitsSoftCap, hasBias, hasMask }) => {
    const wide = resultType(query!.dtype, "float32");
    const [, t, n, h] = query!.shape as unknown as Shape;
    // [B, T, N, H] → [B, N, T, H]; keys as [B, N, H, S].
    const q = transpose(asDType(query!, wide), [0, 2, 1, 3]);
    const k = transpose(shared(asDType(key!, wide), n!), [0, 2, 3, 1]);
    const v = transpose(shared(value!, n!), [0, 2, 1, 3]);
    let logits = multiply(matmul(q, k), scale ?? 1 / Math.sqrt(h as number));
    if (attnLogitsSoftCap !== null) logits = multiply(tanh(divide(logits, attnLogitsSoftCap)), attnLogitsSoftCap);
    if (hasBias) logits = asDType(add(logits, reshape(rest[0]!, fourAxes(rest[0]!.shape, n!))), wide);
    const masks: Tensor[] = [];
    if (hasMask) masks.push(reshape(rest.at(-1)!, fourAxes(rest.at(-1)!.shape, n!)));
    if (isCausal) {
      const size: Shape = [t!, key!.shape[1]!];
      masks.push(greaterEqual(iotaTensor(size, 0, "int32"), iotaTensor(size, 1, "int32")));
    }
    if (masks.length > 0)
      logits = where(
        masks.reduce((a, b) => logicalAnd(a, b)),
        logits,
        -0.7 * 3.4028234663852886e38,
      );
    const weights = asDType(softmax(asDType(logits, "float32")), key!.dtype);
    return [transpose(matmul(weights, v), [0, 2, 1, 3])];
  },
  inline: true,
});

function check(query: Spec, key: Spec, value: Spec): void {
  const shapes = `query ${formatShape(query.shape)}, key ${formatShape(key.shape)}, value ${formatShape(value.shape)}`;
  const fail = (why: string): never => {
    throw new ShapeError(`${why}: ${shapes}`, { op: "dot_product_attention" });
  };
  if ([query, key, value].some((x) => x.shape.length !== 4)) fail("all three must be [batch, length, heads, size]");
  const [b, , n, h] = query.shape;
  const same = (x: Shape[number] | undefined, y: Shape[number] | undefined): boolean => unify(x!, y!) !== null;
  if (!same(b, key.shape[0]) || !same(b, value.shape[0])) fail("batch sizes differ");
  if (!same(h, key.shape[3])) fail("query and key must have the same size per head");
  if (!same(key.shape[1], value.shape[1]) || !same(key.shape[2], value.shape[2]))
    fail("key and value must have the same length and heads");
  const heads = key.shape[2]!;
  if (dim.isStatic(n!) && dim.isStatic(heads) && (heads === 0 || n % heads !== 0))
    fail("the heads of the query must be a multiple of those of the key");
}

/** Heads repeated so that there are `heads` of them: query heads in groups share a key head. */
function shared(x: Tensor, heads: Shape[number]): Tensor {
  const [b, s, k, h] = x.shape as unknown as Shape;
  if (dim.equal(k!, heads)) return x;
  const groups = dim.floordiv(heads, k!);
  return reshape(broadcastTo(expandDims(x, 3), [b!, s!, k!, groups, h!]), [b!, s!, heads, h!]);
}

/** Options of {@link dotProductAttention}. */
export interface DotProductAttentionOptions<T> {
  /** Added to the logits; broadcasts to [batch, heads, query length, key length]. */
  readonly bias?: T | null | undefined;
  /** Where it is false no attention is paid; broadcasts as `bias`. */
  readonly mask?: T | null | undefined;
  /** The logits are multiplied by it; default 1 / sqrt(size per head). */
  readonly scale?: number | null | undefined;
  /** Whether a position sees only itself and earlier ones. Default false. */
  readonly isCausal?: boolean | undefined;
  /** Whether to ask for a fused kernel, where the engine has one; the result is the same. Default: `config.isFlashAttentionEnabled()`. */
  readonly flashAttention?: boolean | null | undefined;
  /** Holds the logits softly to ± this value. */
  readonly attnLogitsSoftCap?: number | null | undefined;
}

/**
 * Scaled dot-product attention: softmax(query · keyᵀ · scale + bias) · value. With fewer key heads than query heads, groups of query heads
 * share one. Logits and softmax are computed in float32 at least.
 *
 * Source: Vaswani et al., Attention Is All You Need (2017); Ainslie et al., GQA (2023).
 *
 * @param query - [batch, query length, heads, size].
 * @param key - [batch, key length, key heads, size].
 * @param value - [batch, key length, key heads, value size].
 * @returns [batch, query length, heads, value size].
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.ones([2, 5, 4, 8]);
 * console.log(ops.dotProductAttention(x, x, x, { isCausal: true }).shape); // [2, 5, 4, 8]
 * ```
 */
export function dotProductAttention(
  query: KerasTensor,
  key: Other,
  value: Other,
  options?: DotProductAttentionOptions<Other>,
): KerasTensor;
export function dotProductAttention(
  query: Other,
  key: KerasTensor,
  value: Other,
  options?: DotProductAttentionOptions<Other>,
): KerasTensor;
export function dotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options?: DotProductAttentionOptions<TensorLike>,
): Tensor;
export function dotProductAttention(
  query: Other,
  key: Other,
  value: Other,
  options: DotProductAttentionOptions<Other> = {},
): Tensor | KerasTensor {
  const { bias = null, mask = null, scale = null, isCausal = false, attnLogitsSoftCap = null } = options;
  const flashAttention = options.flashAttention ?? runtime().config.flashAttention;
  const inputs = [query, key, value, ...(bias === null ? [] : [bias]), ...(mask === null ? [] : [mask])];
  return apply(dotProductAttentionOp, inputs, {
    scale,
    isCausal,
    flashAttention,
    attnLogitsSoftCap,
    hasBias: bias !== null,
    hasMask: mask !== null,
  })[0]!;
}
