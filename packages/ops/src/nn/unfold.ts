import { rankOf, shaped } from "../define/operand.ts";
import { dim, type Dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceTensor } from "../numpy/slice.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { windowsAlong } from "./patches.ts";
import { perAxis } from "./window.ts";

/** Arguments for height and width. */
interface UnfoldAttrs extends Readonly<Record<string, unknown>> {
  readonly kernelSize: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
}

interface FoldAttrs extends UnfoldAttrs {
  readonly outputSize: readonly number[];
}

/** Options of {@link unfold} and {@link fold}: one number for both axes, or one each. */
export interface UnfoldOptions {
  /** Distance between the elements of a window; default 1. */
  readonly dilation?: number | readonly number[] | undefined;
  /** Zeros added on both sides of each axis; default 0. */
  readonly padding?: number | readonly number[] | undefined;
  /** Distance between windows; default 1. */
  readonly stride?: number | readonly number[] | undefined;
}

function attrsOf(
  kernelSize: number | readonly number[],
  { dilation = 1, padding = 0, stride = 1 }: UnfoldOptions,
  op: string,
): UnfoldAttrs {
  const borders = typeof padding === "number" ? [padding, padding] : padding;
  if (borders.length !== 2 || borders.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new ArgumentError(`padding must be a whole number or two of them, got ${JSON.stringify(padding)}`, { op });
  }
  return {
    kernelSize: perAxis(kernelSize, 2, "kernel size", op),
    dilation: perAxis(dilation, 2, "dilation", op),
    padding: borders,
    stride: perAxis(stride, 2, "stride", op),
  };
}

/** Number of windows along height and width. */
function counts(
  sizes: readonly Dim[],
  { kernelSize, dilation, padding, stride }: UnfoldAttrs,
  op: string,
): readonly Dim[] {
  return sizes.map((size, i) => {
    const extent = dilation[i]! * (kernelSize[i]! - 1) + 1;
    const count = dim.add(dim.floordiv(dim.sub(dim.add(size, 2 * padding[i]!), extent), stride[i]!), 1);
    if (dim.isStatic(count) && count < 1)
      throw new ShapeError(
        `a window of ${extent} elements does not fit in an axis of ${String(size)} with padding ${padding[i]}`,
        { op },
      );
    return count;
  });
}

export const unfoldOp: OpDef<UnfoldAttrs> = defineOp<UnfoldAttrs>({
  name: "unfold",
  keras: "keras.src.ops.nn.Unfold",
  infer: ([x], attrs) => {
    const [n, c, ...sizes] = x!.shape;
    const [kh, kw] = attrs.kernelSize as [number, number];
    return [{ shape: [n!, dim.mul(c!, kh * kw), dim.product(counts(sizes, attrs, "unfold"))], dtype: x!.dtype }];
  },
  decompose: ([x], attrs) => {
    const [n, c, ...sizes] = x!.shape as unknown as readonly Dim[];
    const [kh, kw] = attrs.kernelSize as [number, number];
    const [ph, pw] = attrs.padding as [number, number];
    const padded = padTensor(x!, [0, 0, ph, pw], [0, 0, ph, pw], [0, 0, 0, 0], 0);
    const windows = counts(sizes, attrs, "unfold");
    const slides = windows.map((count, i) => ({
      axis: i + 2,
      count,
      taps: attrs.kernelSize[i]!,
      stride: attrs.stride[i]!,
      dilation: attrs.dilation[i]!,
    }));
    // [n, c, rows, kh, columns, kw] → [n, c, kh, kw, rows, columns]
    return [
      reshape(transpose(windowsAlong(padded, slides), [0, 1, 3, 5, 2, 4]), [
        n!,
        dim.mul(c!, kh * kw),
        dim.product(windows),
      ]),
    ];
  },
  inline: true,
});

