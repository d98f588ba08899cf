import { declareOperandDType } from "../define/declared.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { complex, conj, imag, real } from "../numpy/complex.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { flip } from "../numpy/flip.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { resolveOptions } from "../define/options.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkPair, checkTransformDType, pairOf, type ComplexPair } from "./complex-pair.ts";
import { transform } from "./fft.ts";

/** Attributes of {@link rfftOp} and {@link irfftOp}. */
interface LengthAttrs extends Readonly<Record<string, unknown>> {
  /** Number of real values; null: as the operand has them. */
  readonly fftLength: number | null;
}

/** The last axis cut or filled up with zeros to a size. */
function toLength(x: Tensor, size: Dim): Tensor {
  const shape: Shape = x.shape;
  const axis = shape.length - 1;
  const old = shape[axis]!;
  if (dim.equal(old, size)) return x;
  const none = shape.map(() => 0);
  if (dim.isStatic(old) && dim.isStatic(size) && size < old) return sliceAxis(x, axis, 0, size);
  return padTensor(x, none, none.with(axis, dim.sub(size, old) as number), none, 0);
}

const bins = (length: Dim): Dim => dim.add(dim.floordiv(length, 2), 1);

/** Non-negative frequencies of real values along the last axis: complex [..., length / 2 + 1]. @internal */
export function realTransform(x: Tensor, length: Dim): Tensor {
  const cut = toLength(x, length);
  return sliceAxis(transform(complex(cut, zerosLike(cut)), false), x.ndim - 1, 0, bins(length));
}

/** Real values along the last axis from their non-negative frequencies. @internal */
export function inverseRealTransform(x: Tensor, length: number): Tensor {
  const axis = x.ndim - 1;
  const half = toLength(x, bins(length));
  // The negative frequencies of real values are the conjugates of the positive ones.
  const mirrored = conj(flip(sliceAxis(half, axis, 1, Math.ceil(length / 2)), { axis }));
  return real(transform(concatenate([half, mirrored], { axis }), true));
}

function checkLength(length: number | null, op: string): void {
  if (length !== null && (!Number.isInteger(length) || length < 1))
    throw new ArgumentError(`the length must be a positive whole number, got ${String(length)}`, { op });
}

function lastSize(x: Spec, op: string): Dim {
  const size = x.shape.at(-1);
  if (size === undefined) throw new ShapeError("a scalar has no frequencies", { op });
  if (size === 0) throw new ShapeError("the last axis is empty", { op });
  return size;
}

export const rfftOp: OpDef<LengthAttrs> = defineOp<LengthAttrs>({
  name: "rfft",
  keras: "keras.src.ops.math.RFFT",
  promote: "float",
  infer: ([x], { fftLength }) => {
    const size = lastSize(x!, "rfft");
    checkTransformDType(x!.dtype, "rfft");
    const spec = { shape: [...x!.shape.slice(0, -1), bins(fftLength ?? size)], dtype: x!.dtype };
    return [spec, spec];
  },
  declare: declareOperandDType,
  decompose: ([x], { fftLength }) => {
    const y = realTransform(x!, fftLength ?? lastSize(x!, "rfft"));
    return [real(y), imag(y)];
  },
  inline: true,
});

export const irfftOp: OpDef<LengthAttrs> = defineOp<LengthAttrs>({
  name: "irfft",
  keras: "keras.src.ops.math.IRFFT",
  listInput: true,
  infer: ([re, im], { fftLength }) => {
    checkPair(re!, im!, 1, "irfft");
    const length = fftLength ?? dim.mul(dim.sub(lastSize(re!, "irfft"), 1), 2);
    if (length === 0)
      throw new ShapeError("one frequency alone does not tell the length: pass `fftLength`", { op: "irfft" });
    return [{ shape: [...re!.shape.slice(0, -1), length], dtype: re!.dtype }];
  },
  decompose: ([re, im], { fftLength }) => [
    inverseRealTransform(complex(re!, im!), fftLength ?? 2 * (re!.shape.at(-1)! - 1)),
  ],
  inline: true,
});

/** Options of {@link rfft} and {@link irfft}. */
export interface FftLengthOptions {
  /** Number of real values: they are cut, or filled up with zeros. Default: as many as there are (`irfft`: 2 · (frequencies - 1)). */
  readonly fftLength?: number | null | undefined;
}

/**
 * Fourier transform of real values along the last axis: the non-negative frequencies.
 *
 * @param x - Real values of any shape but a scalar; integers become floatx.
 * @returns [real, imaginary], each [..., fftLength / 2 + 1].
 * @throws {ShapeError} for a scalar or an empty axis.
 * @throws {DTypeError} for half and complex dtypes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [re, im] = ops.rfft([1, 0, 0, 0]);
 * console.log(await re.array(), await im.array()); // [1, 1, 1] [0, 0, 0]
 * ```
 */
export function rfft(x: KerasTensor, options?: FftLengthOptions): [KerasTensor, KerasTensor];
export function rfft(x: TensorLike, options?: FftLengthOptions): [Tensor, Tensor];
export function rfft(x: Other, options?: FftLengthOptions): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const { fftLength = null } = resolveOptions<FftLengthOptions>(options);
  checkLength(fftLength, "rfft");
  const [re, im] = apply(rfftOp, [x], { fftLength });
  return [re!, im!];
}

/**
 * Real values along the last axis from their non-negative frequencies: the inverse of {@link rfft}.
 *
 * @param x - [real, imaginary], two float tensors of one shape.
 * @returns [..., fftLength].
 * @throws {ArgumentError} unless `x` are two tensors.
 * @throws {ShapeError} when their shapes differ.
 * @throws {DTypeError} unless they are float32 or float64.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.irfft([ops.array([1, 1, 1]), ops.zeros([3])]).array()); // [1, 0, 0, 0]
 * ```
 */
export function irfft(x: ComplexPair<KerasTensor>, options?: FftLengthOptions): KerasTensor;
export function irfft(x: ComplexPair<TensorLike>, options?: FftLengthOptions): Tensor;
export function irfft(x: ComplexPair<Other>, options?: FftLengthOptions): Tensor | KerasTensor {
  const { fftLength = null } = resolveOptions<FftLengthOptions>(options);
  checkLength(fftLength, "irfft");
  return apply(irfftOp, pairOf(x, "irfft"), { fftLength })[0]!;
}
