import { resolveOptions } from "../define/options.ts";
import type { ShapeArg } from "../define/shape-arg.ts";
import type { DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { full, type DTypeOptions } from "./full.ts";

/**
 * A tensor of zeros.
 *
 * @param shape - Sizes, or one size.
 * @param options - `dtype` of the result, or that dtype itself.
 * @throws {ShapeError} when a size is not a whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.zeros([2, 2]).array()); // [[0, 0], [0, 0]]
 * ```
 */
export function zeros(shape: ShapeArg, options?: DTypeOptions | DType): Tensor {
  return full(shape, 0, resolveOptions<DTypeOptions>(options));
}
