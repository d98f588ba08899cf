import { declareOperandDType } from "../define/declared.ts";
import type { Dim } from "../dim.ts";
import { floatResult, resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { getItem } from "../numpy/get-item.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { resample, type Kernel } from "./resampling.ts";

/** How new pixels are found; names with several dimensions mean the same. */
export type ScaleMethod =
  | "linear"
  | "bilinear"
  | "trilinear"
  | "cubic"
  | "bicubic"
  | "tricubic"
  | "lanczos3"
  | "lanczos5";

const KERNELS: Readonly<Record<ScaleMethod, Kernel>> = {
  linear: "linear",
  bilinear: "linear",
  trilinear: "linear",
  cubic: "cubic",
  bicubic: "cubic",
  tricubic: "cubic",
  lanczos3: "lanczos3",
  lanczos5: "lanczos5",
};

/** Attributes of {@link scaleAndTranslateOp}. */
interface ScaleAttrs extends Readonly<Record<string, unknown>> {
  readonly outputShape: readonly Dim[];
  readonly spatialDims: readonly number[];
  readonly method: ScaleMethod;
  readonly antialias: boolean;
}

export const scaleAndTranslateOp: OpDef<ScaleAttrs> = defineOp<ScaleAttrs>({
  name: "scale_and_translate",
  declare: declareOperandDType,
  keras: "keras.src.ops.image.ScaleAndTranslate",
  promote: ([x, scale, translation]) => {
    const parameters = floatResult(resultType(scale!.dtype, translation!.dtype));
    return [floatResult(resultType(x!.dtype)), parameters, parameters];
  },
  toConfig: ({ spatialDims, method, antialias }) => ({ spatial_dims: spatialDims, method, antialias }),
  resolve: ([x], given) => ({
    ...given,
    spatialDims: given.spatialDims.map((d) => normalizeAxis(d, x!.shape.length, "scale_and_translate")),
  }),
  infer: ([x, scale, translation], { outputShape, spatialDims }) => {
    if (outputShape.length !== x!.shape.length) {
      throw new ShapeError(
        `the output shape ${formatShape(outputShape)} must have as many axes as ${formatShape(x!.shape)}`,
        { op: "scale_and_translate" },
      );
    }
    for (const parameter of [scale!, translation!]) {
      if (parameter.shape.length !== 1 || parameter.shape[0] !== spatialDims.length) {
        throw new ShapeError(
          `scale and translation need one value for each of ${spatialDims.length} axes, got ${formatShape(parameter.shape)}`,
          { op: "scale_and_translate" },
        );
      }
    }
    const shape = x!.shape.map((size, axis) => {
      const wanted = outputShape[axis]!;
      if (spatialDims.includes(axis)) return wanted;
      if (typeof size === "number" && typeof wanted === "number" && size !== wanted) {
        throw new ShapeError(
          `axis ${axis} is not scaled, so it keeps its size ${size}; the output shape is ${formatShape(outputShape)}`,
          { op: "scale_and_translate" },
        );
      }
      return size;
    });
    return [{ shape, dtype: x!.dtype }];
  },
  decompose: ([x, scale, translation], { outputShape, spatialDims, method, antialias }) => {
    const scalings = spatialDims.map((axis, i) => ({
      axis,
      size: outputShape[axis]!,
      scale: getItem(scale!, i),
      translation: getItem(translation!, i),
    }));
    return [resample(x!, scalings, KERNELS[method], antialias)];
  },
  inline: true,
});

/** Options of {@link scaleAndTranslate}. */
export interface ScaleAndTranslateOptions {
  /** Whether all old pixels count when images become smaller. Default true. */
  readonly antialias?: boolean | undefined;
}

/**
 * Scales and moves images along some axes. The old pixel i lies at i · scale + translation of the new axis, both counted from the edge.
 *
 * @param images - Any shape; integers become floatx.
 * @param outputShape - Shape of the result; other axes must keep their size.
 * @param scale - One factor per axis of `spatialDims`.
 * @param translation - One shift per axis of `spatialDims`, in new pixels.
 * @param spatialDims - The axes.
 * @param method - Interpolation.
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ArgumentError} on an unknown method.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.image.scaleAndTranslate(ops.ones([4, 4, 1]), [8, 8, 1], [2, 2], [0, 0], [0, 1], "linear");
 * console.log(y.shape); // [8, 8, 1]
 * ```
 */
export function scaleAndTranslate(
  images: KerasTensor,
  outputShape: readonly Dim[],
  scale: Other,
  translation: Other,
  spatialDims: readonly number[],
  method: ScaleMethod,
  options?: ScaleAndTranslateOptions,
): KerasTensor;
export function scaleAndTranslate(
  images: TensorLike,
  outputShape: readonly Dim[],
  scale: TensorLike,
  translation: TensorLike,
  spatialDims: readonly number[],
  method: ScaleMethod,
  options?: ScaleAndTranslateOptions,
): Tensor;
export function scaleAndTranslate(
  images: Other,
  outputShape: readonly Dim[],
  scale: Other,
  translation: Other,
  spatialDims: readonly number[],
  method: ScaleMethod,
  options: ScaleAndTranslateOptions = {},
): Tensor | KerasTensor {
  if (!Object.hasOwn(KERNELS, method)) {
    throw new ArgumentError(
      `the method is one of ${Object.keys(KERNELS)
        .map((k) => `'${k}'`)
        .join(", ")}; got '${String(method)}'`,
      { op: "scale_and_translate" },
    );
  }
  return apply(scaleAndTranslateOp, [images, scale, translation], {
    outputShape,
    spatialDims,
    method,
    antialias: options.antialias ?? true,
  })[0]!;
}
