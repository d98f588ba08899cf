import type { NoAttrs } from "../define/attrs.ts";
import { contract } from "../define/contract.ts";
import { dim, type Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { conj } from "./complex.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";

/** A product that sums over one axis of each operand, or scales by a scalar. */
/* @__NO_SIDE_EFFECTS__ */
function defineDot(name: string, keras: string, secondAxis: (rank: number) => number): OpDef<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    keras,
    promote: "same",
    infer: ([x, y]) => {
      const [a, b] = [x!.shape, y!.shape];
      if (a.length === 0 || b.length === 0) return [{ shape: a.length === 0 ? b : a, dtype: x!.dtype }];
      const axis = secondAxis(b.length);
      if (unify(a.at(-1)!, b[axis]!) === null) {
        throw new ShapeError(
          `the last axis of ${formatShape(a)} and axis ${axis} of ${formatShape(b)} are summed over together and must have the same size`,
          { op: name },
        );
      }
      return [{ shape: [...a.slice(0, -1), ...b.toSpliced(axis, 1)], dtype: x!.dtype }];
    },
    decompose: ([x, y]) => {
      if (x!.ndim === 0 || y!.ndim === 0) return [multiply(x!, y!)];
      return [contract(x!, y!, { contract: [[x!.ndim - 1], [secondAxis(y!.ndim)]], batch: [[], []] }, x!.dtype)];
    },
  });
}

export const dotOp: OpDef<NoAttrs> = defineDot("dot", "keras.src.ops.numpy.Dot", (rank) => Math.max(rank - 2, 0));

/**
 * The sum of products over the last axis of the first and the last but one of the second tensor; with a scalar, the product.
 *
 * @param x1 - `[..., k]`, or a scalar.
 * @param x2 - `[..., k, n]` or `[k]`, or a scalar.
 * @throws {ShapeError} when the sizes of the axes that meet differ.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.dot([1, 2], [3, 4]).item()); // 11
 * ```
 */
export function dot(x1: KerasTensor, x2: Other): KerasTensor;
export function dot(x1: Other, x2: KerasTensor): KerasTensor;
export function dot(x1: TensorLike, x2: TensorLike): Tensor;
export function dot(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(dotOp, [x1, x2], {})[0]!;
}

export const innerOp: OpDef<NoAttrs> = defineDot("inner", "keras.src.ops.numpy.Inner", (rank) => rank - 1);

/**
 * The sum of products over the last axes of two tensors; with a scalar, the product.
 *
 * @param x1 - `[..., k]`, or a scalar.
 * @param x2 - `[..., k]`, or a scalar.
 * @throws {ShapeError} when the sizes of the last axes differ.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.inner([[1, 2], [3, 4]], [1, 1]).array()); // [3, 7]
 * ```
 */
export function inner(x1: KerasTensor, x2: Other): KerasTensor;
export function inner(x1: Other, x2: KerasTensor): KerasTensor;
export function inner(x1: TensorLike, x2: TensorLike): Tensor;
export function inner(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(innerOp, [x1, x2], {})[0]!;
}

export const vdotOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "vdot",
  keras: "keras.src.ops.numpy.Vdot",
  promote: "same",
  infer: ([x]) => [{ shape: [], dtype: x!.dtype }],
  decompose: ([x, y]) => [dot(conj(flat(x!)), flat(y!))],
});

function flat(x: Tensor): Tensor {
  return reshape(x, [dim.product(x.shape as Shape)]);
}

/**
 * The sum of products of all elements; of complex ones the first factor is conjugated.
 *
 * @param x1 - Any shape.
 * @param x2 - Any shape with as many elements.
 * @throws {ShapeError} when the numbers of elements differ.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.vdot([[1, 2]], [3, 4]).item()); // 11
 * ```
 */
export function vdot(x1: KerasTensor, x2: Other): KerasTensor;
export function vdot(x1: Other, x2: KerasTensor): KerasTensor;
export function vdot(x1: TensorLike, x2: TensorLike): Tensor;
export function vdot(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(vdotOp, [x1, x2], {})[0]!;
}

export const outerOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "outer",
  keras: "keras.src.ops.numpy.Outer",
  promote: "same",
  infer: ([x, y]) => [{ shape: [dim.product(x!.shape), dim.product(y!.shape)], dtype: x!.dtype }],
  decompose: ([x, y]) => [multiply(reshape(x!, [dim.product(x!.shape), 1]), reshape(y!, [1, dim.product(y!.shape)]))],
});

/**
 * The products of every element of the first (rows) with every element of the second (columns).
 *
 * @param x1 - Any shape, taken as one axis.
 * @param x2 - Any shape, taken as one axis.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.outer([1, 2], [3, 4]).array()); // [[3, 4], [6, 8]]
 * ```
 */
export function outer(x1: KerasTensor, x2: Other): KerasTensor;
export function outer(x1: Other, x2: KerasTensor): KerasTensor;
export function outer(x1: TensorLike, x2: TensorLike): Tensor;
export function outer(x1: Other, x2: Other): Tensor | KerasTensor {
  return apply(outerOp, [x1, x2], {})[0]!;
}
