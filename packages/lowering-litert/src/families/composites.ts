import { isFloat } from "@keras/ops";
import { binary, matmul, transpose, unary } from "../emit/ops.ts";
import { OPTIONS, type OperatorName, type Options } from "../emit/schema.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";

/* Ops that LiteRT has whole, although they could be decomposed. */

const floats: NonNullable<OpEmitter["supports"]> = ([x]) => isFloat(x!.dtype);
const activation = (name: OperatorName, options: (attrs: never) => Options | null = () => null): OpEmitter => ({
  supports: floats,
  emit: (e, node, [x]) => unary(e, name, x!, options(node.attrs as never)),
});

const axesOf = (attrs: unknown): readonly number[] => (attrs as { axis: readonly number[] }).axis;
/** These work along the last axis alone. */
const along = (name: OperatorName, options: () => Options | null): OpEmitter => ({
  supports: ([x], attrs) => isFloat(x!.dtype) && axesOf(attrs).length === 1 && x!.shape.length <= 4,
  emit: (e, node, [x]) => {
    const rank = x!.shape.length;
    const axis = axesOf(node.attrs)[0]!;
    if (axis === rank - 1) return unary(e, name, x!, options());
    const swap = x!.shape.map((_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
    return transpose(e, unary(e, name, transpose(e, x!, swap), options()), swap);
  },
});

export const composites: EmitterTable = {
  relu: activation("RELU"),
  relu6: activation("RELU6"),
  elu: {
    ...activation("ELU"),
    supports: ([x], attrs) => isFloat(x!.dtype) && (attrs as { alpha?: number }).alpha === 1,
  },
  leaky_relu: activation("LEAKY_RELU", ({ negativeSlope }: { negativeSlope: number }) =>
    OPTIONS.leakyRelu(negativeSlope),
  ),
  gelu: activation("GELU", ({ approximate }: { approximate: boolean }) => OPTIONS.gelu(approximate)),
  hard_silu: activation("HARD_SWISH"),
  softmax: along("SOFTMAX", OPTIONS.softmax),
  log_softmax: along("LOG_SOFTMAX", () => null),
  square: {
    supports: ([x]) => isFloat(x!.dtype) || x!.dtype === "int32",
    emit: (e, _, [x]) => binary(e, "MUL", x!, x!),
  },
  matmul: {
    supports: ([x, y]) =>
      isFloat(x!.dtype) && x!.shape.length >= 2 && y!.shape.length >= 2 && x!.shape.length <= 5 && y!.shape.length <= 5,
    emit: (e, _, [x, y]) => matmul(e, x!, y!),
  },
};
