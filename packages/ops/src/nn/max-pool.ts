import { dim } from "../dim.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { equal } from "../numpy/compare.ts";
import { isFloat } from "../dtype.ts";
import { logicalAnd, logicalNot, logicalOr } from "../numpy/logical.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { sliceTensor } from "../numpy/slice.ts";
import { transpose } from "../numpy/transpose.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { spatialSizes } from "./conv-attrs.ts";
import { dataFormatOf, toChannelsFirst, toChannelsLast } from "./data-format.ts";
import { poolShape, resolvePool, type GivenPool, type PoolAttrs, type PoolOptions } from "./pool-attrs.ts";

/** The primitive, with channels last. */
export const maxPoolOp: OpDef<PoolAttrs, GivenPool> = defineOp<PoolAttrs, GivenPool>({
  name: "max_pool",
  keras: "keras.src.ops.nn.MaxPool",
  resolve: ([x], given) => resolvePool(x!, given, "max_pool"),
  infer: ([x], attrs) => [{ shape: poolShape(x!.shape, attrs, "channels_last", "max_pool"), dtype: x!.dtype }],
  vjp: ({ inputs: [x], outputs: [y], attrs, grads: [g] }) => dispatch(maxPoolGradOp, [x!, y!, g!], attrs),
});

/** (x, y, gradient) → the gradient at the first maximum of every window; linear in the gradient. */
export const maxPoolGradOp: OpDef<PoolAttrs> = defineOp<PoolAttrs>({
  name: "max_pool_grad",
  infer: ([x]) => [x!],
  vjp: ({ inputs: [x, y], attrs, grads: [t], needs }) => [null, null, needs(2) ? atMaxima(x!, y!, t!, attrs) : null],
});

/** What `t`, of the shape of x, holds at the first maximum of every window. */
function atMaxima(x: Tensor, y: Tensor, t: Tensor, { window, strides, padding }: PoolAttrs): Tensor {
  const low = [0, ...padding.map(([p]) => p), 0];
  const high = [0, ...padding.map(([, p]) => p), 0];
  const none = low.map(() => 0);
  const [inputs, values] = [
    padTensor(x, low, high, none, isFloat(x.dtype) ? Number.NEGATIVE_INFINITY : 0),
    padTensor(t, low, high, none, 0),
  ];
  const steps = [1, ...strides, 1];
  const sizes = spatialSizes(y.shape, "channels_last");
  const tap = (source: Tensor, at: readonly number[]): Tensor => {
    const start = [0, ...at, 0];
    const reach = sizes.map((n, i) => dim.add(dim.add(dim.mul(dim.sub(n, 1), strides[i]!), at[i]!), 1));
    return sliceTensor(source, start, [source.shape[0]!, ...reach, source.shape.at(-1)!], steps);
  };
  let found: Tensor | null = null;
  let result: Tensor | null = null;
  for (const at of positions(window)) {
    const hit = equal(tap(inputs, at), y);
    const first: Tensor = found ? logicalAnd(hit, logicalNot(found)) : hit;
    const taken = where(first, tap(values, at), 0);
    result = result ? add(result, taken) : taken;
    found = found ? logicalOr(found, hit) : hit;
  }
  return result!;
}

/** All positions in a window, in row-major order. */
function positions(window: readonly number[]): number[][] {
  return window.reduce<number[][]>(
    (all, n) => all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])),
    [[]],
  );
}

/** The same with channels in front, as a composite: what knows this layout may take it whole. */
export const maxPoolChannelsFirstOp: OpDef<PoolAttrs, GivenPool> = defineOp<PoolAttrs, GivenPool>({
  name: "max_pool_channels_first",
  keras: "keras.src.ops.nn.MaxPool",
  ownsConfig: ({ dataFormat }) => dataFormat === "channels_first",
  resolve: ([x], given) => resolvePool(x!, given, "max_pool"),
  infer: ([x], attrs) => [{ shape: poolShape(x!.shape, attrs, "channels_first", "max_pool"), dtype: x!.dtype }],
  decompose: ([x], attrs) => {
    const [y] = dispatch(maxPoolOp, [transpose(x!, toChannelsLast(x!.ndim))], attrs);
    return [transpose(y!, toChannelsFirst(x!.ndim))];
  },
  inline: true,
});

/**
 * The largest element of every window.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`; 1 to 3 spatial axes.
 * @param poolSize - Size of the window, one for all axes or one each.
 * @throws {ShapeError} when the rank does not fit, or no window does.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.reshape(ops.array([1, 2, 3, 4]), [1, 4, 1]);
 * console.log(await ops.maxPool(x, 2).array()); // [[[2], [4]]]
 * ```
 */
export function maxPool(inputs: KerasTensor, poolSize: number | readonly number[], options?: PoolOptions): KerasTensor;
export function maxPool(inputs: TensorLike, poolSize: number | readonly number[], options?: PoolOptions): Tensor;
export function maxPool(
  inputs: Other,
  poolSize: number | readonly number[],
  options: PoolOptions = {},
): Tensor | KerasTensor {
  const dataFormat = dataFormatOf(options.dataFormat, "max_pool");
  const { strides = null, padding = "valid" } = options;
  return apply(dataFormat === "channels_last" ? maxPoolOp : maxPoolChannelsFirstOp, [inputs], {
    poolSize,
    strides,
    padding,
    dataFormat,
  })[0]!;
}
