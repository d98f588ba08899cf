import { hostIntegers } from "../define/host-number.ts";
import { resolveOptions } from "../define/options.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { toTensor } from "../convert.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { gatherTensor } from "./gather.ts";
import { reshape } from "./reshape.ts";
import { sliceAxis } from "./slice.ts";

interface RepeatAttrs {
  readonly [key: string]: unknown;
  /** One number for all entries, or one for each. */
  readonly repeats: readonly number[];
  readonly axis: number | null;
}

export const repeatOp: OpDef<RepeatAttrs> = defineOp<RepeatAttrs>({
  name: "repeat",
  keras: "keras.src.ops.numpy.Repeat",
  resolve: ([x], { repeats, axis }) => ({
    // A file may have a single number.
    repeats: [repeats].flat(),
    axis: axis === null ? null : normalizeAxis(axis, x!.shape.length, "repeat"),
  }),
  infer: ([x], { repeats, axis }) => {
    const from: Shape = axis === null ? [dim.product(x!.shape)] : x!.shape;
    const size = from[axis ?? 0]!;
    if (repeats.length !== 1 && dim.isStatic(size) && size !== repeats.length) {
      throw new ShapeError(`${repeats.length} repeats do not fit axis ${axis ?? 0} of ${formatShape(from)}`, {
        op: "repeat",
      });
    }
    const length: Dim = repeats.length === 1 ? dim.mul(size, repeats[0]!) : repeats.reduce((a, b) => a + b, 0);
    return [{ shape: from.with(axis ?? 0, length), dtype: x!.dtype }];
  },
  decompose: ([x], { repeats, axis }) => {
    const from = axis === null ? reshape(x!, [dim.product(x!.shape)]) : x!;
    const at = axis ?? 0;
    const shape: Shape = from.shape;
    if (repeats.length === 1 && repeats[0] === 0) return [sliceAxis(from, at, 0, 0)];
    if (repeats.length === 1) {
      const copies = broadcastTo(reshape(from, shape.toSpliced(at + 1, 0, 1)), shape.toSpliced(at + 1, 0, repeats[0]!));
      return [reshape(copies, shape.with(at, dim.mul(shape[at]!, repeats[0]!)))];
    }
    return [
      gatherTensor(from, toTensor(Int32Array.from(repeats.flatMap((n, i) => Array.from({ length: n }, () => i)))), at),
    ];
  },
});

/** Options of `repeat`. */
export interface RepeatOptions {
  /** Default (and `null`): all elements in row-major order. */
  readonly axis?: number | null | undefined;
}

/**
 * Every entry along an axis several times in a row.
 *
 * @param x - Any shape and dtype.
 * @param repeats - How often: one number for all entries or one for each. A tensor of them is read at once.
 * @param options - `axis`, or the axis itself.
 * @throws {ShapeError} when there are as many repeats neither as 1 nor as entries.
 * @throws {ArgumentError} when a number of repeats is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.repeat([[1, 2], [3, 4]], 2, 1).array()); // [[1, 1, 2, 2], [3, 3, 4, 4]]
 * console.log(await ops.repeat([5, 6], [1, 2]).array()); // [5, 6, 6]
 * ```
 */
export function repeat(
  x: KerasTensor,
  repeats: number | readonly number[] | Tensor,
  options?: RepeatOptions | number,
): KerasTensor;
export function repeat(
  x: TensorLike,
  repeats: number | readonly number[] | Tensor,
  options?: RepeatOptions | number,
): Tensor;
export function repeat(
  x: TensorLike | KerasTensor,
  repeats: number | readonly number[] | Tensor,
  options?: RepeatOptions | number,
): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<RepeatOptions>(options);
  const times = hostIntegers(repeats, "repeat", "repeats", 0);
  return apply(repeatOp, [x], { repeats: times, axis })[0]!;
}
