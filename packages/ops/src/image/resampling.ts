import { asDType } from "../define/as-dtype.ts";
import { dimValue } from "../define/size-along.ts";
import type { Dim } from "../dim.ts";
import type { DType } from "../dtype.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { greater, greaterEqual, lessEqual, notEqual } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { dotGeneral } from "../numpy/dot-general.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { maximum } from "../numpy/maximum.ts";
import { moveaxis } from "../numpy/moveaxis.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { sin } from "../numpy/trigonometry.ts";
import { where } from "../numpy/where.ts";
import type { Scalar } from "../scalar.ts";
import type { Tensor } from "../tensor.ts";

/** Kernels of resampling. @internal */
export type Kernel = "linear" | "cubic" | "lanczos3" | "lanczos5";

/** Weight of a pixel at a distance x ≥ 0, in pixels. */
function weight(kernel: Kernel, x: Tensor): Tensor {
  switch (kernel) {
    case "linear":
      return maximum(subtract(1, x), 0);
    case "cubic":
      return cubic(x);
    default:
      return lanczos(kernel === "lanczos3" ? 3 : 5, x);
  }
}

/** Keys, Cubic Convolution Interpolation for Digital Image Processing (1981), with a = -0.5. */
function cubic(x: Tensor): Tensor {
  const near = add(multiply(multiply(subtract(multiply(x, 1.5), 2.5), x), x), 1);
  const far = add(multiply(subtract(multiply(add(multiply(x, -0.5), 2.5), x), 4), x), 2);
  return where(greaterEqual(x, 2), 0, where(greaterEqual(x, 1), far, near));
}

/** Duchon, Lanczos Filtering in One and Two Dimensions (1979). */
function lanczos(radius: number, x: Tensor): Tensor {
  const y = multiply(multiply(sin(multiply(x, Math.PI)), sin(multiply(x, Math.PI / radius))), radius);
  const square = where(notEqual(x, 0), multiply(multiply(x, x), Math.PI ** 2), 1);
  return where(greater(x, radius), 0, where(greater(x, 1e-3), divide(y, square), 1));
}

/** Pixels [from, to] → weights of the old pixels for the new ones. */
function weights(
  from: Dim,
  to: Dim,
  scale: Tensor | Scalar,
  translation: Tensor | Scalar,
  kernel: Kernel,
  antialias: boolean,
  dtype: DType,
): Tensor {
  const inverse = divide(1, scale) as Tensor;
  // Where pixels become fewer each covers several old ones.
  const spread = antialias ? maximum(inverse, 1) : 1;
  const center = multiply(add(iotaTensor([1, to], 1, dtype), 0.5), inverse);
  const position = subtract(subtract(center, multiply(translation, inverse)), 0.5);
  const distance = absolute(subtract(position, iotaTensor([from, 1], 0, dtype)));
  const raw = weight(kernel, divide(distance, spread));
  const total = sum(raw, { axis: 0, keepdims: true });
  const sensible = greater(absolute(total), 1000 * 2 ** -23);
  const normal = where(sensible, divide(raw, where(notEqual(total, 0), total, 1)), 0);
  const inside = logicalAnd(greaterEqual(position, -0.5), lessEqual(position, subtract(dimValue(from), 0.5)));
  return where(inside, normal, 0);
}

/** How one axis is resampled: pixel i of the old axis lies at i · scale + translation of the new one. @internal */
export interface AxisScaling {
  readonly axis: number;
  readonly size: Dim;
  readonly scale: Tensor | Scalar;
  readonly translation: Tensor | Scalar;
}

/** Resamples float images along some axes, one after another. @internal */
export function resample(x: Tensor, scalings: readonly AxisScaling[], kernel: Kernel, antialias: boolean): Tensor {
  const dtype: DType = x.dtype === "float64" ? "float64" : "float32";
  return scalings.reduce((y, { axis, size, scale, translation }) => {
    const matrix = asDType(weights(y.shape[axis]!, size, scale, translation, kernel, antialias, dtype), y.dtype);
    const last = y.ndim - 1;
    return moveaxis(dotGeneral(y, matrix, { contract: [[axis], [0]], batch: [[], []] }), last, axis);
  }, x);
}
