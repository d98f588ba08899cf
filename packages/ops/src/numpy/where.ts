import type { NoAttrs } from "../define/attrs.ts";
import { unbroadcast } from "../define/unbroadcast.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { nonzero } from "./nonzero.ts";

export const whereOp: OpDef<NoAttrs> = defineOp({
  name: "where",
  keras: "keras.src.ops.numpy.Where",
  promote: ([_, x, y]) => {
    const dtype = resultType(x!.dtype, y!.dtype);
    return ["bool", dtype, dtype];
  },
  infer: ([condition, x, y]) => [
    { shape: broadcastShapes([condition!.shape, x!.shape, y!.shape], "where"), dtype: x!.dtype },
  ],
  vjp: ({ inputs: [condition, x, y], grads: [g], needs }) => [
    null,
    needs(1) ? unbroadcast(where(condition!, g!, 0), x!.shape) : null,
    needs(2) ? unbroadcast(where(condition!, 0, g!), y!.shape) : null,
  ],
});

/**
 * Elements of `x1` where a condition holds, of `x2` elsewhere. All three broadcast. With the condition alone: the indices of its true
 * elements, as `nonzero` gives them.
 *
 * @param condition - Booleans; numbers count as true unless they are 0.
 * @param x1 - Taken where the condition holds.
 * @param x2 - Taken elsewhere.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {ArgumentError} when only one of `x1` and `x2` is given.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.where([true, false], [1, 2], 0).array()); // [1, 0]
 * ```
 */
export function where(condition: TensorLike): Tensor[];
export function where(condition: KerasTensor, x1: Other, x2: Other): KerasTensor;
export function where(condition: Other, x1: KerasTensor, x2: Other): KerasTensor;
export function where(condition: Other, x1: Other, x2: KerasTensor): KerasTensor;
export function where(condition: TensorLike, x1: TensorLike, x2: TensorLike): Tensor;
export function where(condition: Other, x1?: Other | null, x2?: Other | null): Tensor | KerasTensor | Tensor[] {
  const given = [x1, x2].filter((x) => x !== undefined && x !== null);
  if (given.length === 0) return nonzero(condition as TensorLike);
  if (given.length === 1) throw new ArgumentError("give both values to choose from, or neither", { op: "where" });
  return apply(whereOp, [condition, ...given], {})[0]!;
}
