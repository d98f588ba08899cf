import { asDType } from "../define/as-dtype.ts";
import { rankOf, shaped } from "../define/operand.ts";
import { dimValue } from "../define/size-along.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { floatResult, isFloat, isUnsigned, itemBytes } from "../dtype.ts";
import { identityOp } from "../numpy/copy.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { gatherTensor } from "../numpy/gather.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { floor, round } from "../numpy/rounding.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { imageAxes } from "./image-axes.ts";
import { resample, type AxisScaling, type Kernel } from "./resampling.ts";

/** How new pixels are found. */
export type ResizeInterpolation = "bilinear" | "nearest" | "bicubic" | "lanczos3" | "lanczos5";

const KERNELS: Readonly<Record<Exclude<ResizeInterpolation, "nearest">, Kernel>> = {
  bilinear: "linear",
  bicubic: "cubic",
  lanczos3: "lanczos3",
  lanczos5: "lanczos5",
};

/** Attributes of {@link resizeOp}. */
interface ResizeAttrs extends Readonly<Record<string, unknown>> {
  readonly size: readonly number[];
  readonly interpolation: ResizeInterpolation;
  readonly antialias: boolean;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillMode: "constant";
  readonly fillValue: number;
  readonly dataFormat: DataFormat;
}

export const resizeOp: OpDef<ResizeAttrs> = defineOp<ResizeAttrs>({
  name: "resize",
  keras: "keras.src.ops.image.Resize",
  infer: ([x], { size, dataFormat }) => {
    const { height, width } = imageAxes(x!, dataFormat, "resize");
    return [{ shape: x!.shape.with(height, size[0]!).with(width, size[1]!), dtype: x!.dtype }];
  },
  decompose: ([x], attrs) => {
    const { height, width } = imageAxes(x!, attrs.dataFormat, "resize");
    const framed = attrs.cropToAspectRatio
      ? cropped(x!, height, width, attrs)
      : attrs.padToAspectRatio
        ? padded(x!, height, width, attrs)
        : x!;
    const targets = [height, width]
      .map((axis, i) => ({ axis, size: attrs.size[i]! }))
      .filter(({ axis, size }) => framed.shape[axis] !== size);
    if (targets.length === 0) return dispatch(identityOp, [framed], {});
    if (attrs.interpolation === "nearest")
      return [targets.reduce((y, { axis, size }) => nearest(y, axis, size), framed)];
    const scalings = targets.map(({ axis, size }): AxisScaling => ({
      axis,
      size,
      scale: divide(size, dimValue(framed.shape[axis]!)),
      translation: 0,
    }));
    const scaled = resample(
      asDType(framed, floatResult(framed.dtype)),
      scalings,
      KERNELS[attrs.interpolation],
      attrs.antialias,
    );
    return [isFloat(x!.dtype) ? asDType(scaled, x!.dtype) : saturated(round(scaled), x!)];
  },
  inline: true,
});

/** The old pixel in which the middle of a new one lies. */
function nearest(x: Tensor, axis: number, size: number): Tensor {
  const position = divide(multiply(add(iotaTensor([size], 0, "float32"), 0.5), dimValue(x.shape[axis]!)), size);
  return gatherTensor(x, asDType(floor(position), "int32"), axis);
}

/** Whole floats as integers, held to what the dtype can express. */
function saturated(y: Tensor, like: Tensor): Tensor {
  const { dtype } = like;
  if (dtype === "bool") return asDType(y, "bool");
  const bits = itemBytes(dtype) * 8;
  const [least, most] = isUnsigned(dtype) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return asDType(minimum(maximum(y, least), most), dtype);
}

/** Sizes that are known: how an image is framed depends on them. */
function knownSizes(x: Tensor, height: number, width: number): readonly [number, number] {
  const [h, w]: readonly Dim[] = [x.shape[height]!, x.shape[width]!];
  if (!dim.isStatic(h!) || !dim.isStatic(w!))
    throw new ShapeError("keeping the aspect ratio needs images of known height and width", { op: "resize" });
  return [h, w];
}

