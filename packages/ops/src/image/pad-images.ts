import { dim, type Dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { identityOp } from "../numpy/copy.ts";
import { dispatch } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { padOp } from "../numpy/pad-primitive.ts";
import { sliceOp } from "../numpy/slice.ts";
import { scalarTensor } from "../convert.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageAxes } from "./image-axes.ts";

/** What is added or cut at the borders; of each direction one of the three follows from the others. */
interface BorderAttrs extends Readonly<Record<string, unknown>> {
  readonly top: number | null;
  readonly left: number | null;
  readonly bottom: number | null;
  readonly right: number | null;
  readonly targetHeight: number | null;
  readonly targetWidth: number | null;
  readonly dataFormat: DataFormat;
}

/** What is added (sign 1) or cut (sign -1) before and after one axis. */
function borders(
  size: Dim,
  before: number | null,
  after: number | null,
  target: number | null,
  sign: 1 | -1,
  name: string,
  op: string,
): readonly [Dim, Dim] {
  // target = size + sign · (before + after)
  const rest = (known: number): Dim => dim.sub(dim.mul(dim.sub(target!, size), sign), known);
  const pair: readonly [Dim, Dim] = [before ?? rest(after!), after ?? rest(before!)];
  if (pair.some((n) => dim.isStatic(n) && n < 0)) {
    throw new ShapeError(
      `an image of ${name} ${String(size)} cannot get ${name} ${String(target)} so: one border would be negative`,
      { op },
    );
  }
  const result = dim.add(size, dim.mul(dim.add(pair[0], pair[1]), sign));
  if (dim.isStatic(result) && result < 0) throw new ShapeError(`more is cut than the ${name} ${String(size)}`, { op });
  return pair;
}

interface Frame {
  readonly low: readonly Dim[];
  readonly high: readonly Dim[];
  readonly shape: readonly Dim[];
}

function frame(x: Spec, attrs: BorderAttrs, sign: 1 | -1, op: string): Frame {
  const { height, width } = imageAxes(x, attrs.dataFormat, op);
  if (
    sign === -1 &&
    ((!dim.isStatic(x.shape[height]!) && attrs.targetHeight === null) ||
      (!dim.isStatic(x.shape[width]!) && attrs.targetWidth === null))
  ) {
    throw new ShapeError(`where the size of images is unknown (${formatShape(x.shape)}), give the target size`, { op });
  }
  const [top, bottom] = borders(x.shape[height]!, attrs.top, attrs.bottom, attrs.targetHeight, sign, "height", op);
  const [left, right] = borders(x.shape[width]!, attrs.left, attrs.right, attrs.targetWidth, sign, "width", op);
  const along = (ofHeight: Dim, ofWidth: Dim): readonly Dim[] =>
    x.shape.map((_, i) => (i === height ? ofHeight : i === width ? ofWidth : 0));
  const [low, high] = [along(top, left), along(bottom, right)];
  return { low, high, shape: x.shape.map((d, i) => dim.add(d, dim.mul(dim.add(low[i]!, high[i]!), sign))) };
}

const config =
  (what: "padding" | "cropping") =>
  ({ top, left, bottom, right, targetHeight, targetWidth, dataFormat }: BorderAttrs): Record<string, unknown> => ({
    [`top_${what}`]: top,
    [`left_${what}`]: left,
    [`bottom_${what}`]: bottom,
    [`right_${what}`]: right,
    target_height: targetHeight,
    target_width: targetWidth,
    data_format: dataFormat,
  });

export const padImagesOp: OpDef<BorderAttrs> = defineOp<BorderAttrs>({
  name: "pad_images",
  keras: "keras.src.ops.image.PadImages",
  toConfig: (attrs) => config("padding")(attrs),
  infer: ([x], attrs) => [{ shape: frame(x!, attrs, 1, "pad_images").shape, dtype: x!.dtype }],
  decompose: ([x], attrs) => {
    const { low, high } = frame(x!, attrs, 1, "pad_images");
    if ([...low, ...high].every((n) => n === 0)) return dispatch(identityOp, [x!], {});
    return dispatch(padOp, [x!, scalarTensor(0, x!.dtype)], { low, high, interior: low.map(() => 0) });
  },
  inline: true,
});

export const cropImagesOp: OpDef<BorderAttrs> = defineOp<BorderAttrs>({
  name: "crop_images",
  keras: "keras.src.ops.image.CropImages",
  toConfig: (attrs) => config("cropping")(attrs),
  infer: ([x], attrs) => [{ shape: frame(x!, attrs, -1, "crop_images").shape, dtype: x!.dtype }],
  decompose: ([x], attrs) => {
    const { low, shape } = frame(x!, attrs, -1, "crop_images");
    return dispatch(sliceOp, [x!], {
      start: low,
      limit: low.map((n, i) => dim.add(n, shape[i]!)),
      strides: low.map(() => 1),
    });
  },
  inline: true,
});

/** Of three values two must be given, and none may be negative. */
function checkThree(values: Readonly<Record<string, number | null>>, op: string): void {
  const names = Object.keys(values);
  if (Object.values(values).filter((v) => v === null).length !== 1)
    throw new ArgumentError(`give exactly two of ${names.join(", ")}`, { op });
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && (!Number.isInteger(value) || value < 0))
      throw new ArgumentError(`${name} must be a whole number of at least 0, got ${value}`, { op });
  }
}

