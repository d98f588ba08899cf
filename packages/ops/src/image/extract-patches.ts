import { rankOf, shaped } from "../define/operand.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { imageShape } from "../nn/conv-attrs.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { windowsAlong } from "../nn/patches.ts";
import { padAxis, paddingOf, perAxis, slidSize, type Padding } from "../nn/window.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link extractPatchesOp}. */
interface PatchAttrs extends Readonly<Record<string, unknown>> {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: number | readonly number[];
  readonly padding: Padding;
  readonly dataFormat: DataFormat;
}

/** Sizes along each spatial axis. */
interface Plan {
  readonly batched: boolean;
  /** [batch, ...spatial, channels] of the operand. */
  readonly batch: Dim;
  readonly channels: Dim;
  readonly spatial: readonly Dim[];
  readonly padding: readonly (readonly [Dim, Dim])[];
  readonly counts: readonly Dim[];
  readonly dilation: readonly number[];
}

function plan(x: Spec, { size, strides, dilationRate, padding, dataFormat }: PatchAttrs): Plan {
  const axes = size.length;
  const batched = x.shape.length === axes + 2;
  if (!batched && x.shape.length !== axes + 1) {
    throw new ShapeError(
      `needs one image or a batch of images with ${axes} spatial axes, got shape ${formatShape(x.shape)}`,
      { op: "extract_patches" },
    );
  }
  const own = batched ? x.shape.slice(1) : x.shape;
  const spatial = dataFormat === "channels_last" ? own.slice(0, -1) : own.slice(1);
  const dilation = perAxis(dilationRate, axes, "dilation rate", "extract_patches");
  const extents = size.map((n, i) => (n - 1) * dilation[i]! + 1);
  const borders = spatial.map((n, i) => padAxis(n, extents[i]!, strides[i]!, padding, "extract_patches"));
  return {
    batched,
    batch: batched ? x.shape[0]! : 1,
    channels: dataFormat === "channels_last" ? own.at(-1)! : own[0]!,
    spatial,
    padding: borders,
    counts: spatial.map((n, i) => slidSize(n, extents[i]!, strides[i]!, borders[i]!, "extract_patches")),
    dilation,
  };
}

export const extractPatchesOp: OpDef<PatchAttrs> = defineOp<PatchAttrs>({
  name: "extract_patches",
  keras: "keras.src.ops.image.ExtractPatches",
  infer: ([x], attrs) => {
    const { batched, batch, channels, counts } = plan(x!, attrs);
    const shape = imageShape(batch, counts, dim.mul(channels, dim.product(attrs.size)), attrs.dataFormat);
    return [{ shape: batched ? shape : shape.slice(1), dtype: x!.dtype }];
  },
  decompose: ([x], attrs) => {
    const { batched, batch, channels, spatial, padding, counts, dilation } = plan(x!, attrs);
    const axes = spatial.length;
    const whole = reshape(x!, imageShape(batch, spatial, channels, attrs.dataFormat));
    const order = Array.from({ length: axes }, (_, i) => i);
    const last = attrs.dataFormat === "channels_last" ? whole : transpose(whole, [0, ...order.map((i) => i + 2), 1]);
    const none = [0, ...order.map(() => 0), 0];
    const padded = padTensor(
      last,
      [0, ...padding.map(([low]) => low), 0],
      [0, ...padding.map(([, high]) => high), 0],
      none,
      0,
    );
    const slides = order.map((i) => ({
      axis: i + 1,
      count: counts[i]!,
      taps: attrs.size[i]!,
      stride: attrs.strides[i]!,
      dilation: dilation[i]!,
    }));
    // [n, rows, kh, columns, kw, c] → [n, rows, columns, kh, kw, c]
    const windows = transpose(windowsAlong(padded, slides), [
      0,
      ...order.map((i) => 2 * i + 1),
      ...order.map((i) => 2 * i + 2),
      2 * axes + 1,
    ]);
    const patches: Tensor = reshape(windows, [batch, ...counts, dim.mul(channels, dim.product(attrs.size))]);
    const y =
      attrs.dataFormat === "channels_last" ? patches : transpose(patches, [0, axes + 1, ...order.map((i) => i + 1)]);
    return [batched ? y : reshape(y, (y.shape as Shape).slice(1))];
  },
  inline: true,
});

