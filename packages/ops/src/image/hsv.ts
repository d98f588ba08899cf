import { cast } from "../core/cast.ts";
import { apply } from "../execution/dispatch.ts";
import { machineEpsilon } from "../linalg/pinv.ts";
import { dataFormatOf } from "../nn/data-format.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { clip } from "../numpy/clip.ts";
import { equal, greater, less } from "../numpy/compare.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { divide } from "../numpy/divide.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { mod } from "../numpy/mod.ts";
import { multiply } from "../numpy/multiply.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { FormatAttrs, FormatOptions } from "./grayscale.ts";
import { checkColor } from "./image-axes.ts";

type Planes = readonly [Tensor, Tensor, Tensor];

/* @__NO_SIDE_EFFECTS__ */
function defineColorOp(
  name: string,
  keras: string,
  convert: (planes: Planes, x: Tensor) => Planes,
): OpDef<FormatAttrs> {
  return defineOp<FormatAttrs>({
    name,
    keras,
    infer: ([x], { dataFormat }) => {
      checkColor(x!, dataFormat, name);
      return [x!];
    },
    decompose: ([x], { dataFormat }) => {
      const { channel } = checkColor(x!, dataFormat, name);
      const plane = (i: number): Tensor => sliceAxis(x!, channel, i, i + 1);
      return [concatenate(convert([plane(0), plane(1), plane(2)], x!), { axis: channel })];
    },
    inline: true,
  });
}

export const rgbToHsvOp: OpDef<FormatAttrs> = defineColorOp(
  "rgb_to_hsv",
  "keras.src.ops.image.RGBToHSV",
  (planes, x) => {
    const epsilon = machineEpsilon(x.dtype);
    const [r, g, b] = planes.map((p) => where(less(absolute(p), epsilon), 0, p)) as unknown as Planes;
    const value = maximum(maximum(r, g), b);
    const range = subtract(value, minimum(minimum(r, g), b));
    const [bright, colored] = [greater(value, 0), greater(range, 0)];
    const saturation = where(bright, divide(range, where(bright, value, 1)), 0);
    const scale = divide(1 / 6, where(colored, range, 1));
    const towards = (first: Tensor, second: Tensor, start: number): Tensor =>
      add(multiply(scale, subtract(first, second)), start);
    const angle = where(
      equal(value, r),
      multiply(scale, subtract(g, b)),
      where(equal(value, g), towards(b, r, 2 / 6), towards(r, g, 4 / 6)),
    );
    const hue = add(where(colored, angle, 0), cast(less(angle, 0), x.dtype));
    return [hue, saturation, value];
  },
);

export const hsvToRgbOp: OpDef<FormatAttrs> = defineColorOp(
  "hsv_to_rgb",
  "keras.src.ops.image.HSVToRGB",
  ([hue, saturation, value]) => {
    const sextant = multiply(mod(hue, 1), 6);
    const distance = (center: number): Tensor => absolute(subtract(sextant, center));
    const parts = [subtract(distance(3), 1), subtract(2, distance(2)), subtract(2, distance(4))];
    const gray = subtract(1, saturation);
    return parts.map((part) => multiply(value, add(gray, multiply(saturation, clip(part, 0, 1))))) as unknown as Planes;
  },
);

/**
 * Red, green and blue as hue, saturation and value.
 *
 * @param images - Floats in [0, 1]: [height, width, 3] or a batch of them, or with channels in front.
 * @returns The same shape.
 * @throws {ShapeError} unless there are 3 channels.
 * @throws {DTypeError} unless the images are floats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.image.rgbToHsv([[[0, 0, 1]]], { dataFormat: "channels_last" }).array()); // about [[[0.667, 1, 1]]]
 * ```
 */
export function rgbToHsv(images: KerasTensor, options?: FormatOptions): KerasTensor;
export function rgbToHsv(images: TensorLike, options?: FormatOptions): Tensor;
export function rgbToHsv(images: Other, options: FormatOptions = {}): Tensor | KerasTensor {
  return apply(rgbToHsvOp, [images], { dataFormat: dataFormatOf(options.dataFormat, "rgb_to_hsv") })[0]!;
}

/**
 * Hue, saturation and value as red, green and blue.
 *
 * @param images - Floats in [0, 1]: [height, width, 3] or a batch of them, or with channels in front.
 * @returns The same shape.
 * @throws {ShapeError} unless there are 3 channels.
 * @throws {DTypeError} unless the images are floats.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.image.hsvToRgb([[[0, 1, 1]]], { dataFormat: "channels_last" }).array()); // [[[1, 0, 0]]]
 * ```
 */
export function hsvToRgb(images: KerasTensor, options?: FormatOptions): KerasTensor;
export function hsvToRgb(images: TensorLike, options?: FormatOptions): Tensor;
export function hsvToRgb(images: Other, options: FormatOptions = {}): Tensor | KerasTensor {
  return apply(hsvToRgbOp, [images], { dataFormat: dataFormatOf(options.dataFormat, "hsv_to_rgb") })[0]!;
}
