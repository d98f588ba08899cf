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

/** An operand with its axes by role. */
interface Side {
  readonly value: Val;
  readonly batch: readonly number[];
  readonly contract: readonly number[];
  readonly free: readonly number[];
}

/** Looks through a transpose: its source has the same axes in other places. */
function sideOf({ contract, batch }: DotAttrs, value: Val, which: 0 | 1): Side {
  const free = value.shape.map((_, i) => i).filter((i) => !contract[which].includes(i) && !batch[which].includes(i));
  const side = { value, batch: batch[which], contract: contract[which], free };
  if (!value.transposed) return side;
  const { source, perm } = value.transposed;
  const map = (axes: readonly number[]): number[] => axes.map((a) => perm[a]!);
  return { value: source, batch: map(side.batch), contract: map(side.contract), free: map(side.free) };
}

function dotGeneral(e: Emitter, node: GraphNode, left: Val, right: Val): Val {
  const attrs = node.attrs as unknown as DotAttrs;
  const { shape } = node.outputs[0]!;
  const [a, b] = [sideOf(attrs, left, 0), sideOf(attrs, right, 1)];
  const [x, y] = [a.value, b.value];
  // [.., K] times [K, N]: MatMul takes any number of leading axes, so nothing is reshaped and a symbolic size stays. ONNX Runtime fuses
  // what follows with products of plain matrices alone.
  if (!e.isRuntime && x.shape.length > 2 && y.shape.length === 2 && a.contract.length === 1 && isOrdered([...a.free, ...a.contract]) && b.contract[0] === 0) {
    return matmul(e, x, y);
  }
  // The contracted axes may come in any order, the same on both sides: take the one that x has in memory.
  const order = a.contract.map((_, i) => i).sort((i, j) => a.contract[i]! - a.contract[j]!);
  const pick = (axes: readonly number[]): number[] => order.map((i) => axes[i]!);
  const first = asMatrix(e, x, a.batch, a.free, pick(a.contract));
  const second = asMatrix(e, y, b.batch, pick(b.contract), b.free);
  return reshape(e, product(e, first, second), shape);
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
