import { asDType } from "../define/as-dtype.ts";
import type { Shape } from "../dim.ts";
import { floatResult, resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { dataFormatOf, type DataFormat } from "../nn/data-format.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { mean } from "../numpy/mean.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { bellCurve, filterChannels, product } from "./gaussian-blur.ts";
import { imageAxes } from "./image-axes.ts";

/** Attributes of {@link ssimOp}. */
interface SsimAttrs extends Readonly<Record<string, unknown>> {
  readonly maxVal: number;
  readonly filterSize: number;
  readonly filterSigma: number;
  readonly k1: number;
  readonly k2: number;
  readonly dataFormat: DataFormat;
}

export const ssimOp: OpDef<SsimAttrs> = defineOp<SsimAttrs>({
  name: "ssim",
  keras: "keras.src.ops.image.SSIM",
  promote: (inputs) => inputs.map(() => resultType(...inputs.map((x) => x.dtype))),
  infer: ([a, b], { dataFormat }) => {
    imageAxes(a!, dataFormat, "ssim");
    if (a!.shape.length !== b!.shape.length || a!.shape.some((d, i) => unify(d, b!.shape[i]!) === null)) {
      throw new ShapeError(
        `both images must have one shape, got ${formatShape(a!.shape)} and ${formatShape(b!.shape)}`,
        { op: "ssim" },
      );
    }
    return [{ shape: a!.shape.slice(0, -3), dtype: a!.dtype }];
  },
  decompose: ([a, b], attrs) => {
    const result = similarity(batch(a!, attrs.dataFormat), batch(b!, attrs.dataFormat), attrs);
    return [asDType(reshape(result, a!.shape.slice(0, -3)), a!.dtype)];
  },
  inline: true,
});

/** Floats [n, h, w, c]. */
function batch(x: Tensor, format: DataFormat): Tensor {
  const shape: Shape = x.shape;
  const images = asDType(shape.length === 3 ? reshape(x, [1, ...shape]) : x, floatResult(x.dtype));
  return format === "channels_last" ? images : transpose(images, [0, 2, 3, 1]);
}

function similarity(a: Tensor, b: Tensor, { maxVal, filterSize, filterSigma, k1, k2 }: SsimAttrs): Tensor {
  const curve = bellCurve(filterSize, filterSigma);
  const local = (x: Tensor): Tensor => filterChannels(x, product(curve, curve), "valid");
  const [c1, c2] = [(k1 * maxVal) ** 2, (k2 * maxVal) ** 2];
  const [meanA, meanB] = [local(a), local(b)];
  const both = multiply(meanA, meanB);
  const [squareA, squareB] = [square(meanA), square(meanB)];
  const spreadA = subtract(local(square(a)), squareA);
  const spreadB = subtract(local(square(b)), squareB);
  const shared = subtract(local(multiply(a, b)), both);
  const numerator = multiply(add(multiply(both, 2), c1), add(multiply(shared, 2), c2));
  const denominator = multiply(add(add(squareA, squareB), c1), add(add(spreadA, spreadB), c2));
  return mean(divide(numerator, denominator), { axis: [1, 2, 3] });
}

/** Options of {@link ssim}. */
export interface SsimOptions {
  /** The largest value that a pixel can have; default 1. */
  readonly maxVal?: number | undefined;
  /** Size of the windows that are compared; default 11. */
  readonly filterSize?: number | undefined;
  /** Standard deviation of the weights in a window; default 1.5. */
  readonly filterSigma?: number | undefined;
  /** Keeps the comparison of means finite; default 0.01. */
  readonly k1?: number | undefined;
  /** Keeps the comparison of spreads finite; default 0.03. */
  readonly k2?: number | undefined;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null | undefined;
}

/**
 * Structural similarity of images, at most 1.
 *
 * Source: Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity (2004).
 *
 * @param image1 - [height, width, channels] or a batch of them, or with channels in front; at least as large as the filter.
 * @param image2 - The same shape.
 * @returns A scalar, or [batch].
 * @throws {ShapeError} when the shapes differ or are smaller than the filter.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.ones([16, 16, 1]);
 * console.log(await ops.image.ssim(x, x, { dataFormat: "channels_last" }).item()); // 1
 * ```
 */
export function ssim(image1: KerasTensor, image2: Other, options?: SsimOptions): KerasTensor;
export function ssim(image1: Other, image2: KerasTensor, options?: SsimOptions): KerasTensor;
export function ssim(image1: TensorLike, image2: TensorLike, options?: SsimOptions): Tensor;
export function ssim(image1: Other, image2: Other, options: SsimOptions = {}): Tensor | KerasTensor {
  const { maxVal = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03 } = options;
  if (!Number.isInteger(filterSize) || filterSize < 1)
    throw new ArgumentError(`the filter size must be a positive whole number, got ${String(filterSize)}`, {
      op: "ssim",
    });
  return apply(ssimOp, [image1, image2], {
    maxVal,
    filterSize,
    filterSigma,
    k1,
    k2,
    dataFormat: dataFormatOf(options.dataFormat, "ssim"),
  })[0]!;
}
