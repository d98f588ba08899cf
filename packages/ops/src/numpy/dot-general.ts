import type { Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import { formatShape, unify } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { transpose } from "./transpose.ts";

/** Which axes are summed over and which run in parallel, as pairs: of the first operand, of the second. */
export interface DotAttrs {
  readonly [key: string]: unknown;
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}

/** The axes of an operand that are neither summed over nor parallel. */
function freeAxes(rank: number, contract: readonly number[], batch: readonly number[]): number[] {
  return Array.from({ length: rank }, (_, i) => i).filter((i) => !contract.includes(i) && !batch.includes(i));
}

export const dotGeneralOp: OpDef<DotAttrs> = defineOp({
  name: "dot_general",
  infer: ([x, y], { contract, batch }) => {
    const pair = (kind: string, i: number, j: number): Shape[number] => {
      const size = unify(x!.shape[i]!, y!.shape[j]!);
      if (size !== null) return size;
      throw new ShapeError(
        `axis ${i} of ${formatShape(x!.shape)} and axis ${j} of ${formatShape(y!.shape)} ${kind}, but have sizes ${String(x!.shape[i])} and ${String(y!.shape[j])}`,
        { op: "dot_general" },
      );
    };
    contract[0].forEach((i, k) => pair("are summed over together", i, contract[1][k]!));
    const parallel = batch[0].map((i, k) => pair("run in parallel", i, batch[1][k]!));
    const free = [x!, y!].flatMap((s, k) => freeAxes(s.shape.length, contract[k]!, batch[k]!).map((i) => s.shape[i]!));
    return [{ shape: [...parallel, ...free], dtype: x!.dtype }];
  },
  vjp: ({ inputs: [x, y], attrs, grads: [g], needs }) => [
    needs(0) ? cotangent(g!, x!, y!, attrs, 0) : null,
    needs(1)
      ? cotangent(
          g!,
          y!,
          x!,
          { contract: [attrs.contract[1], attrs.contract[0]], batch: [attrs.batch[1], attrs.batch[0]] },
          1,
        )
      : null,
  ],
});

/** Cotangent of `x` in a product with `y`; `place` says which of the two came first. */
function cotangent(g: Tensor, x: Tensor, y: Tensor, { contract, batch }: DotAttrs, place: 0 | 1): Tensor {
  const xFree = freeAxes(x.ndim, contract[0], batch[0]);
  const yFree = freeAxes(y.ndim, contract[1], batch[1]);
  const parallel = batch[0].length;
  // g has the parallel axes, then the free ones of the first operand, then those of the second.
  const gOfY = yFree.map((_, i) => parallel + (place === 0 ? xFree.length : 0) + i);
  const product = dotGeneral(g, y, { contract: [gOfY, yFree], batch: [batch[0].map((_, i) => i), batch[1]] });
  // The product has the parallel axes, the free ones of x, and those summed over, in the order that y has them.
  const summed = contract[1].map((axis, i) => ({ axis, of: contract[0][i]! })).sort((a, b) => a.axis - b.axis);
  const order = [...batch[0], ...xFree, ...summed.map((s) => s.of)];
  return transposeTo(product, order);
}

/** Puts axes in order: axis `i` of `x` becomes axis `order[i]`. */
function transposeTo(x: Tensor, order: readonly number[]): Tensor {
  return order.every((to, i) => to === i)
    ? x
    : transpose(
        x,
        order.map((_, i) => order.indexOf(i)),
      );
}

/**
 * Sum of products over pairs of axes. The result has the parallel axes, then the free ones of `x`, then those of `y`.
 *
 * @internal
 */
export function dotGeneral(x: Tensor, y: Tensor, attrs: DotAttrs): Tensor {
  return dispatch(dotGeneralOp, [x, y], attrs)[0]!;
}
