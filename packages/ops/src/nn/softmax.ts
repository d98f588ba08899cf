import { declareOperandDType } from "../define/declared.ts";
import { floatNotBool } from "../define/float-not-bool.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { stopGradient } from "../autodiff/custom-gradient.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { divide } from "../numpy/divide.ts";
import { exp } from "../numpy/exp.ts";
import { max } from "../numpy/max.ts";
import { multiply } from "../numpy/multiply.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { softmaxAxes, type GivenSoftmaxAxis, type SoftmaxAxes, type SoftmaxOptions } from "./softmax-axes.ts";

export const softmaxOp: OpDef<SoftmaxAxes, GivenSoftmaxAxis> = defineOp<SoftmaxAxes, GivenSoftmaxAxis>({
  name: "softmax",
  keras: "keras.src.ops.nn.Softmax",
  resolve: ([x], given) => softmaxAxes(x!, given, "softmax"),
  promote: (inputs) => floatNotBool(inputs, "softmax"),
  infer: ([x]) => [x!],
  declare: declareOperandDType,
  decompose: ([x], { axis }) => {
    // An empty axis has no largest element.
    if (axis.some((a) => x!.shape[a] === 0)) return [exp(x!)];
    const e = exp(subtract(x!, stopGradient(max(x!, { axis, keepdims: true }))));
    return [divide(e, sum(e, { axis, keepdims: true }))];
  },
  vjp: ({ outputs: [y], attrs: { axis }, grads: [g] }) => [
    multiply(y!, subtract(g!, sum(multiply(g!, y!), { axis, keepdims: true }))),
  ],
});

/**
 * exp(x), scaled to sum to 1 along an axis.
 *
 * @param x - Any shape but a scalar; integers become floatx.
 * @param options - `axis`, or that axis itself.
 * @throws {ArgumentError} when an axis is out of range.
 * @throws {DTypeError} for booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.softmax([0, 0]).array()); // [0.5, 0.5]
 * ```
 */
export function softmax(x: KerasTensor, options?: SoftmaxOptions | number | readonly number[]): KerasTensor;
export function softmax(x: TensorLike, options?: SoftmaxOptions | number | readonly number[]): Tensor;
export function softmax(
  x: TensorLike | KerasTensor,
  options?: SoftmaxOptions | number | readonly number[],
): Tensor | KerasTensor {
  const { axis = -1 } = resolveOptions<SoftmaxOptions>(options);
  return apply(softmaxOp, [x], { axis })[0]!;
}