/** Options of {@link extractPatches} and {@link extractPatches3d}. */
export interface ExtractPatchesOptions {
  /** Distance between patches, one for all axes or one each; default: the size of a patch. */
  readonly strides?: number | readonly number[] | null | undefined;
  /** Distance between the pixels of a patch; default 1. */
  readonly dilationRate?: number | readonly number[] | undefined;
  /** Default `valid`. */
  readonly padding?: Padding | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

function patches(x: Other, size: readonly number[], options: ExtractPatchesOptions): Tensor | KerasTensor {
  const { strides, dilationRate = 1, padding = "valid" } = options;
  const value = shaped(x);
  if (rankOf(value) !== size.length + 1 && rankOf(value) !== size.length + 2) {
    throw new ShapeError(
      `needs one image or a batch of images with ${size.length} spatial axes, got ${rankOf(value)} axes`,
      { op: "extract_patches" },
    );
  }
  return apply(extractPatchesOp, [value], {
    size: perAxis(size, size.length, "size", "extract_patches"),
    strides: perAxis(strides ?? size, size.length, "strides", "extract_patches"),
    dilationRate,
    padding: paddingOf<Padding>(padding, ["valid", "same"], "extract_patches"),
    dataFormat: dataFormatOf(options.dataFormat, "extract_patches"),
  })[0]!;
}

/**
 * Patches of images, each as one vector: its pixels row by row, the channels of a pixel together.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front; volumes when `size` has three numbers.
 * @param size - Size of a patch: one number, [height, width], or [depth, height, width].
 * @returns [..., rows, columns, patch], or with the patch in front.
 * @throws {ShapeError} when the rank does not fit, or no patch does.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.extractPatches(ops.ones([4, 4, 3]), 2, { dataFormat: "channels_last" }).shape); // [2, 2, 12]
 * ```
 */
export function extractPatches(
  images: KerasTensor,
  size: number | readonly number[],
  options?: ExtractPatchesOptions,
): KerasTensor;
export function extractPatches(
  images: TensorLike,
  size: number | readonly number[],
  options?: ExtractPatchesOptions,
): Tensor;
export function extractPatches(
  images: Other,
  size: number | readonly number[],
  options: ExtractPatchesOptions = {},
): Tensor | KerasTensor {
  const sizes = typeof size === "number" ? [size, size] : size;
  if (!Array.isArray(sizes) || (sizes.length !== 2 && sizes.length !== 3)) {
    throw new ArgumentError(`the size is one number, or two or three of them; got ${JSON.stringify(size)}`, {
      op: "extract_patches",
    });
  }
  return patches(images, sizes, options);
}

/**
 * Patches of volumes, each as one vector.
 *
 * @param volumes - [depth, height, width, channels] or a batch of them, or with channels in front.
 * @param size - Size of a patch: one number, or [depth, height, width].
 * @returns [..., layers, rows, columns, patch], or with the patch in front.
 * @throws {ShapeError} when the rank does not fit, or no patch does.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.extractPatches3d(ops.ones([4, 4, 4, 1]), 2, { dataFormat: "channels_last" }).shape); // [2, 2, 2, 8]
 * ```
 */
export function extractPatches3d(
  volumes: KerasTensor,
  size: number | readonly number[],
  options?: ExtractPatchesOptions,
): KerasTensor;
export function extractPatches3d(
  volumes: TensorLike,
  size: number | readonly number[],
  options?: ExtractPatchesOptions,
): Tensor;
export function extractPatches3d(
  volumes: Other,
  size: number | readonly number[],
  options: ExtractPatchesOptions = {},
): Tensor | KerasTensor {
  return patches(volumes, perAxis(size, 3, "size", "extract_patches"), options);
}
