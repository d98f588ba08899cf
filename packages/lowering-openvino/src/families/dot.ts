import { dim, type Dim, type GraphNode } from "@keras/ops";
import { cast, matmul, reshape, transpose } from "../emit/ops.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/ir.ts";
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
  // [.., K] · [K, N] as it stands: no size needs to be computed.
  if (
    batch[0].length === 0 &&
    contract[0].length === 1 &&
    contract[0][0] === a.shape.length - 1 &&
    b.shape.length === 2 &&
    a.shape.length >= 2
  ) {
    return matmul(e, a, b, false, contract[1][0] === 1);
  }
  const side = (x: Val, first: readonly number[], second: readonly number[], third: readonly number[]): Val => {
    const size = (axes: readonly number[]): Dim => dim.product(axes.map((i) => x.shape[i]!));
    const moved = transpose(e, x, [...first, ...second, ...third]);
    return reshape(e, moved, [...first.map((i) => x.shape[i]!), size(second), size(third)]);
  };
  return reshape(e, matmul(e, side(a, batch[0], freeA, contract[0]), side(b, batch[1], contract[1], freeB)), shape);
}

export const contractions: EmitterTable = {
  dot_general: {
    emit: (e, node, [x, y]) => {
      const { dtype } = node.outputs[0]!;
      if (dtype.startsWith("float")) return dotGeneral(e, node, x!, y!);
      // Integers go through doubles, which hold products of 32 bits well enough for sums of moderate length.
      return cast(e, dotGeneral(e, node, cast(e, x!, "float32"), cast(e, y!, "float32")), dtype);
    },
  },
};
