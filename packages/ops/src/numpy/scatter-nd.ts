import { asDType } from "../define/as-dtype.ts";
import { dim, type Shape } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { equal } from "./compare.ts";
import { divide } from "./divide.ts";
import { gatherNd } from "./gather.ts";
import { iotaTensor } from "./iota.ts";
import { multiply } from "./multiply.ts";
import { onesLike } from "./ones-like.ts";
import { reshape } from "./reshape.ts";
import { scatterSpecs, type ScatterAttrs, type ScatterMode } from "./scatter-add.ts";
import { where } from "./where.ts";
import { zerosLike } from "./zeros-like.ts";
import { zeros } from "./zeros.ts";

export const scatterNdOp: OpDef<ScatterAttrs> = defineOp({
  name: "scatter_nd",
  infer: scatterSpecs,
  vjp: ({ inputs: [x, indices, updates], outputs: [y], attrs: { mode }, grads: [g], needs }) => {
    const [dx, du] = RULES[mode](x!, indices!, updates!, y!, g!);
    return [needs(0) ? dx() : null, null, needs(2) ? du() : null];
  },
});

type Rule = (
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  y: Tensor,
  g: Tensor,
) => readonly [() => Tensor, () => Tensor];

/** Of several equal extremes each gets the same share. */
const extremal: Rule = (x, indices, updates, y, g) => {
  const [isX, isUpdate] = [asDType(equal(x, y), g.dtype), asDType(equal(updates, gatherNd(y, indices, 0)), g.dtype)];
  const share = divide(g, scatterNd(isX, indices, isUpdate, "add"));
  return [() => multiply(share, isX), () => multiply(gatherNd(share, indices, 0), isUpdate)];
};

const RULES: Readonly<Record<ScatterMode, Rule>> = {
  add: (_x, indices, _updates, _y, g) => [() => g, () => gatherNd(g, indices, 0)],
  set: (_x, indices, updates, _y, g) => [
    () => scatterNd(g, indices, zerosLike(updates), "set"),
    () => where(lastOnes(g.shape, indices, updates.ndim), gatherNd(g, indices, 0), 0),
  ],
  multiply: (x, indices, updates, _y, g) => {
    const zero = equal(updates, 0);
    return [
      () => multiply(g, scatterNd(onesLike(x), indices, updates, "multiply")),
      () => {
        // The product of all other factors of a cell: without division by a factor that is zero.
        const nonzero = where(zero, 1, updates);
        const product = gatherNd(multiply(g, scatterNd(x, indices, nonzero, "multiply")), indices, 0);
        const zeroCount = gatherNd(scatterNd(zerosLike(x), indices, asDType(zero, x.dtype), "add"), indices, 0);
        const others = where(zero, 1, 0);
        return where(equal(zeroCount, others), divide(product, nonzero), 0);
      },
    ];
  },
  min: extremal,
  max: extremal,
};

/** Which updates are the last at their address, and so the ones that stay; with axes of size 1 for those of an update. */
function lastOnes(shape: Shape, indices: Tensor, rank: number): Tensor {
  const outer: Shape = indices.shape.slice(0, -1);
  const number = reshape(iotaTensor([dim.product(outer)], 0, "int32"), outer);
  const depth = indices.shape.at(-1)!;
  const winners = gatherNd(
    scatterNd(zeros(shape.slice(0, depth), { dtype: "int32" }), indices, number, "set"),
    indices,
    0,
  );
  return reshape(equal(winners, number), [...outer, ...Array.from({ length: rank - outer.length }, () => 1)]);
}

/**
 * `x` with updates applied at addresses: the last axis of `indices` addresses the first axes of `x`.
 *
 * @internal
 */
export function scatterNd(x: Tensor, indices: Tensor, updates: Tensor, mode: ScatterMode): Tensor {
  return dispatch(scatterNdOp, [x, indices, updates], { mode })[0]!;
}
