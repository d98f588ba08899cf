import { dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { scatterNd } from "../numpy/scatter-nd.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link topKOp}. */
interface TopKAttrs extends Readonly<Record<string, unknown>> {
  readonly k: number;
}

export const topKOp: OpDef<TopKAttrs, TopKAttrs & { readonly sorted: boolean }> = defineOp<
  TopKAttrs,
  TopKAttrs & { readonly sorted: boolean }
>({
  name: "top_k",
  keras: "keras.src.ops.math.TopK",
  resolve: (_, { k }) => ({ k }),
  infer: ([x], { k }) => {
    if (x!.shape.length === 0) throw new ShapeError("a scalar has no largest elements", { op: "top_k" });
    const size = x!.shape.at(-1)!;
    if (dim.isStatic(size) && k > size)
      throw new ArgumentError(
        `there are only ${size} elements along the last axis of ${formatShape(x!.shape)}, not ${k}`,
        { op: "top_k" },
      );
    const shape = [...x!.shape.slice(0, -1), k];
    return [
      { shape, dtype: x!.dtype },
      { shape, dtype: "int32" },
    ];
  },
  vjp: ({ inputs: [x], outputs: [, indices], grads: [g] }) => {
    if (!g) return [null];
    const shape: Shape = [...indices!.shape, 1];
    const leading = Array.from({ length: indices!.ndim - 1 }, (_, axis) => iotaTensor(shape, axis, "int32"));
    const address = concatenate([...leading, expandDims(indices!, -1)], { axis: -1 });
    return [scatterNd(zerosLike(x!), address, g, "add")];
  },
});

/** Options of {@link topK}. */
export interface TopKOptions {
  /** Accepted for Keras's sake: the result is always in descending order. */
  readonly sorted?: boolean | undefined;
}

/**
 * The largest elements along the last axis, in descending order, and where they stand. Of equal ones the first comes first.
 *
 * @param x - Any shape but a scalar.
 * @param k - How many.
 * @returns [values, indices], each [..., k]; the indices are int32.
 * @throws {ArgumentError} when there are fewer than `k` elements.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [values, indices] = ops.topK([1, 9, 5], 2);
 * console.log(await values.array(), await indices.array()); // [9, 5] [1, 2]
 * ```
 */
export function topK(x: KerasTensor, k: number, options?: TopKOptions): [KerasTensor, KerasTensor];
export function topK(x: TensorLike, k: number, options?: TopKOptions): [Tensor, Tensor];
export function topK(x: Other, k: number, options: TopKOptions = {}): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  if (!Number.isInteger(k) || k < 0)
    throw new ArgumentError(`k must be a whole number, got ${String(k)}`, { op: "top_k" });
  const [values, indices] = apply(topKOp, [x], { k, sorted: options.sorted ?? true });
  return [values!, indices!];
}
