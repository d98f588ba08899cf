import { resolveOptions } from "../define/options.ts";
import { dim, type Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { diff } from "./diff.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";
import { sliceAxis } from "./slice.ts";
import { sum } from "./sum.ts";

interface TrapezoidAttrs {
  readonly [key: string]: unknown;
  readonly dx: number;
  readonly axis: number;
}

export const trapezoidOp: OpDef<TrapezoidAttrs> = defineOp<TrapezoidAttrs>({
  name: "trapezoid",
  keras: "keras.src.ops.numpy.Trapezoid",
  promote: "float",
  resolve: ([y], { dx, axis }) => ({ dx, axis: normalizeAxis(axis, y!.shape.length, "trapezoid") }),
  infer: ([y, x], { axis }) => {
    if (
      x &&
      x.shape.length === 1 &&
      dim.isStatic(x.shape[0]!) &&
      dim.isStatic(y!.shape[axis]!) &&
      x.shape[0] !== y!.shape[axis]
    ) {
      throw new ShapeError(`${String(x.shape[0])} places do not fit axis ${axis} of ${formatShape(y!.shape)}`, {
        op: "trapezoid",
      });
    }
    const shape = x && x.shape.length > 1 ? broadcastShapes([x.shape, y!.shape], "trapezoid") : y!.shape;
    return [{ shape: shape.toSpliced(axis, 1), dtype: y!.dtype }];
  },
  decompose: ([y, x], { dx, axis }) => {
    const size: Dim = y!.shape[axis]!;
    const pairs = add(sliceAxis(y!, axis, 1, size), sliceAxis(y!, axis, 0, dim.sub(size, 1)));
    if (!x) return [multiply(sum(pairs, { axis }), dx / 2)];
    const gaps =
      x.ndim === 1
        ? reshape(
            diff(x),
            y!.shape.map((_, i) => (i === axis ? -1 : 1)),
          )
        : diff(x, { axis });
    return [multiply(sum(multiply(pairs, gaps), { axis }), 0.5)];
  },
});

/** Options of `trapezoid`. */
export interface TrapezoidOptions {
  /** Where the values are: a vector along the axis, or the shape of `y`. */
  readonly x?: Other | null | undefined;
  /** The distance between values when `x` is not given. Default 1. */
  readonly dx?: number | undefined;
  /** Default -1. */
  readonly axis?: number | undefined;
}

/**
 * The integral along an axis of values joined by straight lines.
 *
 * @param y - At least one axis; integers and booleans become floatx.
 * @param options - `x`, `dx` and `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range.
 * @throws {ShapeError} when `x` does not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.trapezoid([1, 2, 3]).item()); // 4
 * ```
 */
export function trapezoid(y: KerasTensor, options?: TrapezoidOptions | number): KerasTensor;
export function trapezoid(y: TensorLike, options?: TrapezoidOptions | number): Tensor;
export function trapezoid(y: TensorLike | KerasTensor, options?: TrapezoidOptions | number): Tensor | KerasTensor {
  const { x = null, dx = 1, axis = -1 } = resolveOptions<TrapezoidOptions>(options);
  return apply(trapezoidOp, x === null ? [y] : [y, x], { dx: Number(dx), axis })[0]!;
}
