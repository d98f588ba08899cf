import { dim, type Dim, type Shape } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { greater } from "../numpy/compare.ts";
import { complex } from "../numpy/complex.ts";
import { divide } from "../numpy/divide.ts";
import { multiply } from "../numpy/multiply.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { square } from "../numpy/square.ts";
import { sum } from "../numpy/sum.ts";
import { where } from "../numpy/where.ts";
import { ArgumentError } from "../errors.ts";
import { resultType } from "../dtype.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkPair, pairOf, type ComplexPair } from "./complex-pair.ts";
import { checkLength } from "./extract-sequences.ts";
import { inverseRealTransform } from "./rfft.ts";
import { checkWindow, splitWindow, windowValues, type Window, type WindowAttr } from "./window.ts";

/** Attributes of {@link istftOp}. */
interface IstftAttrs extends Readonly<Record<string, unknown>> {
  readonly sequenceLength: number;
  readonly sequenceStride: number;
  readonly fftLength: number;
  readonly length: number | null;
  readonly window: WindowAttr;
  readonly center: boolean;
}

/** Part of the whole signal that is kept: [start, end). */
function kept(frames: Dim, { sequenceStride, fftLength, length, center }: IstftAttrs): readonly [number, Dim] {
  const whole = dim.add(dim.mul(dim.sub(frames, 1), sequenceStride), fftLength);
  const start = center ? Math.floor(fftLength / 2) : 0;
  if (length === null) return [start, dim.sub(whole, start)];
  const end = start + length;
  return [start, dim.isStatic(whole) ? Math.min(end, whole) : end];
}

export const istftOp: OpDef<IstftAttrs> = defineOp<IstftAttrs>({
  name: "istft",
  keras: "keras.src.ops.math.ISTFT",
  promote: (inputs) => inputs.map((x, i) => resultType(i < 2 ? x.dtype : inputs[0]!.dtype)),
  infer: ([re, im, window], attrs) => {
    checkPair(re!, im!, 2, "istft");
    checkWindow(window, attrs.sequenceLength, "istft");
    const [start, end] = kept(re!.shape.at(-2)!, attrs);
    return [{ shape: [...re!.shape.slice(0, -2), dim.sub(end, start)], dtype: re!.dtype }];
  },
  decompose: ([re, im, operand], attrs) => {
    const { sequenceLength, sequenceStride, fftLength, window } = attrs;
    const values = windowValues(window, operand, sequenceLength, fftLength, re!.dtype);
    const total = sum(values);
    const frames = multiply(inverseRealTransform(complex(re!, im!), fftLength), multiply(values, total));
    const count: Dim = (re!.shape as Shape).at(-2)!;
    const weight = overlapAdd(broadcastTo(square(values), [count, fftLength]), sequenceStride);
    const signal = divide(overlapAdd(frames, sequenceStride), where(greater(weight, 1e-10), weight, 1));
    // Scaled as Keras does: without a window by the stride.
    const scaled = divide(signal, window === null ? sequenceStride : total);
    const [start, end] = kept(count, attrs);
    return [sliceAxis(scaled, scaled.ndim - 1, start, end)];
  },
  inline: true,
});

/** Frames [..., count, length] laid over one another at a distance, and summed. */
function overlapAdd(frames: Tensor, stride: number): Tensor {
  const shape: Shape = frames.shape;
  const [count, length] = shape.slice(-2) as [Dim, number];
  const leading = shape.slice(0, -2);
  const none = leading.map(() => 0);
  // A frame is so many blocks of a stride's length; block j of frame t belongs to block t + j of the signal.
  const blocks = Math.ceil(length / stride);
  const even = padTensor(frames, [...none, 0, 0], [...none, 0, blocks * stride - length], [...none, 0, 0], 0);
  const parts = reshape(even, [...leading, count, blocks, stride]);
  let total: Tensor | null = null;
  for (let j = 0; j < blocks; j++) {
    const part = reshape(sliceAxis(parts, leading.length + 1, j, j + 1), [...leading, count, stride]);
    const placed = padTensor(part, [...none, j, 0], [...none, blocks - 1 - j, 0], [...none, 0, 0], 0);
    total = total ? add(total, placed) : placed;
  }
  const flat = reshape(total!, [...leading, dim.mul(dim.add(count, blocks - 1), stride)]);
  return sliceAxis(flat, leading.length, 0, dim.add(dim.mul(dim.sub(count, 1), stride), length));
}

/** Options of {@link istft}. */
export interface IstftOptions {
  /** Length of the result; default: all that the frames cover. */
  readonly length?: number | null | undefined;
  /** The window of the transform; default `hann`. */
  readonly window?: Window | undefined;
  /** Whether the signal was mirrored at its ends; default true. */
  readonly center?: boolean | undefined;
}

/**
 * The signal of which a short-time Fourier transform was made: the inverse of `stft`.
 *
 * Source: Griffin and Lim, Signal Estimation from Modified Short-Time Fourier Transform (1984).
 *
 * @param x - [real, imaginary], each float [..., frames, fftLength / 2 + 1].
 * @param sequenceLength - Elements of the window.
 * @param sequenceStride - Distance between frames.
 * @param fftLength - Elements of a frame.
 * @returns [..., length].
 * @throws {ArgumentError} when a length is not a positive whole number, or the window is unknown.
 * @throws {ShapeError} when the parts differ in shape, or the window has another length.
 * @throws {DTypeError} unless the parts are float32 or float64.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.ones([16]);
 * console.log(await ops.sum(ops.istft(ops.stft(x, 4, 2, 4), 4, 2, 4)).item()); // about 16
 * ```
 */
export function istft(
  x: ComplexPair<KerasTensor>,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options?: IstftOptions,
): KerasTensor;
export function istft(
  x: ComplexPair<TensorLike>,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options?: IstftOptions,
): Tensor;
export function istft(
  x: ComplexPair<Other>,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options: IstftOptions = {},
): Tensor | KerasTensor {
  checkLength(sequenceLength, "the sequence length", "istft");
  checkLength(sequenceStride, "the sequence stride", "istft");
  checkLength(fftLength, "the length of the transform", "istft");
  if (fftLength < sequenceLength)
    throw new ArgumentError(`the transform (${fftLength}) must be at least as long as a sequence (${sequenceLength})`, {
      op: "istft",
    });
  const { length = null, window = "hann", center = true } = options;
  if (length !== null) checkLength(length, "the length of the result", "istft");
  const split = splitWindow(window, "istft");
  const attrs = { sequenceLength, sequenceStride, fftLength, length, window: split.window, center };
  return apply(istftOp, [...pairOf(x, "istft"), ...split.operands], attrs)[0]!;
}
