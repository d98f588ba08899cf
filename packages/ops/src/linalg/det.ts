import { declareOperandDType } from "../define/declared.ts";
import type { NoAttrs } from "../define/attrs.ts";
import { asDType } from "../define/as-dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { notEqual } from "../numpy/compare.ts";
import { diagonal } from "../numpy/diagonal.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { getItem } from "../numpy/get-item.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { log } from "../numpy/log.ts";
import { multiply } from "../numpy/multiply.ts";
import { prod } from "../numpy/prod.ts";
import { sign } from "../numpy/sign.ts";
import { stack } from "../numpy/stack.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { inv } from "./inv.ts";
import { luFactors } from "./lu.ts";
import { checkSquare, knownMatrixSize, transposed } from "./matrix.ts";

export const detOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "det",
  keras: "keras.src.ops.linalg.Det",
  promote: "float",
  declare: declareOperandDType,
  infer: ([x]) => {
    checkSquare(x!, "det");
    return [{ shape: x!.shape.slice(0, -2), dtype: x!.dtype }];
  },
  decompose: ([x]) => {
    const [size] = knownMatrixSize(x!, "det");
    if (size === 2 || size === 3) return [byCofactors(x!, size)];
    const { packed, pivots } = luFactors(x!);
    return [multiply(prod(diagonalOf(packed), { axis: -1 }), exchanges(pivots, x!))];
  },
  vjp: ({ inputs: [x], outputs: [y], grads: [g] }) => {
    const [size] = knownMatrixSize(x!, "det");
    const flow = expandDims(expandDims(g!, -1), -1);
    if (size === 2 || size === 3) return [multiply(flow, cofactors(x!, size))];
    return [multiply(multiply(flow, expandDims(expandDims(y!, -1), -1)), transposed(inv(x!)))];
  },
});

/** (sign, log |det|) of square matrices. */
export const slogdetOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "slogdet",
  keras: "keras.src.ops.numpy.Slogdet",
  promote: "float",
  infer: ([x]) => {
    checkSquare(x!, "slogdet");
    const spec = { shape: x!.shape.slice(0, -2), dtype: x!.dtype };
    return [spec, spec];
  },
  decompose: ([x]) => {
    const { packed, pivots } = luFactors(x!);
    const d = diagonalOf(packed);
    return [multiply(prod(sign(d), { axis: -1 }), exchanges(pivots, x!)), sum(log(absolute(d)), { axis: -1 })];
  },
  vjp: ({ inputs: [x], grads: [, g] }) => [g ? multiply(expandDims(expandDims(g, -1), -1), transposed(inv(x!))) : null],
});

export const logdetOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "logdet",
  keras: "keras.src.ops.math.Logdet",
  promote: "float",
  infer: ([x]) => {
    checkSquare(x!, "logdet");
    return [{ shape: x!.shape.slice(0, -2), dtype: x!.dtype }];
  },
  decompose: ([x]) => [slogdet(x!)[1]],
  inline: true,
});

function diagonalOf(x: Tensor): Tensor {
  return diagonal(x, { axis1: -2, axis2: -1 });
}

/** -1 to the number of exchanged rows. */
function exchanges(pivots: Tensor, like: Tensor): Tensor {
  const moved = notEqual(pivots, iotaTensor(pivots.shape, pivots.ndim - 1, "int32"));
  return asDType(prod(where(moved, -1, 1), { axis: -1 }), like.dtype);
}

type Entry = (row: number, column: number) => Tensor;

const entryOf =
  (x: Tensor): Entry =>
  (row, column) =>
    getItem(x, "...", row, column);

/** Determinant of the 2 × 2 matrix that is left without a row and a column of a 3 × 3 one, with its sign. */
function minor(at: Entry, row: number, column: number): Tensor {
  const [r0, r1] = [(row + 1) % 3, (row + 2) % 3];
  const [c0, c1] = [(column + 1) % 3, (column + 2) % 3];
  return subtract(multiply(at(r0, c0), at(r1, c1)), multiply(at(r0, c1), at(r1, c0)));
}

function byCofactors(x: Tensor, size: 2 | 3): Tensor {
  const at = entryOf(x);
  if (size === 2) return subtract(multiply(at(0, 0), at(1, 1)), multiply(at(0, 1), at(1, 0)));
  return [0, 1, 2].map((c) => multiply(at(0, c), minor(at, 0, c))).reduce((a, b) => add(a, b));
}

/** The gradient of a determinant, without division: it exists for singular matrices too. */
function cofactors(x: Tensor, size: 2 | 3): Tensor {
  const at = entryOf(x);
  const of = (row: number, column: number): Tensor =>
    size === 3
      ? minor(at, row, column)
      : row === column
        ? at(1 - row, 1 - column)
        : multiply(at(1 - row, 1 - column), -1);
  const index = Array.from({ length: size }, (_, i) => i);
  return stack(
    index.map((row) =>
      stack(
        index.map((column) => of(row, column)),
        { axis: -1 },
      ),
    ),
    { axis: -2 },
  );
}

/**
 * Determinants.
 *
 * @param x - [..., n, n].
 * @returns [...].
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.det([[1, 2], [3, 4]]).item()); // -2
 * ```
 */
export function det(x: KerasTensor): KerasTensor;
export function det(x: TensorLike): Tensor;
export function det(x: Other): Tensor | KerasTensor {
  return apply(detOp, [x], {})[0]!;
}

/**
 * Signs of determinants, and the logarithms of their absolute values: where determinants themselves would overflow.
 *
 * @param x - [..., n, n].
 * @returns [sign, logarithm], each [...].
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [sign, logarithm] = ops.slogdet([[2, 0], [0, -1]]);
 * console.log(await sign.item(), await logarithm.item()); // -1, about 0.693
 * ```
 */
export function slogdet(x: KerasTensor): [KerasTensor, KerasTensor];
export function slogdet(x: TensorLike): [Tensor, Tensor];
export function slogdet(x: Other): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const [signs, logarithms] = apply(slogdetOp, [x], {});
  return [signs!, logarithms!];
}

/**
 * Logarithms of the absolute values of determinants.
 *
 * @param x - [..., n, n].
 * @returns [...].
 * @throws {ShapeError} unless the matrices are square.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.logdet([[1, 0], [0, 1]]).item()); // 0
 * ```
 */
export function logdet(x: KerasTensor): KerasTensor;
export function logdet(x: TensorLike): Tensor;
export function logdet(x: Other): Tensor | KerasTensor {
  return apply(logdetOp, [x], {})[0]!;
}
