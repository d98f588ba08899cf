import type { NoAttrs } from "../define/attrs.ts";
import { resultType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";

export const clipOp: OpDef<NoAttrs> = defineOp({
  name: "clip",
  keras: "keras.src.ops.numpy.Clip",
  configOperands: ["xMin", "xMax"],
  promote: (inputs) => {
    const types = inputs.map((x, i) => (i === 0 && x.dtype === "bool" ? "int32" : x.dtype));
    const dtype = resultType(...types);
    return inputs.map(() => dtype);
  },
  infer: ([x, low, high]) => [{ shape: broadcastShapes([x!.shape, low!.shape, high!.shape], "clip"), dtype: x!.dtype }],
  decompose: ([x, low, high]) => [minimum(maximum(x!, low!), high!)],
});

/**
 * Every element moved into a range.
 *
 * @param x - Any shape and numeric dtype; booleans become int32.
 * @param xMin - What is below becomes this; broadcasts with `x`.
 * @param xMax - What is above becomes this; broadcasts with `x`. It wins where it is below `xMin`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.clip([-1, 0.5, 2], 0, 1).array()); // [0, 0.5, 1]
 * ```
 */
export function clip(x: KerasTensor, xMin: Other, xMax: Other): KerasTensor;
export function clip(x: TensorLike, xMin: TensorLike, xMax: TensorLike): Tensor;
export function clip(x: Other, xMin: Other, xMax: Other): Tensor | KerasTensor {
  return apply(clipOp, [x, xMin, xMax], {})[0]!;
}
