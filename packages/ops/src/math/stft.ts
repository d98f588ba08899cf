import { dim, type Dim, type Shape } from "../dim.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { windowsAlong } from "../nn/patches.ts";
import { imag, real } from "../numpy/complex.ts";
import { multiply } from "../numpy/multiply.ts";
import { pad } from "../numpy/pad.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkTransformDType } from "./complex-pair.ts";
import { checkLength } from "./extract-sequences.ts";
import { realTransform } from "./rfft.ts";
import { checkWindow, splitWindow, windowValues, type Window, type WindowAttr } from "./window.ts";

/** Attributes of {@link stftOp}. */
interface StftAttrs extends Readonly<Record<string, unknown>> {
  readonly sequenceLength: number;
  readonly sequenceStride: number;
  readonly fftLength: number;
  readonly window: WindowAttr;
  readonly center: boolean;
}

function frames(size: Dim, { sequenceStride, fftLength, center }: StftAttrs): Dim {
  const padded = dim.add(size, center ? 2 * Math.floor(fftLength / 2) : 0);
  return dim.add(dim.floordiv(dim.sub(padded, fftLength), sequenceStride), 1);
}

export const stftOp: OpDef<StftAttrs> = defineOp<StftAttrs>({
  name: "stft",
  keras: "keras.src.ops.math.STFT",
  promote: (inputs) => inputs.map((x, i) => resultType(i === 0 ? x.dtype : inputs[0]!.dtype)),
  infer: ([x, window], attrs) => {
    checkTransformDType(x!.dtype, "stft");
    if (x!.shape.length === 0) throw new ShapeError("a scalar has no frequencies", { op: "stft" });
    checkWindow(window, attrs.sequenceLength, "stft");
    const count = frames(x!.shape.at(-1)!, attrs);
    if (dim.isStatic(count) && count < 1) {
      throw new ShapeError(`a frame of ${attrs.fftLength} elements does not fit into ${formatShape(x!.shape)}`, {
        op: "stft",
      });
    }
    const spec = { shape: [...x!.shape.slice(0, -1), count, Math.floor(attrs.fftLength / 2) + 1], dtype: x!.dtype };
    return [spec, spec];
  },
  decompose: ([x, window], attrs) => {
    const { sequenceLength, sequenceStride, fftLength } = attrs;
    const shape: Shape = x!.shape;
    const axis = shape.length - 1;
    const border = Math.floor(fftLength / 2);
    const widths = shape.map((_, i): [number, number] => (i === axis ? [border, border] : [0, 0]));
    const signal = attrs.center ? pad(x!, widths, { mode: "reflect" }) : x!;
    const cut = windowsAlong(signal, [
      { axis, count: frames(shape[axis]!, attrs), taps: fftLength, stride: sequenceStride, dilation: 1 },
    ]);
    const weighted = multiply(cut, windowValues(attrs.window, window, sequenceLength, fftLength, x!.dtype));
    const y = realTransform(weighted, fftLength);
    return [real(y), imag(y)];
  },
  inline: true,
});

/** Options of {@link stft}. */
export interface StftOptions {
  /** Default `hann`. */
  readonly window?: Window | undefined;
  /** Whether the signal is mirrored at its ends, so that frame t is centered at t · stride. Default true. */
  readonly center?: boolean | undefined;
}

/**
 * Short-time Fourier transform: the frequencies of overlapping frames along the last axis.
 *
 * @param x - float32 or float64 [..., length].
 * @param sequenceLength - Elements of the window.
 * @param sequenceStride - Distance between frames.
 * @param fftLength - Elements of a frame, in whose middle the window lies; at least `sequenceLength`.
 * @returns [real, imaginary], each [..., frames, fftLength / 2 + 1].
 * @throws {ArgumentError} when a length is not a positive whole number, or the window is unknown.
 * @throws {ShapeError} when no frame fits, or the window has another length.
 * @throws {DTypeError} unless x is float32 or float64.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [re] = ops.stft(ops.ones([16]), 4, 2, 8);
 * console.log(re.shape); // [9, 5]
 * ```
 */
export function stft(
  x: KerasTensor,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options?: StftOptions,
): [KerasTensor, KerasTensor];
export function stft(
  x: TensorLike,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options?: StftOptions,
): [Tensor, Tensor];
export function stft(
  x: Other,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options: StftOptions = {},
): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  checkLength(sequenceLength, "the sequence length", "stft");
  checkLength(sequenceStride, "the sequence stride", "stft");
  checkLength(fftLength, "the length of the transform", "stft");
  if (fftLength < sequenceLength)
    throw new ArgumentError(`the transform (${fftLength}) must be at least as long as a sequence (${sequenceLength})`, {
      op: "stft",
    });
  const { window = "hann", center = true } = options;
  const split = splitWindow(window, "stft");
  const [re, im] = apply(stftOp, [x, ...split.operands], {
    sequenceLength,
    sequenceStride,
    fftLength,
    window: split.window,
    center,
  });
  return [re!, im!];
}
