import { toTensor, isKerasTensor, type KerasTensor, type Tensor, type TensorLike } from "@keras/ops";

/**
 * `x` as it is.
 *
 * @param x - Any shape and dtype.
 * @example
 * ```ts
 * import { activations } from "keras";
 * console.log(await activations.linear([1, 2]).array()); // [1, 2]
 * ```
 */
export function linear(x: KerasTensor): KerasTensor;
export function linear(x: TensorLike): Tensor;
export function linear(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return isKerasTensor(x) ? x : toTensor(x);
}
