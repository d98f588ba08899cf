import { isFloat, isInteger } from "@keras/ops";
import { binary, inSingle, matmul, reduce, unary } from "../emit/ops.ts";
import type { Attributes } from "../emit/attributes.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

/* Ops that TensorFlow has whole although they could be decomposed. */

/** An activation of floats that is one operator. */
const activation = (op: string, attributes: (attrs: never) => Attributes = () => ({})): OpEmitter => ({
  supports: ([x]) => isFloat(x!.dtype),
  emit: (e, node, [x]) => inSingle(e, [x!], ([v]) => unary(e, op, v!, attributes(node.attrs as never))),
});

/** Normalization over the last axis; other axes by the decomposition. */
const normalized = (op: string): OpEmitter => ({
  supports: ([x], attrs) => {
    const { axis } = attrs as unknown as { axis: readonly number[] };
    return isFloat(x!.dtype) && axis.length === 1 && axis[0] === x!.shape.length - 1 && !x!.shape.includes(0);
  },
  emit: (e, _, [x]) => inSingle(e, [x!], ([v]) => unary(e, op, v!)),
});

export const composites: EmitterTable = {
  relu: { supports: ([x]) => isFloat(x!.dtype) || isInteger(x!.dtype), emit: (e, _, [x]) => unary(e, "Relu", x!) },
  relu_grad: {
    supports: ([g, x]) => isFloat(x!.dtype) && g!.dtype === x!.dtype,
    emit: (e, _, [g, x]) => e.op("ReluGrad", [g!, x!], {}, { dtype: x!.dtype, shape: x!.shape }),
  },
  relu6: activation("Relu6"),
  selu: activation("Selu"),
  softplus: activation("Softplus"),
  softsign: activation("Softsign"),
  leaky_relu: activation("LeakyRelu", ({ negativeSlope }: { negativeSlope: number }) => ({
    alpha: { float: negativeSlope },
  })),
  elu: {
    supports: ([x], attrs) => isFloat(x!.dtype) && (attrs as { alpha?: number }).alpha === 1,
    emit: (e, _, [x]) => inSingle(e, [x!], ([v]) => unary(e, "Elu", v!)),
  },
  silu: {
    supports: ([x]) => isFloat(x!.dtype),
    emit: (e, _, [x]) => inSingle(e, [x!], ([v]) => binary(e, "Mul", v!, unary(e, "Sigmoid", v!))),
  },
  softmax: normalized("Softmax"),
  log_softmax: normalized("LogSoftmax"),
  square: { supports: ([x]) => x!.dtype !== "bool", emit: (e, _, [x]) => unary(e, "Square", x!) },
  reciprocal: { supports: ([x]) => isFloat(x!.dtype), emit: (e, _, [x]) => unary(e, "Reciprocal", x!) },
  mean: {
    supports: ([x], attrs) => isFloat(x!.dtype) && (attrs as { axis: readonly number[] }).axis.length > 0,
    emit: (e, node, [x]) => {
      const { axis, keepdims } = node.attrs as { axis: readonly number[]; keepdims: boolean };
      return inSingle(e, [x!], ([v]) => reduce(e, "Mean", v!, axis, keepdims));
    },
  },
  matmul: {
    // Vectors by the decomposition, and [.., K] times [K, N] too, which becomes one product of two matrices.
    supports: ([x, y]) =>
      isFloat(x!.dtype) &&
      x!.shape.length >= 2 &&
      y!.shape.length >= 2 &&
      (x!.shape.length === 2) === (y!.shape.length === 2),
    emit: (e, _, [x, y]) => inSingle(e, [x!, y!], ([a, b]) => matmul(e, a!, b!)),
  },
};
