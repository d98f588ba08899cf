import { asDType } from "../define/as-dtype.ts";
import { notComplex } from "../define/kinds.ts";
import { defineReduce, reduce, type ReduceArg, type ReduceOp } from "../define/reduce.ts";
import { spreadOver } from "../define/restore-axes.ts";
import { sizeAlong } from "../define/size-along.ts";
import { resultType } from "../dtype.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "./divide.ts";
import { mean } from "./mean.ts";
import { multiply } from "./multiply.ts";
import { subtract } from "./subtract.ts";

export const varOp: ReduceOp = defineReduce({
  name: "var",
  keras: "keras.src.ops.numpy.Var",
  promote: "float",
  result: (dtype) => notComplex(dtype, "var"),
  decompose: (x, { axis, keepdims }) => {
    const wide = asDType(x, resultType(x.dtype, "float32"));
    const centered = subtract(wide, mean(wide, { axis, keepdims: true }));
    return asDType(mean(multiply(centered, centered), { axis, keepdims }), x.dtype);
  },
  vjp: ({ inputs: [x], attrs: { axis }, grads: [g] }) => {
    const wide = asDType(x!, resultType(x!.dtype, "float32"));
    const slope = multiply(subtract(wide, mean(wide, { axis, keepdims: true })), divide(2, sizeAlong(x!.shape, axis)));
    return [multiply(spreadOver(g!, x!.shape, axis), asDType(slope, x!.dtype))];
  },
});

/**
 * The variance over axes: the mean of the squared distances from the mean. Of integers and booleans it is floatx.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `axis` (default: all) and `keepdims`, or the axis itself.
 * @throws {ArgumentError} when an axis is out of range or repeats.
 * @throws {DTypeError} for complex numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.var([[1, 2], [3, 6]], 1).array()); // [0.25, 2.25]
 * ```
 */
export function var_(x: KerasTensor, options?: ReduceArg): KerasTensor;
export function var_(x: TensorLike, options?: ReduceArg): Tensor;
export function var_(x: Other, options?: ReduceArg): Tensor | KerasTensor {
  return reduce(varOp, x, options);
}

export { var_ as var };
