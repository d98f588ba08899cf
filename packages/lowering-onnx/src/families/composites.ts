import { isFloat } from "@keras/ops";
import { binary, cast, compare, literal, matmul, reshape, unary } from "../emit/ops.ts";
import type { Attributes } from "../emit/attributes.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";
import { isSingle, kernelDType } from "../kernels.ts";

/*
 * Ops that ONNX has whole although they could be decomposed. For training on ONNX Runtime only those are taken whose gradients share
 * nothing with their decomposition: the error function inside gelu, for example, is needed again on the way back.
 */

/** An activation of floats that is one operator. `accurate`: to be had on ONNX Runtime too, not only in files. */
const activation = (
  op: string,
  attributes: Attributes | ((attrs: never) => Attributes),
  accurate = true,
): OpEmitter => ({
  rounds: true,
  supports: ([x], _, { target }) =>
    isFloat(x!.dtype) && kernelDType(op, x!.dtype) !== null && (accurate || target === "portable"),
  emit: (e, node, [x]) =>
    unary(e, op, x!, typeof attributes === "function" ? attributes(node.attrs as never) : attributes),
});

const normalized = (op: string): OpEmitter => ({
  rounds: true,
  supports: ([x], attrs) =>
    kernelDType(op, x!.dtype) !== null && (attrs as unknown as { axis: readonly number[] }).axis.length === 1,
  emit: (e, node, [x]) => unary(e, op, x!, { axis: (node.attrs as unknown as { axis: readonly number[] }).axis[0]! }),
});

export const composites: EmitterTable = {
  relu: {
    supports: ([x]) => isFloat(x!.dtype),
    emit: (e, _, [x]) => unary(e, "Relu", x!),
  },
  relu_grad: {
    supports: ([x], _, { target }) => isFloat(x!.dtype) && target === "runtime",
    emit: (e, _, [g, x]) => {
      // x > 0 where relu(x) > 0: when only the latter is read, the former need not outlive the product it comes from.
      const source = x!.reshaped ?? x!;
      const positive = reshape(e, e.known("Relu", [source]) ?? source, x!.shape);
      return binary(e, "Mul", g!, cast(e, compare(e, "Greater", positive, literal(e, 0, positive)), g!.dtype));
    },
  },
  softmax: normalized("Softmax"),
  log_softmax: normalized("LogSoftmax"),
  elu: activation("Elu", ({ alpha }: { alpha: number }) => ({ alpha: { float: alpha } })),
  leaky_relu: activation("LeakyRelu", ({ negativeSlope }: { negativeSlope: number }) => ({
    alpha: { float: negativeSlope },
  })),
  selu: activation("Selu", { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  hard_sigmoid: activation("HardSigmoid", { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  hard_silu: activation("HardSwish", {}),
  softsign: activation("Softsign", {}),
  reciprocal: activation("Reciprocal", {}),
  // ONNX Runtime takes log(1 + exp(x)) as it stands and loses the small values.
  softplus: activation("Softplus", {}, false),
  gelu: {
    rounds: true,
    supports: ([x], _, { target, opset }) => isFloat(x!.dtype) && target === "portable" && opset >= 20,
    emit: (e, node, [x]) =>
      unary(e, "Gelu", x!, { approximate: (node.attrs as { approximate: boolean }).approximate ? "tanh" : "none" }),
  },
  silu: {
    rounds: true,
    supports: ([x], _, { target }) => isFloat(x!.dtype) && target === "portable",
    emit: (e, _, [x]) => binary(e, "Mul", x!, unary(e, "Sigmoid", x!)),
  },
  square: { rounds: true, supports: ([x]) => x!.dtype !== "bool", emit: (e, _, [x]) => binary(e, "Mul", x!, x!) },
  matmul: {
    rounds: true,
    // The decomposition knows how to sum half types and small integers; only plain cases are taken, as a reader of the file expects them.
    supports: ([x, y], _, { target }) =>
      target === "portable" && isSingle(x!.dtype) && x!.shape.length >= 2 && y!.shape.length >= 2,
    emit: (e, _, [x, y]) => matmul(e, x!, y!),
  },
};
