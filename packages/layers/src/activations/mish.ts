import { multiply, softplus, tanh, type KerasTensor, type Tensor, type TensorLike } from "@keras/ops";

/**
 * `x · tanh(softplus(x))`. Misra 2019.
 *
 * @param x - Any shape; floats.
 * @example
 * ```ts
 * import { activations } from "keras";
 * console.log(await activations.mish([0]).array()); // [0]
 * ```
 */
export function mish(x: KerasTensor): KerasTensor;
export function mish(x: TensorLike): Tensor;
export function mish(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return multiply(x as Tensor, tanh(softplus(x as Tensor)));
}
