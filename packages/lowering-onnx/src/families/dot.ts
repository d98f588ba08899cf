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
function asMatrix(
  e: Emitter,
  x: Val,
  batch: readonly number[],
  first: readonly number[],
  second: readonly number[],
): Matrix {
  const size = (axes: readonly number[]): Dim => dim.product(axes.map((a) => x.shape[a]!));
  const batchShape = batch.map((a) => x.shape[a]!);
  const straight = [...batch, ...first, ...second];
  const swapped = [...batch, ...second, ...first];
  if (isOrdered(swapped) && !isOrdered(straight)) {
    return { value: reshape(e, x, [...batchShape, size(second), size(first)]), transposed: true };
  }
  return {
    value: reshape(e, transpose(e, x, straight), [...batchShape, size(first), size(second)]),
    transposed: false,
  };
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

function sideOf({ contract, batch }: DotAttrs, value: Val, which: 0 | 1): Side {
  const free = value.shape.map((_, i) => i).filter((i) => !contract[which].includes(i) && !batch[which].includes(i));
  return { value, batch: batch[which], contract: contract[which], free };
}

/** The same operand before a transpose: its source has the same axes in other places. */
function throughTranspose(side: Side): Side | null {
  if (!side.value.transposed) return null;
  const { source, perm } = side.value.transposed;
  const map = (axes: readonly number[]): number[] => axes.map((a) => perm[a]!);
  return { value: source, batch: map(side.batch), contract: map(side.contract), free: map(side.free) };
}

/** Elements that have to be moved to bring an operand into the form of a matrix. */
function cost(
  e: Emitter,
  { value }: Side,
  batch: readonly number[],
  first: readonly number[],
  second: readonly number[],
): number {
  const straight = [...batch, ...first, ...second];
  if (isOrdered(straight) || isOrdered([...batch, ...second, ...first])) return 0;
  if (e.known("Transpose", [value], { perm: straight })) return 0;
  const size = dim.product(value.shape);
  return dim.isStatic(size) ? size : 1;
}

/** Two operands with the contracted axes of both in one order. */
interface Plan {
  readonly a: Side;
  readonly b: Side;
  readonly contractA: readonly number[];
  readonly contractB: readonly number[];
}

/** The way to the product that moves the least: transposes may be looked through, and the contracted axes come in any order. */
function cheapest(e: Emitter, left: Side, right: Side): Plan {
  let best: (Plan & { readonly cost: number }) | null = null;
  for (const a of [throughTranspose(left), left]) {
    for (const b of [throughTranspose(right), right]) {
      if (!a || !b) continue;
      const along = (axes: readonly number[]): number[] => axes.map((_, i) => i).sort((i, j) => axes[i]! - axes[j]!);
      for (const order of [along(a.contract), along(b.contract)]) {
        const [contractA, contractB] = [order.map((i) => a.contract[i]!), order.map((i) => b.contract[i]!)];
        const own = (side: Side, original: Side): number =>
          side === original && side.value.transposed ? moved(e, side.value) : 0;
        const total =
          cost(e, a, a.batch, a.free, contractA) +
          cost(e, b, b.batch, contractB, b.free) +
          own(a, left) +
          own(b, right);
        if (!best || total < best.cost) best = { a, b, contractA, contractB, cost: total };
      }
    }
  }
  return best!;
}

/** Elements that a transpose moves that has not been emitted yet. */
function moved(e: Emitter, value: Val): number {
  const { source, perm } = value.transposed!;
  const size = dim.product(value.shape);
  return e.known("Transpose", [source], { perm }) ? 0 : dim.isStatic(size) ? size : 1;
}

function dotGeneral(e: Emitter, node: GraphNode, left: Val, right: Val): Val {
  const attrs = node.attrs as unknown as DotAttrs;
  const { shape } = node.outputs[0]!;
  const { a, b, contractA, contractB } = cheapest(e, sideOf(attrs, left, 0), sideOf(attrs, right, 1));
  const [x, y] = [a.value, b.value];
  // [.., K] times [K, N]: MatMul takes any number of leading axes, so nothing is reshaped and a symbolic size stays. ONNX Runtime fuses
  // what follows with products of plain matrices alone.
  if (
    !e.isRuntime &&
    x.shape.length > 2 &&
    y.shape.length === 2 &&
    contractA.length === 1 &&
    isOrdered([...a.free, ...contractA]) &&
    contractB[0] === 0
  ) {
    return matmul(e, x, y);
  }
  const first = asMatrix(e, x, a.batch, a.free, contractA);
  const second = asMatrix(e, y, b.batch, contractB, b.free);
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
