import { dim, isFloat, type Dim, type GraphNode } from "@keras/ops";
import { cast, matmul, reshape, transpose } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";
import { kernelDType } from "../kernels.ts";

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
function asMatrix(e: Emitter, x: Val, batch: readonly number[], first: readonly number[], second: readonly number[]): Matrix {
  const size = (axes: readonly number[]): Dim => dim.product(axes.map((a) => x.shape[a]!));
  const batchShape = batch.map((a) => x.shape[a]!);
  const straight = [...batch, ...first, ...second];
  const swapped = [...batch, ...second, ...first];
  if (isOrdered(swapped) && !isOrdered(straight)) {
    return { value: reshape(e, x, [...batchShape, size(second), size(first)]), transposed: true };
  }
  return { value: reshape(e, transpose(e, x, straight), [...batchShape, size(first), size(second)]), transposed: false };
}

const swapLast = (rank: number): number[] => [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];

/** The product of two stacks of matrices, either of which may be transposed. */
export function product(e: Emitter, a: Matrix, b: Matrix): Val {
  const rank = a.value.shape.length;
  if (!a.transposed && !b.transposed) return matmul(e, a.value, b.value);
  const rows = a.value.shape.at(a.transposed ? -1 : -2)!;
  const columns = b.value.shape.at(b.transposed ? -2 : -1)!;
  const result = { dtype: a.value.dtype, shape: [...a.value.shape.slice(0, -2), rows, columns] };
  const flags = { transA: a.transposed ? 1 : 0, transB: b.transposed ? 1 : 0 };
  if (isFloat(a.value.dtype)) {
    if (rank === 2) return e.op("Gemm", [a.value, b.value], flags, result);
    if (e.isRuntime) return e.op("FusedMatMul", [a.value, b.value], flags, result, "com.microsoft");
  }
  const plain = (m: Matrix): Val => (m.transposed ? transpose(e, m.value, swapLast(rank)) : m.value);
  return matmul(e, plain(a), plain(b));
}

function dotGeneral(e: Emitter, node: GraphNode, x: Val, y: Val): Val {
  const { contract, batch } = node.attrs as unknown as DotAttrs;
  const { shape } = node.outputs[0]!;
  const free = (v: Val, side: 0 | 1): number[] =>
    v.shape.map((_, i) => i).filter((i) => !contract[side].includes(i) && !batch[side].includes(i));
  const [freeX, freeY] = [free(x, 0), free(y, 1)];
  // [.., K] times [K, N]: MatMul takes any number of leading axes, so nothing is reshaped and a symbolic size stays.
  if (batch[0].length === 0 && contract[0].length === 1 && contract[0][0] === x.shape.length - 1 && x.shape.length > 2 && y.shape.length === 2) {
    const right = contract[1][0] === 0 ? y : null;
    if (right) return matmul(e, x, right);
  }
  // The contracted axes may come in any order, the same on both sides: take the one that x has in memory.
  const order = contract[0].map((_, i) => i).sort((i, j) => contract[0][i]! - contract[0][j]!);
  const contractX = order.map((i) => contract[0][i]!);
  const contractY = order.map((i) => contract[1][i]!);
  const a = asMatrix(e, x, batch[0], freeX, contractX);
  const b = asMatrix(e, y, batch[1], contractY, freeY);
  return reshape(e, product(e, a, b), shape);
}

export const contractions: EmitterTable = {
  dot_general: {
    rounds: true,
    supports: ([x]) => x!.dtype === "bool" || kernelDType("MatMul", x!.dtype) !== null,
    emit: (e, node, [x, y]) => {
      if (x!.dtype !== "bool") return dotGeneral(e, node, x!, y!);
      return cast(e, dotGeneral(e, node, cast(e, x!, "int32"), cast(e, y!, "int32")), "bool");
    },
  },
};