function cropped(x: Tensor, height: number, width: number, { size: [th, tw] }: ResizeAttrs): Tensor {
  const [h, w] = knownSizes(x, height, width);
  const ch = Math.max(Math.min(h, Math.trunc((w * th!) / tw!)), 1);
  const cw = Math.max(Math.min(w, Math.trunc((h * tw!) / th!)), 1);
  const [top, left] = [Math.trunc((h - ch) / 2), Math.trunc((w - cw) / 2)];
  return sliceAxis(sliceAxis(x, height, top, top + ch), width, left, left + cw);
}

function padded(x: Tensor, height: number, width: number, { size: [th, tw], fillValue }: ResizeAttrs): Tensor {
  const [h, w] = knownSizes(x, height, width);
  const top = Math.trunc((Math.max(h, Math.trunc((w * th!) / tw!)) - h) / 2);
  const left = Math.trunc((Math.max(w, Math.trunc((h * tw!) / th!)) - w) / 2);
  const shape: Shape = x.shape;
  const border = shape.map((_, i) => (i === height ? top : i === width && top === 0 ? left : 0));
  return padTensor(
    x,
    border,
    border,
    shape.map(() => 0),
    fillValue,
  );
}

/** Options of {@link resize}. */
export interface ResizeOptions {
  /** Default `bilinear`. */
  readonly interpolation?: ResizeInterpolation | undefined;
  /** Whether all old pixels count when images become smaller. Default false. */
  readonly antialias?: boolean | undefined;
  /** Whether images are first cut to the new aspect ratio. Default false. */
  readonly cropToAspectRatio?: boolean | undefined;
  /** Whether images are first given borders to fit the new aspect ratio. Default false. */
  readonly padToAspectRatio?: boolean | undefined;
  /** How borders are filled: with a value. */
  readonly fillMode?: "constant" | undefined;
  /** Value of the borders; default 0. */
  readonly fillValue?: number | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Images in another size.
 *
 * @param images - [height, width, channels] or a batch of them, or with channels in front.
 * @param size - [height, width].
 * @returns The new size, of the dtype of `images`; integers are rounded and held to their range.
 * @throws {ShapeError} on another rank.
 * @throws {ArgumentError} on sizes that are not positive, an unknown interpolation, or both ways to keep the aspect ratio.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.image.resize(ops.ones([2, 4, 4, 3]), [8, 6], { dataFormat: "channels_last" }).shape); // [2, 8, 6, 3]
 * ```
 */
export function resize(images: KerasTensor, size: readonly number[], options?: ResizeOptions): KerasTensor;
export function resize(images: TensorLike, size: readonly number[], options?: ResizeOptions): Tensor;
export function resize(images: Other, size: readonly number[], options: ResizeOptions = {}): Tensor | KerasTensor {
  const {
    interpolation = "bilinear",
    antialias = false,
    cropToAspectRatio = false,
    padToAspectRatio = false,
    fillMode = "constant",
    fillValue = 0,
  } = options;
  if (!Array.isArray(size) || size.length !== 2 || size.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(`the size is [height, width] in positive whole numbers, got ${JSON.stringify(size)}`, {
      op: "resize",
    });
  }
  if (interpolation !== "nearest" && !Object.hasOwn(KERNELS, interpolation)) {
    throw new ArgumentError(
      `the interpolation is 'nearest', ${Object.keys(KERNELS)
        .map((k) => `'${k}'`)
        .join(", ")}; got '${String(interpolation)}'`,
      { op: "resize" },
    );
  }
  if (fillMode !== "constant")
    throw new ArgumentError(`the fill mode can only be 'constant', got '${String(fillMode)}'`, { op: "resize" });
  if (cropToAspectRatio && padToAspectRatio)
    throw new ArgumentError("crop or pad to the aspect ratio, not both", { op: "resize" });
  const value = shaped(images);
  if (rankOf(value) !== 3 && rankOf(value) !== 4)
    throw new ShapeError(`needs one image or a batch of images, got ${rankOf(value)} axes`, { op: "resize" });
  const dataFormat = dataFormatOf(options.dataFormat, "resize");
  return apply(resizeOp, [value], {
    size,
    interpolation,
    antialias,
    cropToAspectRatio,
    padToAspectRatio,
    fillMode,
    fillValue,
    dataFormat,
  })[0]!;
}
