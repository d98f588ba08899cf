import type { Dim, Shape } from "../dim.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import type { ConvAttrs } from "./conv-attrs.ts";
import { convOp } from "./conv.ts";

/** Attributes of `conv_input_grad`. @internal */
export interface ConvInputGradAttrs extends ConvAttrs {
  readonly inputShape: readonly Dim[];
}

/** Attributes of `conv_kernel_grad`. @internal */
export interface ConvKernelGradAttrs extends ConvAttrs {
  readonly kernelShape: readonly Dim[];
}

/** (gradient, kernel) → cotangent of the input of a convolution; linear in both. */
export const convInputGradOp: OpDef<ConvInputGradAttrs> = defineOp<ConvInputGradAttrs>({
  name: "conv_input_grad",
  infer: ([g], { inputShape }) => [{ shape: inputShape, dtype: g!.dtype }],
  vjp: ({ inputs: [g, kernel], attrs, grads: [t], needs }) => [
    needs(0) ? convolve(t!, kernel!, attrs) : null,
    needs(1) ? convKernelGrad(t!, g!, attrs, kernel!.shape) : null,
  ],
});

/** (input, gradient) → cotangent of the kernel of a convolution; linear in both. */
export const convKernelGradOp: OpDef<ConvKernelGradAttrs> = defineOp<ConvKernelGradAttrs>({
  name: "conv_kernel_grad",
  infer: ([x], { kernelShape }) => [{ shape: kernelShape, dtype: x!.dtype }],
  vjp: ({ inputs: [x, g], attrs, grads: [t], needs }) => [
    needs(0) ? convInputGrad(g!, t!, attrs, x!.shape) : null,
    needs(1) ? convolve(x!, t!, attrs) : null,
  ],
});

const bare = ({ strides, padding, inputDilation, kernelDilation, groups }: ConvAttrs): ConvAttrs => ({
  strides,
  padding,
  inputDilation,
  kernelDilation,
  groups,
});

/** The primitive, with channels last. @internal */
export function convolve(x: Tensor, kernel: Tensor, attrs: ConvAttrs): Tensor {
  return dispatch(convOp, [x, kernel], bare(attrs))[0]!;
}

/** Cotangent of the input, of shape `inputShape`, channels last. @internal */
export function convInputGrad(g: Tensor, kernel: Tensor, attrs: ConvAttrs, inputShape: Shape): Tensor {
  return dispatch(convInputGradOp, [g, kernel], { ...bare(attrs), inputShape })[0]!;
}

/** Cotangent of the kernel, of shape `kernelShape`. @internal */
export function convKernelGrad(x: Tensor, g: Tensor, attrs: ConvAttrs, kernelShape: Shape): Tensor {
  return dispatch(convKernelGradOp, [x, g], { ...bare(attrs), kernelShape })[0]!;
}
