import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

interface TileAttrs {
  readonly [key: string]: unknown;
  readonly repeats: readonly Dim[];
}

export const tileOp: OpDef<TileAttrs> = defineOp<TileAttrs>({
  name: "tile",
  keras: "keras.src.ops.numpy.Tile",
  infer: ([x], { repeats }) => {
    const { sizes, times } = aligned(x!.shape, repeats);
    return [{ shape: sizes.map((d, i) => dim.mul(d, times[i]!)), dtype: x!.dtype }];
  },
  decompose: ([x], { repeats }) => {
    const { sizes, times } = aligned(x!.shape, repeats);
    const apart = reshape(
      x!,
      sizes.flatMap((d) => [1, d]),
    );
    const copies = broadcastTo(
      apart,
      sizes.flatMap((d, i) => [times[i]!, d]),
    );
    return [
      reshape(
        copies,
        sizes.map((d, i) => dim.mul(d, times[i]!)),
      ),
    ];
  },
  vjp: ({ inputs: [x], attrs: { repeats }, grads: [g] }) => {
    const { sizes, times } = aligned(x!.shape, repeats);
    const apart = reshape(
      g!,
      sizes.flatMap((d, i) => [times[i]!, d]),
    );
    return [reshape(sum(apart, { axis: sizes.map((_, i) => 2 * i) }), x!.shape)];
  },
});

/** Sizes and repeats with as many entries as the longer has, ones in front. */
function aligned(shape: Shape, repeats: readonly Dim[]): { sizes: Shape; times: readonly Dim[] } {
  const rank = Math.max(shape.length, repeats.length);
  const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
  return { sizes: [...ones(rank - shape.length), ...shape], times: [...ones(rank - repeats.length), ...repeats] };
}

/**
 * A tensor repeated as a whole along its axes.
 *
 * @param x - Any shape and dtype.
 * @param repeats - How often, for the last axes; further ones become new axes in front. One number is for the last axis.
 * @throws {ArgumentError} when a number of repeats is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tile([1, 2], 2).array()); // [1, 2, 1, 2]
 * ```
 */
export function tile(x: KerasTensor, repeats: Dim | readonly Dim[]): KerasTensor;
export function tile(x: TensorLike, repeats: Dim | readonly Dim[]): Tensor;
export function tile(x: TensorLike | KerasTensor, repeats: Dim | readonly Dim[]): Tensor | KerasTensor {
  const times = Array.isArray(repeats) ? (repeats as readonly Dim[]) : [repeats as Dim];
  if (times.some((n) => dim.isStatic(n) && (!Number.isInteger(n) || n < 0))) {
    throw new ArgumentError(`repeats are whole numbers of at least 0, got [${times.map(String).join(", ")}]`, {
      op: "tile",
    });
  }
  return apply(tileOp, [x], { repeats: times })[0]!;
}
