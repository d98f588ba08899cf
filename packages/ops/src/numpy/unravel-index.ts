import { indexOperand } from "../define/index-operand.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { sizeOf } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { clip } from "./clip.ts";
import { floorDivide } from "./floor-divide.ts";
import { mod } from "./mod.ts";
import { asDType } from "../define/as-dtype.ts";

interface UnravelAttrs {
  readonly [key: string]: unknown;
  readonly shape: readonly number[];
}

export const unravelIndexOp: OpDef<UnravelAttrs> = defineOp<UnravelAttrs>({
  name: "unravel_index",
  keras: "keras.src.ops.numpy.UnravelIndex",
  infer: ([indices], { shape }) => shape.map(() => indices!),
  decompose: ([indices], { shape }) => {
    const total = sizeOf(shape);
    // Where a size does not fit into the dtype of the indices.
    const wide = asDType(indices!, indices!.dtype.includes("64") ? indices!.dtype : "int32");
    const inside = mod(clip(wide, -total, total - 1), total);
    return shape.map((size, i) => asDType(mod(floorDivide(inside, sizeOf(shape.slice(i + 1))), size), indices!.dtype));
  },
  vjp: null,
});

/**
 * The position along each axis of elements that are numbered in row-major order.
 *
 * @param indices - Integers of any shape; negative ones count from the end, those out of range become the first or last.
 * @param shape - Sizes of the tensor that is addressed.
 * @returns One tensor per axis of `shape`, each of the shape of `indices`.
 * @throws {ArgumentError} when a size is not a positive whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [row, column] = ops.unravelIndex([3, 5], [2, 3]);
 * console.log(await row.array(), await column.array()); // [1, 1] [0, 2]
 * ```
 */
export function unravelIndex(indices: KerasTensor, shape: number | readonly number[]): KerasTensor[];
export function unravelIndex(indices: TensorLike, shape: number | readonly number[]): Tensor[];
export function unravelIndex(indices: Other, shape: number | readonly number[]): Tensor[] | KerasTensor[] {
  const sizes = typeof shape === "number" ? [shape] : [...shape];
  if (sizes.some((d) => !Number.isInteger(d) || d < 1)) {
    throw new ArgumentError(`sizes are whole numbers of at least 1, got [${sizes.join(", ")}]`, {
      op: "unravel_index",
    });
  }
  return [...apply(unravelIndexOp, [indexOperand(indices)], { shape: sizes })];
}
