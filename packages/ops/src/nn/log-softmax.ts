import { declareOperandDType } from "../define/declared.ts";
import { stopGradient } from "../autodiff/custom-gradient.ts";
import { floatNotBool } from "../define/float-not-bool.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { exp } from "../numpy/exp.ts";
import { log } from "../numpy/log.ts";
import { max } from "../numpy/max.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { softmaxAxes, type GivenSoftmaxAxis, type SoftmaxAxes, type SoftmaxOptions } from "./softmax-axes.ts";

export const logSoftmaxOp: OpDef<SoftmaxAxes, GivenSoftmaxAxis> = defineOp<SoftmaxAxes, GivenSoftmaxAxis>({
  name: "log_softmax",
  keras: "keras.src.ops.nn.LogSoftmax",
  resolve: ([x], given) => softmaxAxes(x!, given, "log_softmax"),
  promote: (inputs) => floatNotBool(inputs, "log_softmax"),
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { axis }) => {
    // An empty axis has no largest element.
    if (axis.some((a) => x!.shape[a] === 0)) return [exp(x!)];
    const shifted = subtract(x!, stopGradient(max(x!, { axis, keepdims: true })));
    return [subtract(shifted, log(sum(exp(shifted), { axis, keepdims: true })))];
  },
  vjp: ({ outputs: [y], attrs: { axis }, grads: [g] }) => [
    subtract(g!, multiply(exp(y!), sum(g!, { axis, keepdims: true }))),
  ],
});

/**
 * The logarithm of softmax, computed without overflow or underflow.
 *
 * @param x - Any shape but a scalar; integers become floatx.
 * @param options - `axis`, or that axis itself.
 * @throws {ArgumentError} when an axis is out of range.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logSoftmax([1000, 0]).array()); // [0, -1000]
 * ```
 */
export function logSoftmax(x: KerasTensor, options?: SoftmaxOptions | number | readonly number[]): KerasTensor;
export function logSoftmax(x: TensorLike, options?: SoftmaxOptions | number | readonly number[]): Tensor;
export function logSoftmax(
  x: TensorLike | KerasTensor,
  options?: SoftmaxOptions | number | readonly number[],
): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<SoftmaxOptions>(options);
  return apply(logSoftmaxOp, [x], { axis })[0]!;
}
