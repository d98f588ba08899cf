import type { Dim } from "../dim.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { dataFormatOf, toChannelsFirst, toChannelsLast } from "./data-format.ts";
import { poolShape, resolvePool, type GivenPool, type PoolAttrs, type PoolOptions } from "./pool-attrs.ts";

/** Attributes of `average_pool_grad`. */
interface AveragePoolGradAttrs extends PoolAttrs {
  readonly inputShape: readonly Dim[];
}

/** The primitive, with channels last. */
export const averagePoolOp: OpDef<PoolAttrs, GivenPool> = defineOp<PoolAttrs, GivenPool>({
  name: "average_pool",
  keras: "keras.src.ops.nn.AveragePool",
  promote: "float",
  resolve: ([x], given) => resolvePool(x!, given, "average_pool"),
  infer: ([x], attrs) => [{ shape: poolShape(x!.shape, attrs, "channels_last", "average_pool"), dtype: x!.dtype }],
  vjp: ({ inputs: [x], attrs: { window, strides, padding }, grads: [g] }) =>
    dispatch(averagePoolGradOp, [g!], { window, strides, padding, inputShape: x!.shape }),
});

/** gradient → cotangent of the input; linear. */
export const averagePoolGradOp: OpDef<AveragePoolGradAttrs> = defineOp<AveragePoolGradAttrs>({
  name: "average_pool_grad",
  infer: ([g], { inputShape }) => [{ shape: inputShape, dtype: g!.dtype }],
  vjp: ({ attrs: { window, strides, padding }, grads: [t] }) =>
    dispatch(averagePoolOp, [t!], { window, strides, padding }),
});

/** The same with channels in front, as a composite: what knows this layout may take it whole. */
export const averagePoolChannelsFirstOp: OpDef<PoolAttrs, GivenPool> = defineOp<PoolAttrs, GivenPool>({
  name: "average_pool_channels_first",
  keras: "keras.src.ops.nn.AveragePool",
  ownsConfig: ({ dataFormat }) => dataFormat === "channels_first",
  promote: "float",
  resolve: ([x], given) => resolvePool(x!, given, "average_pool"),
  infer: ([x], attrs) => [{ shape: poolShape(x!.shape, attrs, "channels_first", "average_pool"), dtype: x!.dtype }],
  decompose: ([x], attrs) => {
    const [y] = dispatch(averagePoolOp, [transpose(x!, toChannelsLast(x!.ndim))], attrs);
    return [transpose(y!, toChannelsFirst(x!.ndim))];
  },
  inline: true,
});

/**
 * The mean of every window. Padding does not count.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`; 1 to 3 spatial
 *   axes. Integers become floatx.
 * @param poolSize - Size of the window, one for all axes or one each.
 * @throws {ShapeError} when the rank does not fit, or no window does.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.reshape(ops.array([1, 2, 3, 4]), [1, 4, 1]);
 * console.log(await ops.averagePool(x, 2).array()); // [[[1.5], [3.5]]]
 * ```
 */
export function averagePool(
  inputs: KerasTensor,
  poolSize: number | readonly number[],
  options?: PoolOptions,
): KerasTensor;
export function averagePool(inputs: TensorLike, poolSize: number | readonly number[], options?: PoolOptions): Tensor;
export function averagePool(
  inputs: Other,
  poolSize: number | readonly number[],
  options: PoolOptions = {},
): Tensor | KerasTensor {
  const dataFormat = dataFormatOf(options.dataFormat, "average_pool");
  const { strides = null, padding = "valid" } = options;
  return apply(dataFormat === "channels_last" ? averagePoolOp : averagePoolChannelsFirstOp, [inputs], {
    poolSize,
    strides,
    padding,
    dataFormat,
  })[0]!;
}
