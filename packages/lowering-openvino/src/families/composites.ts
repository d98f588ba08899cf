import { isFloat, type GraphNode } from "@keras/ops";
import { binary, like, matmul, unary } from "../emit/ops.ts";
import type { Data } from "../emit/ir.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

/* Ops that OpenVINO has whole, although they could be decomposed. */

const floats: NonNullable<OpEmitter["supports"]> = ([x]) => isFloat(x!.dtype);

const activation = (type: string, version: string, data: Data | ((attrs: never) => Data) = {}): OpEmitter => ({
  supports: floats,
  emit: (e, node, [x]) => unary(e, type, x!, typeof data === "function" ? data(node.attrs as never) : data, version),
});

const axesOf = (attrs: unknown): readonly number[] => (attrs as { axis: readonly number[] }).axis;
const along = (type: string, version: string): OpEmitter => ({
  supports: ([x], attrs) => isFloat(x!.dtype) && axesOf(attrs).length === 1,
  emit: (e, node: GraphNode, [x]) => unary(e, type, x!, { axis: axesOf(node.attrs)[0]! }, version),
});

export const composites: EmitterTable = {
  relu: activation("ReLU", "opset1"),
  elu: activation("Elu", "opset1", ({ alpha }: { alpha: number }) => ({ alpha })),
  gelu: activation("Gelu", "opset7", ({ approximate }: { approximate: boolean }) => ({
    approximation_mode: approximate ? "TANH" : "ERF",
  })),
  silu: activation("Swish", "opset4"),
  softplus: activation("SoftPlus", "opset4"),
  softsign: activation("SoftSign", "opset9"),
  hard_silu: activation("HSwish", "opset4"),
  selu: {
    supports: floats,
    emit: (e, _, [x]) => e.op("Selu", [x!, like(e, 1.6732632423543772, x!), like(e, 1.0507009873554805, x!)], x!),
  },
  hard_sigmoid: {
    supports: floats,
    emit: (e, _, [x]) => e.op("HardSigmoid", [x!, like(e, 1 / 6, x!), like(e, 0.5, x!)], x!),
  },
  leaky_relu: {
    supports: floats,
    emit: (e, node, [x]) =>
      e.op("PReLU", [x!, e.numbers([(node.attrs as { negativeSlope: number }).negativeSlope], [1], x!.dtype)], x!),
  },
  softmax: along("SoftMax", "opset8"),
  log_softmax: along("LogSoftmax", "opset5"),
  square: { supports: ([x]) => x!.dtype !== "bool", emit: (e, _, [x]) => binary(e, "Multiply", x!, x!) },
  matmul: {
    supports: ([x, y]) => x!.dtype === "float32" && x!.shape.length >= 2 && y!.shape.length >= 2,
    emit: (e, _, [x, y]) => matmul(e, x!, y!),
  },
};
