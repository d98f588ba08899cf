import type { AxisAttrs } from "../define/attrs.ts";
import { declareOperandDType } from "../define/declared.ts";
import { floatNotBool } from "../define/float-not-bool.ts";
import { resolveOptions } from "../define/options.ts";
import { dim, type Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { multiply } from "../numpy/multiply.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { sigmoid } from "./sigmoid.ts";

export const gluOp: OpDef<AxisAttrs> = defineOp<AxisAttrs>({
  name: "glu",
  keras: "keras.src.ops.nn.Glu",
  resolve: ([x], { axis }) => ({ axis: normalizeAxis(axis, x!.shape.length, "glu") }),
  promote: (inputs) => floatNotBool(inputs, "glu"),
  infer: ([x], { axis }) => {
    const size = x!.shape[axis]!;
    if (dim.isStatic(size) && size % 2 !== 0) {
      throw new ShapeError(`axis ${axis} of ${formatShape(x!.shape)} has an odd size: it cannot be halved`, {
        op: "glu",
      });
    }
    return [{ shape: x!.shape.with(axis, dim.floordiv(size, 2)), dtype: x!.dtype }];
  },
  declare: declareOperandDType,
  decompose: ([x], { axis }) => {
    const shape: Shape = x!.shape;
    const half = dim.floordiv(shape[axis]!, 2);
    return [multiply(sliceAxis(x!, axis, 0, half), sigmoid(sliceAxis(x!, axis, half, shape[axis]!)))];
  },
  inline: true,
});

/** Options of {@link glu}. */
export interface GluOptions {
  /** Axis to halve; default -1. */
  readonly axis?: number | undefined;
}

/**
 * Gated linear unit: the first half of x along an axis, times the sigmoid of the second.
 *
 * Source: Dauphin et al., Language Modeling with Gated Convolutional Networks (2016).
 *
 * @param x - Any shape with an even size along the axis; integers become floatx.
 * @param options - `axis`, or that axis itself.
 * @throws {ShapeError} when the size is odd.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.glu([4, 0]).array()); // [2]
 * ```
 */
export function glu(x: KerasTensor, options?: GluOptions | number): KerasTensor;
export function glu(x: TensorLike, options?: GluOptions | number): Tensor;
export function glu(x: TensorLike | KerasTensor, options?: GluOptions | number): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<GluOptions>(options);
  return apply(gluOp, [x], { axis })[0]!;
}