/** Options of {@link padImages}: of `topPadding`, `bottomPadding` and `targetHeight` two, and so for the width. */
export interface PadImagesOptions {
  readonly topPadding?: number | null | undefined;
  readonly leftPadding?: number | null | undefined;
  readonly bottomPadding?: number | null | undefined;
  readonly rightPadding?: number | null | undefined;
  readonly targetHeight?: number | null | undefined;
  readonly targetWidth?: number | null | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Adds borders of zeros to images.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @throws {ArgumentError} unless two of padding before, padding after and target size are given for each direction.
 * @throws {ShapeError} when images are larger than the target.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.image.padImages(ops.ones([2, 2, 3]), { topPadding: 1, leftPadding: 0, targetHeight: 4, targetWidth: 2, dataFormat: "channels_last" });
 * console.log(y.shape); // [4, 2, 3]
 * ```
 */
export function padImages(images: KerasTensor, options: PadImagesOptions): KerasTensor;
export function padImages(images: TensorLike, options: PadImagesOptions): Tensor;
export function padImages(images: Other, options: PadImagesOptions): Tensor | KerasTensor {
  const {
    topPadding = null,
    leftPadding = null,
    bottomPadding = null,
    rightPadding = null,
    targetHeight = null,
    targetWidth = null,
  } = options ?? {};
  checkThree({ topPadding, bottomPadding, targetHeight }, "pad_images");
  checkThree({ leftPadding, rightPadding, targetWidth }, "pad_images");
  const dataFormat = dataFormatOf(options.dataFormat, "pad_images");
  return apply(padImagesOp, [images], {
    top: topPadding,
    left: leftPadding,
    bottom: bottomPadding,
    right: rightPadding,
    targetHeight,
    targetWidth,
    dataFormat,
  })[0]!;
}

/** Options of {@link cropImages}: of `topCropping`, `bottomCropping` and `targetHeight` two, and so for the width. */
export interface CropImagesOptions {
  readonly topCropping?: number | null | undefined;
  readonly leftCropping?: number | null | undefined;
  readonly bottomCropping?: number | null | undefined;
  readonly rightCropping?: number | null | undefined;
  readonly targetHeight?: number | null | undefined;
  readonly targetWidth?: number | null | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Cuts the borders of images.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @throws {ArgumentError} unless two of cropping before, cropping after and target size are given for each direction.
 * @throws {ShapeError} when images are smaller than the target.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.image.cropImages(ops.ones([4, 4, 3]), { topCropping: 1, leftCropping: 0, targetHeight: 2, targetWidth: 3, dataFormat: "channels_last" });
 * console.log(y.shape); // [2, 3, 3]
 * ```
 */
export function cropImages(images: KerasTensor, options: CropImagesOptions): KerasTensor;
export function cropImages(images: TensorLike, options: CropImagesOptions): Tensor;
export function cropImages(images: Other, options: CropImagesOptions): Tensor | KerasTensor {
  const {
    topCropping = null,
    leftCropping = null,
    bottomCropping = null,
    rightCropping = null,
    targetHeight = null,
    targetWidth = null,
  } = options ?? {};
  checkThree({ topCropping, bottomCropping, targetHeight }, "crop_images");
  checkThree({ leftCropping, rightCropping, targetWidth }, "crop_images");
  const dataFormat = dataFormatOf(options.dataFormat, "crop_images");
  return apply(cropImagesOp, [images], {
    top: topCropping,
    left: leftCropping,
    bottom: bottomCropping,
    right: rightCropping,
    targetHeight,
    targetWidth,
    dataFormat,
  })[0]!;
}
