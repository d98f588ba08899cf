import { dim, isComplex, isFloat, type Dim } from "@keras/ops";
import { cast, dtypeOf, inSingle, matmul, reshape, transpose, wideInteger } from "../emit/ops.ts";
import type { EmitterTable, NodeLike } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

interface DotAttrs {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}

/** An operand as a stack of matrices, perhaps transposed: [...batch, rows, columns]. */
interface Matrix {
  readonly value: Val;
  /** The two last axes stand in the other order. */
  readonly transposed: boolean;
}

const isOrdered = (axes: readonly number[]): boolean => axes.every((a, i) => i === 0 || axes[i - 1]! < a);

/**
 * Brings an operand to [...batch, first, second], where `first` and `second` are groups of axes merged into one each. Where the groups
 * stand in the other order in memory, it stays as it is and is marked as transposed, since matrix products can read it so.
 */
function asMatrix(
  e: Emitter,
  x: Val,
  batch: readonly number[],
  first: readonly number[],
  second: readonly number[],
): Matrix {
  const size = (axes: readonly number[]): Dim => dim.product(axes.map((a) => x.shape[a]!));
  const lead = batch.map((a) => x.shape[a]!);
  const straight = [...batch, ...first, ...second];
  const swapped = [...batch, ...second, ...first];
  if (isOrdered(swapped) && !isOrdered(straight))
    return { value: reshape(e, x, [...lead, size(second), size(first)]), transposed: true };
  return { value: reshape(e, transpose(e, x, straight), [...lead, size(first), size(second)]), transposed: false };
}

function dotGeneral(e: Emitter, node: NodeLike, x: Val, y: Val): Val {
  const { contract, batch } = node.attrs as unknown as DotAttrs;
  const free = (v: Val, which: 0 | 1): number[] =>
    v.shape.map((_, i) => i).filter((i) => !contract[which].includes(i) && !batch[which].includes(i));
  // Contracted axes may come in any order, as long as it is the same on both sides.
  const order = contract[0].map((_, i) => i).sort((i, j) => contract[0][i]! - contract[0][j]!);
  const [inX, inY] = [order.map((i) => contract[0][i]!), order.map((i) => contract[1][i]!)];
  const a = asMatrix(e, x, batch[0], free(x, 0), inX);
  const b = asMatrix(e, y, batch[1], inY, free(y, 1));
  const product = matmul(e, a.value, b.value, a.transposed, b.transposed);
  return reshape(e, product, node.outputs[0]!.shape);
}

export const contractions: EmitterTable = {
  dot_general: {
    emit: (e, node, [x, y]) => {
      const dtype = dtypeOf(x!);
      if (isFloat(dtype) || isComplex(dtype)) return inSingle(e, [x!, y!], ([a, b]) => dotGeneral(e, node, a!, b!));
      const wide = dtype === "bool" ? "int32" : wideInteger(dtype);
      return cast(e, dotGeneral(e, node, cast(e, x!, wide), cast(e, y!, wide)), dtype);
    },
  },
};
