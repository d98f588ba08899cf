import { dim, type Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { formatShape, type Spec } from "../shape.ts";
import { channelAxis, type DataFormat } from "./data-format.ts";
import { padAxis, paddingOf, perAxis, slidSize, spatialAxes, type Padding } from "./window.ts";

/** Attributes of the primitive `conv`: see `primitives.ts`. @internal */
export interface ConvAttrs extends Readonly<Record<string, unknown>> {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [Dim, Dim])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
  readonly groups: number;
}

/** Arguments of a convolution as users give them, all filled in. @internal */
export interface GivenConv extends Readonly<Record<string, unknown>> {
  readonly strides: number | readonly number[];
  readonly padding: ConvPadding;
  readonly dataFormat: DataFormat;
  readonly dilationRate: number | readonly number[];
}

/** Padding of a convolution; `causal` pads in front only, so that no output sees later inputs. */
export type ConvPadding = Padding | "causal";

/** Options of `conv`, `depthwiseConv` and `separableConv`. */
export interface ConvOptions {
  /** Step of the window, one for all axes or one each; default 1. */
  readonly strides?: number | readonly number[] | undefined;
  /** Default `valid`. */
  readonly padding?: ConvPadding | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
  /** Distance between the elements that the kernel sees; default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
}

/** Spatial sizes of an image. @internal */
export function spatialSizes(shape: readonly Dim[], format: DataFormat): readonly Dim[] {
  return format === "channels_last" ? shape.slice(1, -1) : shape.slice(2);
}

/** A shape put together from its parts. @internal */
export function imageShape(batch: Dim, spatial: readonly Dim[], channels: Dim, format: DataFormat): readonly Dim[] {
  return format === "channels_last" ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
}

/** How far a kernel reaches along each axis. @internal */
export function kernelExtents(kernel: readonly Dim[], dilation: readonly number[]): readonly number[] {
  return dilation.map((d, i) => ((kernel[i] as number) - 1) * d + 1);
}

/**
 * Arguments per axis, for operands of these shapes.
 *
 * @throws {ShapeError} when ranks do not fit.
 * @throws {ArgumentError} when an argument has a wrong length or value.
 * @internal
 */
export function resolveConv(
  x: Spec,
  kernel: Spec,
  { strides, padding, dataFormat, dilationRate }: GivenConv,
  groups: number,
  op: string,
): ConvAttrs {
  const axes = spatialAxes(x.shape, op);
  if (kernel.shape.length !== x.shape.length) {
    throw new ShapeError(
      `the kernel ${formatShape(kernel.shape)} must have as many axes as the input ${formatShape(x.shape)}`,
      { op },
    );
  }
  if (kernel.shape.some((d) => !dim.isStatic(d)))
    throw new ShapeError(`the kernel ${formatShape(kernel.shape)} must have known sizes`, { op });
  const steps = perAxis(strides, axes, "strides", op);
  const dilation = perAxis(dilationRate, axes, "dilation rate", op);
  const kind = paddingOf(padding, ["valid", "same", "causal"], op);
  const extents = kernelExtents(kernel.shape, dilation);
  const sizes = spatialSizes(x.shape, dataFormat);
  return {
    strides: steps,
    padding: sizes.map((size, i) => padAxis(size, extents[i]!, steps[i]!, kind, op)),
    inputDilation: steps.map(() => 1),
    kernelDilation: dilation,
    groups,
  };
}

/**
 * Number of groups of a convolution: input channels over those the kernel takes.
 *
 * @throws {ShapeError} when they do not divide, or the filters do not.
 * @internal
 */
export function groupsOf(x: Spec, kernel: Spec, format: DataFormat, op: string): number {
  const channels = x.shape[channelAxis(format, x.shape.length)];
  const [taken, filters] = kernel.shape.slice(-2) as [number, number];
  // An unknown number of channels is taken for the one that the kernel names.
  if (channels === undefined || !dim.isStatic(channels)) return 1;
  if (!(taken > 0) || channels % taken !== 0) {
    throw new ShapeError(
      `${channels} input channels are not a multiple of the kernel's ${taken} (input ${formatShape(x.shape)}, kernel ${formatShape(kernel.shape)}, ${format})`,
      { op },
    );
  }
  const groups = channels / taken;
  if (filters % groups !== 0)
    throw new ShapeError(`${filters} filters do not divide into ${groups} groups of channels`, { op });
  return groups;
}

/** Output shape of the primitive, channels last. @internal */
export function convShape(
  x: readonly Dim[],
  kernel: readonly Dim[],
  { strides, padding, inputDilation, kernelDilation }: ConvAttrs,
): readonly Dim[] {
  const extents = kernelExtents(kernel, kernelDilation);
  const sizes = spatialSizes(x, "channels_last").map((size, i) => {
    const spread = inputDilation[i] === 1 ? size : dim.add(dim.mul(dim.sub(size, 1), inputDilation[i]!), 1);
    return slidSize(spread, extents[i]!, strides[i]!, padding[i]!, "conv");
  });
  return [x[0]!, ...sizes, kernel.at(-1)!];
}
