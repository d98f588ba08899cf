import type { AxisAttrs } from "../define/attrs.ts";
import { operands } from "../define/operands.ts";
import { resolveOptions } from "../define/options.ts";
import { dim, type Dim } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { sliceAxis } from "./slice.ts";

export const concatenateOp: OpDef<AxisAttrs> = defineOp({
  name: "concatenate",
  keras: "keras.src.ops.numpy.Concatenate",
  listInput: true,
  resolve: ([x], { axis }) => ({ axis: normalizeAxis(axis, x!.shape.length, "concatenate") }),
  promote: "same",
  infer: (xs, { axis }) => {
    const first = xs[0]!;
    const sizes: Dim[] = [...first.shape];
    for (const x of xs.slice(1)) {
      const joined =
        x.shape.length === sizes.length
          ? sizes.map((d, i) => (i === axis ? dim.add(d, x.shape[i]!) : unify(d, x.shape[i]!)))
          : [null];
      if (joined.includes(null)) {
        throw new ShapeError(
          `shapes ${xs.map((s) => formatShape(s.shape)).join(" and ")} must agree in every axis but axis ${axis}, along which they are joined`,
          { op: "concatenate" },
        );
      }
      joined.forEach((d, i) => (sizes[i] = d!));
    }
    return [{ shape: sizes, dtype: first.dtype }];
  },
  vjp: ({ inputs, attrs: { axis }, grads: [g], needs }) => {
    let at: Dim = 0;
    return inputs.map((x, i) => {
      const start = at;
      at = dim.add(at, x.shape[axis]!);
      return needs(i) ? sliceAxis(g!, axis, start, at) : null;
    });
  },
});

/** Options of `concatenate`. */
export interface ConcatenateOptions {
  /** The axis along which they are joined. Default 0. */
  readonly axis?: number | undefined;
}

/**
 * Joins tensors along an axis.
 *
 * @param xs - The tensors; they agree in every other axis, and their dtypes are promoted to one.
 * @param options - `axis`, or that axis itself.
 * @throws {ShapeError} when the shapes do not agree.
 * @throws {ArgumentError} when there is no tensor, or the axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.concatenate([ops.array([1, 2]), ops.array([3])]).array()); // [1, 2, 3]
 * ```
 */
export function concatenate(xs: readonly TensorLike[] | Tensor, options?: ConcatenateOptions | number): Tensor;
export function concatenate(xs: readonly Other[], options?: ConcatenateOptions | number): KerasTensor;
export function concatenate(
  xs: readonly Other[] | Tensor,
  options?: ConcatenateOptions | number,
): Tensor | KerasTensor {
  const { axis = 0 } = resolveOptions<ConcatenateOptions>(options);
  return apply(concatenateOp, operands(xs, "concatenate"), { axis })[0]!;
}
