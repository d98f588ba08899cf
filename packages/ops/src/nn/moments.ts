import { asDType } from "../define/as-dtype.ts";
import { withReducedAxes } from "../define/restore-axes.ts";
import { sizeAlong } from "../define/size-along.ts";
import { resultType } from "../dtype.ts";
import { UnsupportedError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { divide } from "../numpy/divide.ts";
import { maximum } from "../numpy/maximum.ts";
import { mean } from "../numpy/mean.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Axes as given. */
interface GivenMoments extends Readonly<Record<string, unknown>> {
  readonly axes: number | readonly number[];
  readonly keepdims: boolean;
  readonly synchronized: boolean;
}

/** Axes counted from 0. */
interface MomentsAttrs extends Readonly<Record<string, unknown>> {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

export const momentsOp: OpDef<MomentsAttrs, GivenMoments> = defineOp<MomentsAttrs, GivenMoments>({
  name: "moments",
  keras: "keras.src.ops.nn.Moments",
  promote: "float",
  resolve: ([x], { axes, keepdims }) => ({ axes: normalizeAxes(axes, x!.shape.length, "moments"), keepdims }),
  infer: ([x], { axes, keepdims }) => {
    const shape = reducedShape(x!.shape, axes, keepdims);
    return [
      { shape, dtype: x!.dtype },
      { shape, dtype: x!.dtype },
    ];
  },
  decompose: ([x], { axes, keepdims }) => {
    const wide = asDType(x!, resultType(x!.dtype, "float32"));
    const center = mean(wide, { axis: axes, keepdims: true });
    const spread = mean(square(subtract(wide, center)), { axis: axes, keepdims: true });
    const shape = reducedShape(x!.shape, axes, keepdims);
    return [center, spread].map((m) => reshape(narrowed(m, x!), shape));
  },
  vjp: ({ inputs: [x], attrs: { axes }, grads: [gm, gv] }) => {
    const wide = asDType(x!, resultType(x!.dtype, "float32"));
    const along = (g: Tensor): Tensor => asDType(withReducedAxes(g, x!.shape, axes), wide.dtype);
    const parts: Tensor[] = [];
    if (gm) parts.push(along(gm));
    if (gv) parts.push(multiply(multiply(along(gv), 2), subtract(wide, mean(wide, { axis: axes, keepdims: true }))));
    const total = parts.reduce((a, b) => add(a, b));
    return [broadcastTo(asDType(divide(total, sizeAlong(x!.shape, axes)), x!.dtype), x!.shape)];
  },
});

/** Back to the dtype of x; where that is a half type, held to what float16 can express. */
function narrowed(m: Tensor, x: Tensor): Tensor {
  return m.dtype === x.dtype ? m : asDType(minimum(maximum(m, -65504), 65504), x.dtype);
}

/** Options of {@link moments}. */
export interface MomentsOptions {
  /** Whether the reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
  /** Moments over all replicas: not supported yet, must be false. */
  readonly synchronized?: boolean | undefined;
}

/**
 * Mean and variance over axes. Half types are summed in float32.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @param axes - The axis or axes to reduce.
 * @returns [mean, variance].
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {UnsupportedError} when `synchronized` is set.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [mean, variance] = ops.moments([1, 2, 3, 4], 0);
 * console.log(await mean.item(), await variance.item()); // 2.5 1.25
 * ```
 */
export function moments(
  x: KerasTensor,
  axes: number | readonly number[],
  options?: MomentsOptions,
): [KerasTensor, KerasTensor];
export function moments(x: TensorLike, axes: number | readonly number[], options?: MomentsOptions): [Tensor, Tensor];
export function moments(
  x: TensorLike | KerasTensor,
  axes: number | readonly number[],
  options: MomentsOptions = {},
): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const { keepdims = false, synchronized = false } = options;
  if (synchronized)
    throw new UnsupportedError("moments over several replicas are not supported: leave `synchronized` out", {
      op: "moments",
    });
  const [center, spread] = apply(momentsOp, [x], { axes, keepdims, synchronized });
  return [center!, spread!];
}
