import { resolveOptions } from "../define/options.ts";
import { dim, type Dim } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { notEqual } from "./compare.ts";
import { sliceAxis } from "./slice.ts";
import { subtract } from "./subtract.ts";

interface DiffAttrs {
  readonly [key: string]: unknown;
  readonly n: number;
  readonly axis: number;
}

export const diffOp: OpDef<DiffAttrs> = defineOp<DiffAttrs>({
  name: "diff",
  keras: "keras.src.ops.numpy.Diff",
  resolve: ([x], { n, axis }) => {
    if (!Number.isInteger(n) || n < 0)
      throw new ArgumentError(`n is a whole number of at least 0, got ${n}`, { op: "diff" });
    return { n, axis: normalizeAxis(axis, x!.shape.length, "diff") };
  },
  infer: ([x], { n, axis }) => {
    const size = x!.shape[axis]!;
    const left: Dim = dim.isStatic(size) ? Math.max(0, size - n) : dim.sub(size, n);
    return [{ shape: x!.shape.with(axis, left), dtype: x!.dtype }];
  },
  decompose: ([x], { n, axis }) => {
    let y = x!;
    for (let i = 0; i < n; i++) {
      const size: Dim = y.shape[axis]!;
      if (size === 0) break;
      const [next, previous] = [sliceAxis(y, axis, 1, size), sliceAxis(y, axis, 0, dim.sub(size, 1))];
      y = y.dtype === "bool" ? notEqual(next, previous) : subtract(next, previous);
    }
    return [y];
  },
});

/** Options of `diff`. */
export interface DiffOptions {
  /** How often. Default 1. */
  readonly n?: number | undefined;
  /** Default -1. */
  readonly axis?: number | undefined;
}

/**
 * Differences between neighbours along an axis; of booleans, whether they differ.
 *
 * @param a - At least one axis, any dtype.
 * @param options - `n` and `axis`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range, or `n` negative.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.diff([1, 4, 9]).array()); // [3, 5]
 * ```
 */
export function diff(a: KerasTensor, options?: DiffOptions | number): KerasTensor;
export function diff(a: TensorLike, options?: DiffOptions | number): Tensor;
export function diff(a: TensorLike | KerasTensor, options?: DiffOptions | number): Tensor | KerasTensor {
  const { n = 1, axis = -1 } = resolveOptions<DiffOptions>(options);
  return apply(diffOp, [a], { n, axis })[0]!;
}
