import type { KerasTensor, Tensor, TensorLike } from "@keras/ops";
import type { LayerConfig } from "../base/config.ts";
import { Add } from "./add.ts";
import { Average } from "./average.ts";
import { Maximum } from "./maximum.ts";
import { Minimum } from "./minimum.ts";
import { Multiply } from "./multiply.ts";
import { Subtract } from "./subtract.ts";
import { Concatenate, type ConcatenateConfig } from "./concatenate.ts";
import { Dot, type DotConfig } from "./dot.ts";

/** As `new Add(options).apply(inputs)`: the sum of the inputs. */
export function add(inputs: readonly KerasTensor[], options?: LayerConfig): KerasTensor;
export function add(inputs: readonly TensorLike[], options?: LayerConfig): Tensor;
export function add(inputs: readonly (KerasTensor | TensorLike)[], options: LayerConfig = {}): Tensor | KerasTensor {
  return new Add(options).applyAny(inputs) as Tensor;
}

/** As `new Average(options).apply(inputs)`: the mean of the inputs. */
export function average(inputs: readonly KerasTensor[], options?: LayerConfig): KerasTensor;
export function average(inputs: readonly TensorLike[], options?: LayerConfig): Tensor;
export function average(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: LayerConfig = {},
): Tensor | KerasTensor {
  return new Average(options).applyAny(inputs) as Tensor;
}

/** As `new Maximum(options).apply(inputs)`: the largest value at each place of the inputs. */
export function maximum(inputs: readonly KerasTensor[], options?: LayerConfig): KerasTensor;
export function maximum(inputs: readonly TensorLike[], options?: LayerConfig): Tensor;
export function maximum(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: LayerConfig = {},
): Tensor | KerasTensor {
  return new Maximum(options).applyAny(inputs) as Tensor;
}

/** As `new Minimum(options).apply(inputs)`: the smallest value at each place of the inputs. */
export function minimum(inputs: readonly KerasTensor[], options?: LayerConfig): KerasTensor;
export function minimum(inputs: readonly TensorLike[], options?: LayerConfig): Tensor;
export function minimum(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: LayerConfig = {},
): Tensor | KerasTensor {
  return new Minimum(options).applyAny(inputs) as Tensor;
}

/** As `new Multiply(options).apply(inputs)`: the product of the inputs. */
export function multiply(inputs: readonly KerasTensor[], options?: LayerConfig): KerasTensor;
export function multiply(inputs: readonly TensorLike[], options?: LayerConfig): Tensor;
export function multiply(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: LayerConfig = {},
): Tensor | KerasTensor {
  return new Multiply(options).applyAny(inputs) as Tensor;
}

/** As `new Subtract(options).apply(inputs)`: the difference of two of the inputs. */
export function subtract(inputs: readonly KerasTensor[], options?: LayerConfig): KerasTensor;
export function subtract(inputs: readonly TensorLike[], options?: LayerConfig): Tensor;
export function subtract(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: LayerConfig = {},
): Tensor | KerasTensor {
  return new Subtract(options).applyAny(inputs) as Tensor;
}

/** As `new Concatenate(options).apply(inputs)`: the inputs one after another along an axis. */
export function concatenate(inputs: readonly KerasTensor[], options?: ConcatenateConfig): KerasTensor;
export function concatenate(inputs: readonly TensorLike[], options?: ConcatenateConfig): Tensor;
export function concatenate(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: ConcatenateConfig = {},
): Tensor | KerasTensor {
  return new Concatenate(options).applyAny(inputs) as Tensor;
}

/** As `new Dot(options).apply(inputs)`: products of two inputs, sample by sample, by default along their last axes. */
export function dot(inputs: readonly KerasTensor[], options?: Partial<DotConfig>): KerasTensor;
export function dot(inputs: readonly TensorLike[], options?: Partial<DotConfig>): Tensor;
export function dot(
  inputs: readonly (KerasTensor | TensorLike)[],
  options: Partial<DotConfig> = {},
): Tensor | KerasTensor {
  return new Dot({ axes: -1, ...options }).applyAny(inputs) as Tensor;
}