export const foldOp: OpDef<FoldAttrs> = defineOp<FoldAttrs>({
  name: "fold",
  keras: "keras.src.ops.nn.Fold",
  infer: ([x], attrs) => {
    const [n, rows, windows] = x!.shape;
    const taps = attrs.kernelSize[0]! * attrs.kernelSize[1]!;
    if (dim.isStatic(rows!) && rows % taps !== 0)
      throw new ShapeError(`the second axis (${rows}) must be a multiple of the ${taps} elements of a window`, {
        op: "fold",
      });
    const expected = dim.product(counts(attrs.outputSize, attrs, "fold"));
    if (dim.isStatic(windows!) && windows !== expected) {
      throw new ShapeError(
        `windows over ${formatShape(attrs.outputSize)} are ${String(expected)}, but the last axis has ${windows}`,
        { op: "fold" },
      );
    }
    return [{ shape: [n!, dim.floordiv(rows!, taps), ...attrs.outputSize], dtype: x!.dtype }];
  },
  decompose: ([x], attrs) => {
    const [n, rows] = x!.shape as unknown as readonly Dim[];
    const [kh, kw] = attrs.kernelSize as [number, number];
    const c = dim.floordiv(rows!, kh * kw);
    const windows = counts(attrs.outputSize, attrs, "fold") as number[];
    const parts = reshape(x!, [n!, c, kh * kw, ...windows]);
    const whole = attrs.outputSize.map((size, i) => size + 2 * attrs.padding[i]!);
    let total: Tensor | null = null;
    for (let tap = 0; tap < kh * kw; tap++) {
      const at = [Math.floor(tap / kw), tap % kw].map((t, i) => t * attrs.dilation[i]!);
      const part = reshape(sliceTensor(parts, [0, 0, tap, 0, 0], [n!, c, tap + 1, ...windows]), [n!, c, ...windows]);
      const after = whole.map((size, i) => size - at[i]! - ((windows[i]! - 1) * attrs.stride[i]! + 1));
      const placed = padTensor(part, [0, 0, ...at], [0, 0, ...after], [0, 0, ...attrs.stride.map((s) => s - 1)], 0);
      total = total ? add(total, placed) : placed;
    }
    const [ph, pw] = attrs.padding as [number, number];
    return [sliceTensor(total!, [0, 0, ph, pw], [n!, c, whole[0]! - ph, whole[1]! - pw])];
  },
  inline: true,
});

/**
 * The windows of an image as columns ("im2col").
 *
 * @param x - [batch, channels, height, width].
 * @param kernelSize - Size of the windows, one number or [height, width].
 * @returns [batch, channels · window elements, windows].
 * @throws {ShapeError} unless x has four axes and a window fits.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.unfold(ops.zeros([1, 2, 5, 5]), 3).shape); // [1, 18, 9]
 * ```
 */
export function unfold(x: KerasTensor, kernelSize: number | readonly number[], options?: UnfoldOptions): KerasTensor;
export function unfold(x: TensorLike, kernelSize: number | readonly number[], options?: UnfoldOptions): Tensor;
export function unfold(
  x: Other,
  kernelSize: number | readonly number[],
  options: UnfoldOptions = {},
): Tensor | KerasTensor {
  const value = shaped(x);
  if (rankOf(value) !== 4) throw new ShapeError("needs images [batch, channels, height, width]", { op: "unfold" });
  return apply(unfoldOp, [value], attrsOf(kernelSize, options, "unfold"))[0]!;
}

/**
 * Adds columns up to an image: the transpose of {@link unfold}. Where windows overlap their elements are summed.
 *
 * @param x - [batch, channels · window elements, windows].
 * @param outputSize - Size of the image, one number or [height, width].
 * @param kernelSize - Size of the windows, one number or [height, width].
 * @returns [batch, channels, height, width].
 * @throws {ShapeError} unless x has three axes that fit the windows.
 * @throws {ArgumentError} when an option has a wrong length or value.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.fold(ops.zeros([1, 18, 9]), 5, 3).shape); // [1, 2, 5, 5]
 * ```
 */
export function fold(
  x: KerasTensor,
  outputSize: number | readonly number[],
  kernelSize: number | readonly number[],
  options?: UnfoldOptions,
): KerasTensor;
export function fold(
  x: TensorLike,
  outputSize: number | readonly number[],
  kernelSize: number | readonly number[],
  options?: UnfoldOptions,
): Tensor;
export function fold(
  x: Other,
  outputSize: number | readonly number[],
  kernelSize: number | readonly number[],
  options: UnfoldOptions = {},
): Tensor | KerasTensor {
  const value = shaped(x);
  if (rankOf(value) !== 3)
    throw new ShapeError("needs columns [batch, channels · window elements, windows]", { op: "fold" });
  return apply(foldOp, [value], {
    ...attrsOf(kernelSize, options, "fold"),
    outputSize: perAxis(outputSize, 2, "output size", "fold"),
  })[0]!;
}
