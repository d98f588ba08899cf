import type { NoAttrs } from "../define/attrs.ts";
import { contract, productDType } from "../define/contract.ts";
import { unbroadcast } from "../define/unbroadcast.ts";
import type { Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

export const matmulOp: OpDef<NoAttrs> = defineOp({
  name: "matmul",
  keras: "keras.src.ops.numpy.Matmul",
  promote: "same",
  infer: ([x, y]) => [{ shape: productShape(x!.shape, y!.shape), dtype: productDType(x!.dtype) }],
  decompose: ([x, y]) => {
    const dtype = productDType(x!.dtype);
    const [a, b] = [asMatrix(x!, 0), asMatrix(y!, 1)];
    return [reshape(product(a, b, dtype), productShape(x!.shape, y!.shape))];
  },
  vjp: ({ inputs: [x, y], grads: [g], needs }) => {
    const [a, b] = [asMatrix(x!, 0), asMatrix(y!, 1)];
    const whole: Shape = matrixShape(a.shape, b.shape);
    const flow = reshape(g!, whole);
    return [
      needs(0) ? reshape(leftCotangent(flow, a, b), x!.shape) : null,
      needs(1) ? reshape(rightCotangent(flow, a, b), y!.shape) : null,
    ];
  },
});

/** A vector as a row (first operand) or column (second). */
function asMatrix(x: Tensor, place: 0 | 1): Tensor {
  const shape: Shape = x.shape;
  if (shape.length !== 1) return x;
  return reshape(x, place === 0 ? [1, shape[0]!] : [shape[0]!, 1]);
}

/** Shape of a product of operands of rank 2 or more. */
function matrixShape(x: Shape, y: Shape): Shape {
  return [...broadcastShapes([x.slice(0, -2), y.slice(0, -2)], "matmul"), x.at(-2)!, y.at(-1)!];
}

function productShape(x: Shape, y: Shape): Shape {
  const fail = (why: string): never => {
    throw new ShapeError(`cannot multiply ${formatShape(x)} by ${formatShape(y)}: ${why}`, { op: "matmul" });
  };
  if (x.length === 0 || y.length === 0) return fail("scalars have no matrix product; use multiply");
  const [inner, outer] = [x.at(-1)!, y.length === 1 ? y[0]! : y.at(-2)!];
  if (unify(inner, outer) === null)
    fail(
      `the last axis of the first (${String(inner)}) must be as long as the one it meets in the second (${String(outer)})`,
    );
  const shape = matrixShape(x.length === 1 ? [1, ...x] : x, y.length === 1 ? [...y, 1] : y);
  return shape.filter(
    (_, i) => !(x.length === 1 && i === shape.length - 2) && !(y.length === 1 && i === shape.length - 1),
  );
}

/** Product of operands of rank 2 or more. */
function product(a: Tensor, b: Tensor, dtype: Tensor["dtype"]): Tensor {
  const [ra, rb] = [a.ndim, b.ndim];
  if (rb === 2) return contract(a, b, { contract: [[ra - 1], [0]], batch: [[], []] }, dtype);
  const leading = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)], "matmul");
  const [x, y] = [a, b].map((m) => broadcastTo(m, [...leading, ...m.shape.slice(-2)])) as [Tensor, Tensor];
  const parallel = leading.map((_, i) => i);
  const rank = parallel.length;
  return contract(x, y, { contract: [[rank + 1], [rank]], batch: [parallel, parallel] }, dtype);
}

/** Every matrix transposed. */
function flipped(x: Tensor): Tensor {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

function leftCotangent(g: Tensor, a: Tensor, b: Tensor): Tensor {
  return unbroadcast(matmul(g, flipped(b)), a.shape);
}

function rightCotangent(g: Tensor, a: Tensor, b: Tensor): Tensor {
  // One matrix for all batches: one long product in place of many that are summed.
  if (b.ndim === 2 && a.ndim > 2) {
    const [rows, out] = [reshape(a, [-1, a.shape.at(-1)!]), reshape(g, [-1, g.shape.at(-1)!])];
    return matmul(flipped(rows), out);
  }
  return unbroadcast(matmul(flipped(a), g), b.shape);
}

/**
 * The matrix product over the last two axes; leading axes are batches and broadcast. A vector counts as a row on the left, as a column
 * on the right.
 *
 * @param x1 - `[..., m, k]` or `[k]`.
 * @param x2 - `[..., k, n]` or `[k]`.
 * @throws {ShapeError} when the inner sizes differ, the batches do not broadcast, or an operand is a scalar.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.matmul([[1, 2], [3, 4]], [1, 1]).array()); // [3, 7]
 * ```
 */
export function matmul(x1: KerasTensor, x2: Other): KerasTensor;
export function matmul(x1: Other, x2: KerasTensor): KerasTensor;
export function matmul(x1: TensorLike, x2: TensorLike): Tensor;
export function matmul(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(matmulOp, [x1, x2], {})[0]!;
}
