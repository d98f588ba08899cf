import type { ShapeAttrs } from "../define/attrs.ts";
import { shapeArg, type ShapeArg } from "../define/shape-arg.ts";
import { unbroadcast } from "../define/unbroadcast.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, sameShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";

export const broadcastToOp: OpDef<ShapeAttrs> = defineOp({
  name: "broadcast_to",
  keras: "keras.src.ops.numpy.BroadcastTo",
  infer: ([x], { shape }) => {
    const joined = broadcastShapes([x!.shape, shape], "broadcast_to");
    if (joined.length > shape.length || joined.some((d, i) => d !== 1 && shape[i] === 1)) {
      throw new ShapeError(`shape ${formatShape(x!.shape)} does not broadcast to ${formatShape(shape)}`, {
        op: "broadcast_to",
      });
    }
    return [{ shape, dtype: x!.dtype }];
  },
  vjp: ({ inputs: [x], grads: [g] }) => [unbroadcast(g!, x!.shape)],
});

/**
 * Repeats a tensor along new leading axes and axes of size 1, as operands of an elementwise op are repeated.
 *
 * @param x - Any shape that broadcasts to `shape`.
 * @param shape - Sizes, or one size.
 * @throws {ShapeError} when `x` does not broadcast to `shape`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.broadcastTo([1, 2], [2, 2]).array()); // [[1, 2], [1, 2]]
 * ```
 */
export function broadcastTo(x: KerasTensor, shape: ShapeArg): KerasTensor;
export function broadcastTo(x: TensorLike, shape: ShapeArg): Tensor;
export function broadcastTo(x: TensorLike | KerasTensor, shape: ShapeArg): Tensor | KerasTensor {
  const sizes = shapeArg(shape, "broadcast_to");
  if (isTensor(x) && sameShape(x.shape, sizes)) return x;
  return apply(broadcastToOp, [x], { shape: sizes })[0]!;
}
