import type { NoAttrs } from "../define/attrs.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { complex, imag, real } from "../numpy/complex.ts";
import { swapaxes } from "../numpy/swapaxes.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkPair, pairOf, type ComplexPair } from "./complex-pair.ts";

/** The primitive: complex values along the last axis; the inverse divides by their number. */
export const fftOp: OpDef<{ readonly inverse: boolean }> = defineOp({
  name: "fft",
  infer: ([x]) => [x!],
  // The matrix of the transform is symmetric.
  vjp: ({ attrs: { inverse }, grads: [g] }) => [transform(g!, inverse)],
});

/** The transform of complex values along the last axis. @internal */
export function transform(x: Tensor, inverse: boolean): Tensor {
  return dispatch(fftOp, [x], { inverse })[0]!;
}

function transform2(x: Tensor, inverse: boolean): Tensor {
  return swapaxes(transform(swapaxes(transform(x, inverse), -1, -2), inverse), -1, -2);
}

/* @__NO_SIDE_EFFECTS__ */
function definePair(name: string, keras: string, rank: number, run: (x: Tensor) => Tensor): OpDef<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    keras,
    listInput: true,
    infer: ([re, im]) => {
      checkPair(re!, im!, rank, name);
      return [re!, im!];
    },
    decompose: ([re, im]) => {
      const y = run(complex(re!, im!));
      return [real(y), imag(y)];
    },
    inline: true,
  });
}

export const fftPairOp: OpDef<NoAttrs> = definePair("fft_pair", "keras.src.ops.math.FFT", 1, (x) =>
  transform(x, false),
);
export const fft2PairOp: OpDef<NoAttrs> = definePair("fft2_pair", "keras.src.ops.math.FFT2", 2, (x) =>
  transform2(x, false),
);
export const ifft2PairOp: OpDef<NoAttrs> = definePair("ifft2_pair", "keras.src.ops.math.IFFT2", 2, (x) =>
  transform2(x, true),
);

function applyPair(op: OpDef<NoAttrs>, x: ComplexPair<Other>, name: string): [Tensor, Tensor] {
  const [re, im] = apply(op, pairOf(x, name), {});
  return [re!, im!];
}

/**
 * Fourier transform along the last axis.
 *
 * @param x - [real, imaginary], two float tensors of one shape.
 * @returns [real, imaginary] of the same shape.
 * @throws {ArgumentError} unless `x` are two tensors.
 * @throws {ShapeError} when their shapes differ.
 * @throws {DTypeError} unless they are float32 or float64.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [re, im] = ops.fft([ops.array([1, 0, 0, 0]), ops.zeros([4])]);
 * console.log(await re.array(), await im.array()); // [1, 1, 1, 1] [0, 0, 0, 0]
 * ```
 */
export function fft(x: ComplexPair<KerasTensor>): [KerasTensor, KerasTensor];
export function fft(x: ComplexPair<TensorLike>): [Tensor, Tensor];
export function fft(x: ComplexPair<Other>): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  return applyPair(fftPairOp, x, "fft");
}

/**
 * Fourier transform along the last two axes.
 *
 * @param x - [real, imaginary], two float tensors of one shape.
 * @returns [real, imaginary] of the same shape.
 * @throws {ArgumentError} unless `x` are two tensors.
 * @throws {ShapeError} when their shapes differ or have fewer than two axes.
 * @throws {DTypeError} unless they are float32 or float64.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [re] = ops.fft2([ops.array([[1, 0], [0, 0]]), ops.zeros([2, 2])]);
 * console.log(await re.array()); // [[1, 1], [1, 1]]
 * ```
 */
export function fft2(x: ComplexPair<KerasTensor>): [KerasTensor, KerasTensor];
export function fft2(x: ComplexPair<TensorLike>): [Tensor, Tensor];
export function fft2(x: ComplexPair<Other>): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  return applyPair(fft2PairOp, x, "fft2");
}

/**
 * Inverse Fourier transform along the last two axes.
 *
 * @param x - [real, imaginary], two float tensors of one shape.
 * @returns [real, imaginary] of the same shape.
 * @throws {ArgumentError} unless `x` are two tensors.
 * @throws {ShapeError} when their shapes differ or have fewer than two axes.
 * @throws {DTypeError} unless they are float32 or float64.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [re] = ops.ifft2([ops.ones([2, 2]), ops.zeros([2, 2])]);
 * console.log(await re.array()); // [[1, 0], [0, 0]]
 * ```
 */
export function ifft2(x: ComplexPair<KerasTensor>): [KerasTensor, KerasTensor];
export function ifft2(x: ComplexPair<TensorLike>): [Tensor, Tensor];
export function ifft2(x: ComplexPair<Other>): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  return applyPair(ifft2PairOp, x, "ifft2");
}
