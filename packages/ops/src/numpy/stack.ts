import type { AxisAttrs } from "../define/attrs.ts";
import { operands } from "../define/operands.ts";
import { resolveOptions } from "../define/options.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { concatenate } from "./concatenate.ts";
import { expandDims } from "./expand-dims.ts";

export const stackOp: OpDef<AxisAttrs> = defineOp({
  name: "stack",
  keras: "keras.src.ops.numpy.Stack",
  listInput: true,
  resolve: ([x], { axis }) => ({ axis: normalizeAxis(axis, x!.shape.length + 1, "stack") }),
  promote: "same",
  infer: (xs, { axis }) => {
    const [first] = xs;
    let shape = first!.shape;
    for (const x of xs) {
      const joined = x.shape.length === shape.length ? shape.map((d, i) => unify(d, x.shape[i]!)) : [null];
      if (joined.includes(null)) {
        throw new ShapeError(
          `all tensors must have the same shape: got ${xs.map((s) => formatShape(s.shape)).join(" and ")}`,
          { op: "stack" },
        );
      }
      shape = joined as typeof shape;
    }
    return [{ shape: shape.toSpliced(axis, 0, xs.length), dtype: first!.dtype }];
  },
  decompose: (xs, { axis }) => [
    concatenate(
      xs.map((x) => expandDims(x, axis)),
      { axis },
    ),
  ],
  inline: true,
});

/** Options of `stack`. */
export interface StackOptions {
  /** Where the new axis is in the result. Default 0. */
  readonly axis?: number | undefined;
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * @param x - The tensors; their dtypes are promoted to one.
 * @param options - `axis`, or that axis itself.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ArgumentError} when there is none, or the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.stack([ops.array([1, 2]), ops.array([3, 4])]).array()); // [[1, 2], [3, 4]]
 * ```
 */
export function stack(x: readonly TensorLike[] | Tensor, options?: StackOptions | number): Tensor;
export function stack(x: readonly Other[], options?: StackOptions | number): KerasTensor;
export function stack(x: readonly Other[] | Tensor, options?: StackOptions | number): Tensor | KerasTensor {
  const { axis = 0 } = resolveOptions<StackOptions>(options);
  return apply(stackOp, operands(x, "stack"), { axis })[0]!;
}
