import type { AxisAttrs } from "../define/attrs.ts";
import type { Shape } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import { unify } from "../shape.ts";
import { ShapeError } from "../errors.ts";
import { formatShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { concatenate } from "./concatenate.ts";
import { expandDims } from "./expand-dims.ts";
import { iotaTensor } from "./iota.ts";
import { scatterAdd } from "./scatter-add.ts";
import { transpose } from "./transpose.ts";
import { zerosLike } from "./zeros-like.ts";

export const gatherOp: OpDef<AxisAttrs> = defineOp({
  name: "gather",
  infer: ([x, indices], { axis }) => [{ shape: x!.shape.toSpliced(axis, 1, ...indices!.shape), dtype: x!.dtype }],
  vjp: ({ inputs: [x, indices], attrs: { axis }, grads: [g], needs }) => {
    if (!needs(0)) return [null, null];
    const rank = indices!.ndim;
    const before = Array.from({ length: axis }, (_, i) => i);
    const block = Array.from({ length: rank }, (_, i) => axis + i);
    const after = Array.from({ length: x!.ndim - axis - 1 }, (_, i) => axis + rank + i);
    // The indexed axis in front, for the scatter; then back.
    const front = [axis, ...before, ...[...x!.shape.keys()].slice(axis + 1)];
    const into = zerosLike(transpose(x!, front));
    const sum = scatterAdd(into, expandDims(indices!, -1), transpose(g!, [...block, ...before, ...after]));
    return [
      transpose(
        sum,
        front.map((_, i) => front.indexOf(i)),
      ),
      null,
    ];
  },
});

/**
 * Entries of `x` along an axis: `x[..., indices, ...]`. Indices are in range.
 *
 * @internal
 */
export function gatherTensor(x: Tensor, indices: Tensor, axis: number): Tensor {
  return dispatch(gatherOp, [x, indices], { axis })[0]!;
}

export const gatherNdOp: OpDef<{ readonly batchDims: number }> = defineOp({
  name: "gather_nd",
  infer: ([x, indices], { batchDims }) => {
    const batch = x!.shape.slice(0, batchDims).map((d, i) => unify(d, indices!.shape[i]!));
    const depth = indices!.shape.at(-1)!;
    if (batch.includes(null) || typeof depth !== "number" || batchDims + depth > x!.shape.length) {
      throw new ShapeError(
        `indices of shape ${formatShape(indices!.shape)} do not address ${formatShape(x!.shape)} with ${batchDims} batch axes`,
        { op: "gather_nd" },
      );
    }
    return [
      {
        shape: [...(batch as Shape), ...indices!.shape.slice(batchDims, -1), ...x!.shape.slice(batchDims + depth)],
        dtype: x!.dtype,
      },
    ];
  },
  vjp: ({ inputs: [x, indices], attrs: { batchDims }, grads: [g], needs }) => [
    needs(0) ? scatterAdd(zerosLike(x!), withBatchIndices(indices!, batchDims), g!) : null,
    null,
  ],
});

/** Addresses that name the batch axes as well. */
function withBatchIndices(indices: Tensor, batchDims: number): Tensor {
  if (batchDims === 0) return indices;
  const shape: Shape = [...indices.shape.slice(0, -1), 1];
  const batch = Array.from({ length: batchDims }, (_, axis) => iotaTensor(shape, axis, indices.dtype));
  return concatenate([...batch, indices], { axis: shape.length - 1 });
}

/**
 * Entries of `x` whose first axes (after the batch ones) the last axis of `indices` addresses. Indices are in range.
 *
 * @internal
 */
export function gatherNd(x: Tensor, indices: Tensor, batchDims: number): Tensor {
  return dispatch(gatherNdOp, [x, indices], { batchDims })[0]!;
}
