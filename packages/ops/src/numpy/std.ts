import { asDType } from "../define/as-dtype.ts";
import { notComplex } from "../define/kinds.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import { resultType } from "../dtype.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { sqrt } from "./sqrt.ts";
import { var_ } from "./var.ts";

export const stdOp: ReduceOp = defineReduce({
  name: "std",
  keras: "keras.src.ops.numpy.Std",
  promote: "float",
  result: (dtype) => notComplex(dtype, "std"),
  decompose: (x, attrs) => {
    const wide = asDType(x, resultType(x.dtype, "float32"));
    return asDType(sqrt(var_(wide, attrs)), x.dtype);
  },
});

/**
 * The standard deviation over axes: the square root of the variance. Of integers and booleans it is floatx.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.std([[1, 3], [3, 7]], 1).array()); // [1, 2]
 * ```
 */
export function std(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function std(x: TensorLike, options?: ReduceArg): Tensor;
export function std(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(stdOp, x, options);
}
