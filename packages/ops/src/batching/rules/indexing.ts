import { dynamicSliceOp, dynamicUpdateSliceOp } from "../../core/slice.ts";
import { dim, type Shape } from "../../dim.ts";
import { dispatch } from "../../execution/dispatch.ts";
import { add } from "../../numpy/add.ts";
import { clip } from "../../numpy/clip.ts";
import { concatenate } from "../../numpy/concatenate.ts";
import { expandDims } from "../../numpy/expand-dims.ts";
import { gatherNd, gatherOp } from "../../numpy/gather.ts";
import { iotaTensor } from "../../numpy/iota.ts";
import { reshape } from "../../numpy/reshape.ts";
import type { ScatterMode } from "../../numpy/scatter-add.ts";
import { scatterNd } from "../../numpy/scatter-nd.ts";
import { sliceAxis } from "../../numpy/slice.ts";
import { stack } from "../../numpy/stack.ts";
import { transpose } from "../../numpy/transpose.ts";
import type { Tensor } from "../../tensor.ts";
import { materialize, moveAxis, rows, type BatchContext, type Mapped } from "../mapped.ts";

/** @internal */
export function gatherRule({ attrs, inputs: [v, indices] }: BatchContext): readonly Mapped[] {
  const { axis } = attrs as { readonly axis: number };
  if (!indices!.mapped) return dispatch(gatherOp, [v!.x, indices!.x], { axis: axis + 1 }).map(rows);
  if (!v!.mapped) {
    const [picked] = dispatch(gatherOp, [v!.x, indices!.x], { axis });
    return [rows(moveAxis(picked!, axis, 0))];
  }
  // Both: the indexed axis goes behind that of the examples, and the rows of the indices back to where that axis was.
  const picked = gatherNd(moveAxis(v!.x, axis + 1, 1), expandDims(indices!.x, -1), 1);
  const rank = indices!.x.ndim - 1;
  const before = Array.from({ length: axis }, (_, i) => 1 + rank + i);
  const order = [0, ...before, ...Array.from({ length: rank }, (_, i) => 1 + i)];
  const rest = [...picked.shape.keys()].filter((i) => !order.includes(i));
  return [rows(transpose(picked, [...order, ...rest]))];
}

/** @internal */
export function gatherNdRule({ attrs, inputs: [v, indices], size }: BatchContext): readonly Mapped[] {
  const { batchDims } = attrs as { readonly batchDims: number };
  if (!v!.mapped && batchDims === 0) return [rows(gatherNd(v!.x, indices!.x, 0))];
  return [rows(gatherNd(materialize(v!, size), materialize(indices!, size), batchDims + 1))];
}

/** Addresses that begin with the number of their example. */
function withExample(indices: Tensor): Tensor {
  const example = iotaTensor([...(indices.shape as Shape).slice(0, -1), 1], 0, indices.dtype);
  return concatenate([example, indices], { axis: -1 });
}

/** @internal */
export function scatterNdRule({ attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const { mode } = attrs as { readonly mode: ScatterMode };
  const [x, indices, updates] = inputs.map((v) => materialize(v, size)) as [Tensor, Tensor, Tensor];
  return [rows(scatterNd(x, withExample(indices), updates, mode))];
}

/** The addresses of all elements of the blocks that start at `start` [examples, rank], moved so that they fit. */
function blockAddresses(start: Tensor, of: Shape, block: Shape): Tensor {
  const [size] = start.shape as Shape;
  const addresses = block.map((length, axis) => {
    const first = clip(sliceAxis(start, 1, axis, axis + 1), 0, dim.sub(of[axis]!, length) as number);
    const steps = iotaTensor(block, axis, start.dtype);
    return add(reshape(first, [size!, ...block.map(() => 1)]), steps);
  });
  return stack(addresses, { axis: -1 });
}

/** @internal */
export function dynamicSliceRule({ attrs, inputs: [v, start], size }: BatchContext): readonly Mapped[] {
  const { size: block } = attrs as { readonly size: Shape };
  if (!start!.mapped) {
    const from = concatenate([iotaTensor([1], 0, start!.x.dtype), start!.x], { axis: 0 });
    return dispatch(dynamicSliceOp, [v!.x, from], { size: [size, ...block] }).map(rows);
  }
  const x = materialize(v!, size);
  if (block.length === 0) return [rows(x)];
  return [rows(gatherNd(x, blockAddresses(start!.x, (x.shape as Shape).slice(1), block), 1))];
}

/** @internal */
export function dynamicUpdateSliceRule({ inputs: [v, update, start], size }: BatchContext): readonly Mapped[] {
  const [x, block] = [materialize(v!, size), materialize(update!, size)];
  if (!start!.mapped) {
    const from = concatenate([iotaTensor([1], 0, start!.x.dtype), start!.x], { axis: 0 });
    return dispatch(dynamicUpdateSliceOp, [x, block, from], {}).map(rows);
  }
  if (x.ndim === 1) return [rows(block)];
  const addresses = blockAddresses(start!.x, (x.shape as Shape).slice(1), (block.shape as Shape).slice(1));
  return [rows(scatterNd(x, withExample(addresses), block, "set"))];
}
