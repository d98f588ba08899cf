import { dim, isFloat, type Dim, type GraphNode } from "@keras/ops";
import type { Emitter, Val } from "../emit/emitter.ts";
import { cast, matmul, reshape, transpose } from "../emit/ops.ts";
import { OPTIONS } from "../emit/schema.ts";
import type { EmitterTable } from "../emit/table.ts";

interface DotAttrs {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}

const freeOf = (x: Val, used: readonly number[]): number[] => x.shape.map((_, i) => i).filter((i) => !used.includes(i));

function dotGeneral(e: Emitter, node: GraphNode, a: Val, b: Val): Val {
  const { contract, batch } = node.attrs as unknown as DotAttrs;
  const { shape } = node.outputs[0]!;
  const freeA = freeOf(a, [...contract[0], ...batch[0]]);
  const freeB = freeOf(b, [...contract[1], ...batch[1]]);
  const isMatrix =
    batch[0].length === 0 &&
    contract[0].length === 1 &&
    contract[0][0] === a.shape.length - 1 &&
    b.shape.length === 2 &&
    a.shape.length >= 2;
  // Weights that lie [out, in] already, as the operator wants them.
  if (isMatrix && contract[1][0] === 1) {
    return e.op(
      "FULLY_CONNECTED",
      [a, b, null],
      { dtype: a.dtype, shape: [...a.shape.slice(0, -1), b.shape[0]!] },
      OPTIONS.fullyConnected(),
    );
  }
  if (isMatrix) return matmul(e, a, b);
  const side = (x: Val, axes: readonly (readonly number[])[]): Val => {
    const size = (group: readonly number[]): Dim => dim.product(group.map((i) => x.shape[i]!));
    return reshape(e, transpose(e, x, axes.flat()), axes.map(size));
  };
  // All batch axes as one: the operator takes few.
  const left = side(a, [batch[0], freeA, contract[0]]);
  const right = side(b, [batch[1], contract[1], freeB]);
  const flat = batch[0].length === 0;
  const drop = (x: Val): Val => (flat ? reshape(e, x, x.shape.slice(1)) : x);
  return reshape(e, matmul(e, drop(left), drop(right)), shape);
}

export const contractions: EmitterTable = {
  dot_general: {
    supports: ([x, y]) => x!.shape.length <= 6 && y!.shape.length <= 6,
    emit: (e, node, [x, y]) => {
      if (isFloat(x!.dtype)) return dotGeneral(e, node, x!, y!);
      return cast(e, dotGeneral(e, node, cast(e, x!, "float32"), cast(e, y!, "float32")), x!.dtype);
    },
  },
};
