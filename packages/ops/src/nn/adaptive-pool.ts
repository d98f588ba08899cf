import type { Dim } from "../dim.ts";
import { dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { mean } from "../numpy/mean.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageShape, spatialSizes } from "./conv-attrs.ts";
import { channelAxis, dataFormatOf, type DataFormat } from "./data-format.ts";
import { maxPoolOp } from "./max-pool.ts";
import { perAxis, spatialAxes } from "./window.ts";

/** Arguments as given. */
interface GivenAdaptive extends Readonly<Record<string, unknown>> {
  readonly outputSize: number | readonly number[];
  readonly dataFormat: DataFormat;
}

/** One output size per spatial axis. */
interface AdaptiveAttrs extends GivenAdaptive {
  readonly outputSize: readonly number[];
}

/* @__NO_SIDE_EFFECTS__ */
function defineAdaptive(
  name: string,
  keras: string,
  reduce: (x: Tensor, axis: number) => Tensor,
): OpDef<AdaptiveAttrs, GivenAdaptive> {
  return defineOp<AdaptiveAttrs, GivenAdaptive>({
    name,
    keras,
    resolve: ([x], given) => ({
      ...given,
      outputSize: perAxis(given.outputSize, spatialAxes(x!.shape, name), "output size", name),
    }),
    infer: ([x], { outputSize, dataFormat }) => [
      {
        shape: imageShape(x!.shape[0]!, outputSize, x!.shape[channelAxis(dataFormat, x!.shape.length)]!, dataFormat),
        dtype: x!.dtype,
      },
    ],
    decompose: ([x], { outputSize, dataFormat }) => {
      const first = dataFormat === "channels_last" ? 1 : 2;
      const sizes = knownSizes(x!, dataFormat, name);
      return [outputSize.reduce((y, count, i) => poolAxis(y, first + i, sizes[i]!, count, reduce), x!)];
    },
    inline: true,
  });
}

function knownSizes(x: Spec, format: DataFormat, op: string): readonly number[] {
  const sizes: readonly Dim[] = spatialSizes(x.shape, format);
  if (!sizes.every((d) => dim.isStatic(d) && d > 0)) {
    throw new ShapeError(
      `the windows depend on the sizes of the image, which must be known and not 0: ${formatShape(x.shape)}`,
      { op },
    );
  }
  return sizes as readonly number[];
}

/** Output i covers the elements from floor(i · size / count) up to ceil((i + 1) · size / count). */
function poolAxis(
  x: Tensor,
  axis: number,
  size: number,
  count: number,
  reduce: (x: Tensor, axis: number) => Tensor,
): Tensor {
  const parts = Array.from({ length: count }, (_, i) =>
    reduce(sliceAxis(x, axis, Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)), axis),
  );
  return concatenate(parts, { axis });
}

export const adaptiveAveragePoolOp: OpDef<AdaptiveAttrs, GivenAdaptive> = defineAdaptive(
  "adaptive_average_pool",
  "keras.src.ops.nn.AdaptiveAveragePool",
  (x, axis) => mean(x, { axis, keepdims: true }),
);

export const adaptiveMaxPoolOp: OpDef<AdaptiveAttrs, GivenAdaptive> = defineAdaptive(
  "adaptive_max_pool",
  "keras.src.ops.nn.AdaptiveMaxPool",
  largestAlong,
);

/** One window over a whole axis: of equal elements the first gets the gradient, as in pooling. */
function largestAlong(x: Tensor, axis: number): Tensor {
  const shape: readonly Dim[] = x.shape;
  const size = shape[axis] as number;
  const flat = reshape(x, [dim.product(shape.slice(0, axis)), size, dim.product(shape.slice(axis + 1))]);
  const [y] = dispatch(maxPoolOp, [flat], { window: [size], strides: [1], padding: [[0, 0]] });
  return reshape(y!, shape.with(axis, 1));
}

/** Options of {@link adaptiveAveragePool} and {@link adaptiveMaxPool}. */
export interface AdaptivePoolOptions {
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

function adaptive(
  op: OpDef<AdaptiveAttrs, GivenAdaptive>,
  inputs: Other,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions,
): Tensor | KerasTensor {
  if (outputSize === null || outputSize === undefined)
    throw new ArgumentError("the output size must be given", { op: op.name });
  return apply(op, [inputs], { outputSize, dataFormat: dataFormatOf(options.dataFormat, op.name) })[0]!;
}

/**
 * The mean of windows that divide an image into a given number of parts, as evenly as they can.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`; 1 to 3 spatial axes.
 * @param outputSize - Number of windows, one for all axes or one each.
 * @throws {ShapeError} when the rank does not fit.
 * @throws {ArgumentError} when `outputSize` has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.reshape(ops.array([1, 2, 3, 4]), [1, 4, 1]);
 * console.log(await ops.adaptiveAveragePool(x, 2, { dataFormat: "channels_last" }).array()); // [[[1.5], [3.5]]]
 * ```
 */
export function adaptiveAveragePool(
  inputs: KerasTensor,
  outputSize: number | readonly number[],
  options?: AdaptivePoolOptions,
): KerasTensor;
export function adaptiveAveragePool(
  inputs: TensorLike,
  outputSize: number | readonly number[],
  options?: AdaptivePoolOptions,
): Tensor;
export function adaptiveAveragePool(
  inputs: Other,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions = {},
): Tensor | KerasTensor {
  return adaptive(adaptiveAveragePoolOp, inputs, outputSize, options);
}

/**
 * The largest element of windows that divide an image into a given number of parts, as evenly as they can.
 *
 * @param inputs - [batch, ...spatial, channels], or [batch, channels, ...spatial] with `dataFormat: "channels_first"`; 1 to 3 spatial axes.
 * @param outputSize - Number of windows, one for all axes or one each.
 * @throws {ShapeError} when the rank does not fit.
 * @throws {ArgumentError} when `outputSize` has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.reshape(ops.array([1, 2, 3, 4]), [1, 4, 1]);
 * console.log(await ops.adaptiveMaxPool(x, 2, { dataFormat: "channels_last" }).array()); // [[[2], [4]]]
 * ```
 */
export function adaptiveMaxPool(
  inputs: KerasTensor,
  outputSize: number | readonly number[],
  options?: AdaptivePoolOptions,
): KerasTensor;
export function adaptiveMaxPool(
  inputs: TensorLike,
  outputSize: number | readonly number[],
  options?: AdaptivePoolOptions,
): Tensor;
export function adaptiveMaxPool(
  inputs: Other,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions = {},
): Tensor | KerasTensor {
  return adaptive(adaptiveMaxPoolOp, inputs, outputSize, options);
}
