import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { transpose } from "./transpose.ts";

interface MoveAttrs {
  readonly [key: string]: unknown;
  readonly source: readonly number[];
  readonly destination: readonly number[];
}

export const moveaxisOp: OpDef<MoveAttrs> = defineOp<MoveAttrs>({
  name: "moveaxis",
  keras: "keras.src.ops.numpy.Moveaxis",
  resolve: ([x], { source, destination }) => {
    const rank = x!.shape.length;
    const [from, to] = [source, destination].map((axes) =>
      axes.map((axis) => normalizeAxis(axis, rank, "moveaxis")),
    ) as [number[], number[]];
    if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
      throw new ArgumentError(
        `cannot move axes [${source.join(", ")}] to [${destination.join(", ")}]: as many distinct ones are needed`,
        {
          op: "moveaxis",
        },
      );
    }
    return { source: from, destination: to };
  },
  infer: ([x], attrs) => [{ shape: moved(x!.shape.length, attrs).map((p) => x!.shape[p]!), dtype: x!.dtype }],
  decompose: ([x], attrs) => [transpose(x!, moved(x!.ndim, attrs))],
  inline: true,
});

/** The permutation that brings axes `source` to places `destination` and keeps the order of the others. */
function moved(rank: number, { source, destination }: MoveAttrs): number[] {
  const others = Array.from({ length: rank }, (_, i) => i).filter((i) => !source.includes(i));
  return Array.from({ length: rank }, (_, i) =>
    destination.includes(i) ? source[destination.indexOf(i)]! : others.shift()!,
  );
}

type Axes = number | readonly number[];
const list = (axes: Axes): readonly number[] => (typeof axes === "number" ? [axes] : axes);

/**
 * Brings axes to other places; the others keep their order.
 *
 * @param x - Any shape and dtype.
 * @param source - The axis or axes to move.
 * @param destination - Where each goes, in the same order.
 * @throws {ArgumentError} when an axis is out of range or repeats, or the two lists differ in length.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.moveaxis(ops.zeros([2, 3, 4]), 0, -1).shape); // [3, 4, 2]
 * ```
 */
export function moveaxis(x: KerasTensor, source: Axes, destination: Axes): KerasTensor;
export function moveaxis(x: TensorLike, source: Axes, destination: Axes): Tensor;
export function moveaxis(x: TensorLike | KerasTensor, source: Axes, destination: Axes): Tensor | KerasTensor {
  return apply(moveaxisOp, [x], { source: list(source), destination: list(destination) })[0]!;
}
