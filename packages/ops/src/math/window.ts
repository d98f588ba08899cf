import { toTensor } from "../convert.ts";
import type { DType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { ones } from "../numpy/ones.ts";
import { formatShape, type Spec } from "../shape.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { isVariable } from "../variable.ts";
import type { TensorLike } from "../operand.ts";

/** Names of window functions. */
export type WindowName = "hann" | "hamming";

/** A window function: by name, its values, or null for none. */
export type Window = WindowName | TensorLike | null;

/** The window among an op's attributes: a name, `operand` where its values are an operand, or null. @internal */
export type WindowAttr = WindowName | "operand" | null;

/**
 * The window as attribute and operands.
 *
 * @throws {ArgumentError} on an unknown name.
 * @internal
 */
export function splitWindow(
  window: Window,
  op: string,
): { readonly window: WindowAttr; readonly operands: readonly TensorLike[] } {
  if (window === null || window === "hann" || window === "hamming") return { window, operands: [] };
  if (typeof window === "string")
    throw new ArgumentError(`a window is 'hann', 'hamming', an array of its values, or null; got '${String(window)}'`, {
      op,
    });
  return { window: "operand", operands: [isTensor(window) || isVariable(window) ? window : toTensor(window)] };
}

/**
 * @throws {ShapeError} unless the window is a vector of the right length.
 * @internal
 */
export function checkWindow(window: Spec | undefined, length: number, op: string): void {
  if (window && (window.shape.length !== 1 || window.shape[0] !== length)) {
    throw new ShapeError(
      `the window must be a vector of ${length} values, one per element of a sequence; got ${formatShape(window.shape)}`,
      { op },
    );
  }
}

/**
 * Values of a window of `length` elements in the middle of `fftLength`; ones without a window.
 *
 * @internal
 */
export function windowValues(
  window: WindowAttr,
  operand: Tensor | undefined,
  length: number,
  fftLength: number,
  dtype: DType,
): Tensor {
  if (window === null) return ones([fftLength], { dtype });
  const values = window === "operand" ? toTensor(operand!, dtype) : toTensor(cosineWindow(window, length), dtype);
  const low = Math.floor((fftLength - length) / 2);
  return padTensor(values, [low], [fftLength - length - low], [0], 0);
}

/** Periodic windows: a - (1 - a) · cos(2πn / length). */
function cosineWindow(name: WindowName, length: number): number[] {
  const a = name === "hann" ? 0.5 : 0.54;
  return Array.from({ length }, (_, n) => (length === 1 ? 1 : a - (1 - a) * Math.cos((2 * Math.PI * n) / length)));
}
