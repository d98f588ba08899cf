import { gelu as geluOp, type KerasTensor, type Tensor, type TensorLike } from "@keras/ops";

/** Options of {@link gelu}. */
export interface GeluActivationOptions {
  /** Use the approximation with tanh. Default false. */
  readonly approximate?: boolean | undefined;
}

/**
 * `x · P(X ≤ x)` of a standard normal X. Exact unless told otherwise, unlike `ops.gelu`. Hendrycks and Gimpel 2016.
 *
 * @param x - Any shape; floats.
 * @example
 * ```ts
 * import { activations } from "keras";
 * console.log(await activations.gelu([0]).array()); // [0]
 * ```
 */
export function gelu(x: KerasTensor, options?: GeluActivationOptions): KerasTensor;
export function gelu(x: TensorLike, options?: GeluActivationOptions): Tensor;
export function gelu(x: TensorLike | KerasTensor, options: GeluActivationOptions = {}): Tensor | KerasTensor {
  return geluOp(x as Tensor, { approximate: options.approximate ?? false });
}
