import { contract } from "../define/contract.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis, unify, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";

/** Which axes are summed over: the last `n` of the first with the first `n` of the second, or axes of both by name. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

interface TensordotAttrs {
  readonly [key: string]: unknown;
  readonly axes: readonly [readonly number[], readonly number[]];
}

interface GivenTensordotAttrs {
  readonly [key: string]: unknown;
  readonly axes: TensordotAxes;
}

export const tensordotOp: OpDef<TensordotAttrs, GivenTensordotAttrs> = defineOp<TensordotAttrs, GivenTensordotAttrs>({
  name: "tensordot",
  keras: "keras.src.ops.numpy.Tensordot",
  promote: "same",
  resolve: ([x, y], { axes }) => ({ axes: pairs(x!, y!, axes) }),
  infer: ([x, y], { axes: [a, b] }) => [
    {
      shape: [...x!.shape.filter((_, i) => !a.includes(i)), ...y!.shape.filter((_, i) => !b.includes(i))],
      dtype: x!.dtype,
    },
  ],
  decompose: ([x, y], { axes }) => [contract(x!, y!, { contract: axes, batch: [[], []] }, x!.dtype)],
});

function pairs(x: Spec, y: Spec, axes: TensordotAxes): readonly [readonly number[], readonly number[]] {
  const [rx, ry] = [x.shape.length, y.shape.length];
  const op = "tensordot";
  if (typeof axes === "number") {
    if (!Number.isInteger(axes) || axes < 0 || (isTensor(x) && (axes > rx || axes > ry))) {
      throw new ArgumentError(`cannot sum over ${axes} axes of ${formatShape(x.shape)} and ${formatShape(y.shape)}`, {
        op,
      });
    }
    const all = Array.from({ length: axes }, (_, i) => i);
    return checked(
      x,
      y,
      all.map((i) => rx - axes + i),
      all,
    );
  }
  const [a, b] = axes.map((side, k) =>
    (typeof side === "number" ? [side] : side).map((axis) => normalizeAxis(axis, k === 0 ? rx : ry, op)),
  ) as [number[], number[]];
  if (a.length !== b.length)
    throw new ArgumentError(`as many axes of each are summed over: got ${a.length} and ${b.length}`, { op });
  return checked(x, y, a, b);
}

function checked(
  x: Spec,
  y: Spec,
  a: readonly number[],
  b: readonly number[],
): readonly [readonly number[], readonly number[]] {
  // As in Keras symbolic tensors are not asked: their values are, later.
  if (!isTensor(x)) return [a, b];
  const wrong = a.findIndex((axis, i) => unify(x.shape[axis]!, y.shape[b[i]!]!) === null);
  if (wrong >= 0) {
    throw new ShapeError(
      `axis ${a[wrong]} of ${formatShape(x.shape)} and axis ${b[wrong]} of ${formatShape(y.shape)} are summed over together and must have the same size`,
      { op: "tensordot" },
    );
  }
  return [a, b];
}

/** Options of `tensordot`. */
export interface TensordotOptions {
  /** Default 2. */
  readonly axes?: TensordotAxes | undefined;
}

/**
 * The sum of products over some axes of two tensors. The result has the other axes of the first, then those of the second.
 *
 * @param x1 - Any shape and numeric dtype.
 * @param x2 - Any shape and numeric dtype.
 * @param axes - How many axes (the last of the first, the first of the second), or which: `[[…], […]]`. Default 2.
 * @throws {ShapeError} when the sizes of axes that meet differ.
 * @throws {ArgumentError} when an axis is out of range, or the lists differ in length.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tensordot([[1, 2], [3, 4]], [[1, 2], [3, 4]], 2).item()); // 30
 * ```
 */
export function tensordot(x1: KerasTensor, x2: Other, axes?: TensordotAxes | TensordotOptions): KerasTensor;
export function tensordot(x1: Other, x2: KerasTensor, axes?: TensordotAxes | TensordotOptions): KerasTensor;
export function tensordot(x1: TensorLike, x2: TensorLike, axes?: TensordotAxes | TensordotOptions): Tensor;
export function tensordot(x1: Other, x2: Other, axes: TensordotAxes | TensordotOptions = 2): Tensor | KerasTensor {
  const given =
    typeof axes === "number" || Array.isArray(axes) ? (axes as TensordotAxes) : ((axes as TensordotOptions).axes ?? 2);
  return apply(tensordotOp, [x1, x2], { axes: given })[0]!;
}
