import { resolveOptions } from "../define/options.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { concatenate } from "./concatenate.ts";
import { reshape } from "./reshape.ts";

interface AppendAttrs {
  readonly [key: string]: unknown;
  readonly axis: number | null;
}

export const appendOp: OpDef<AppendAttrs> = defineOp<AppendAttrs>({
  name: "append",
  keras: "keras.src.ops.numpy.Append",
  promote: "same",
  resolve: ([x], { axis }) => ({ axis: axis === null ? null : normalizeAxis(axis, x!.shape.length, "append") }),
  infer: ([x, y], { axis }) => [{ shape: joined(x!.shape, y!.shape, axis), dtype: x!.dtype }],
  decompose: ([x, y], { axis }) => {
    const parts = axis === null ? [x!, y!].map((part) => reshape(part, [dim.product(part.shape)])) : [x!, y!];
    return [concatenate(parts, { axis: axis ?? 0 })];
  },
  inline: true,
});

function joined(x: Shape, y: Shape, axis: number | null): Shape {
  if (axis === null) return [dim.add(dim.product(x), dim.product(y))];
  const sizes =
    x.length === y.length ? x.map((d, i): Dim | null => (i === axis ? dim.add(d, y[i]!) : unify(d, y[i]!))) : [null];
  if (sizes.includes(null)) {
    throw new ShapeError(
      `cannot append ${formatShape(y)} to ${formatShape(x)} along axis ${axis}: the other axes must agree`,
      { op: "append" },
    );
  }
  return sizes as Shape;
}

/** Options of `append`. */
export interface AppendOptions {
  /** Default (and `null`): both are made one axis first. */
  readonly axis?: number | null | undefined;
}

/**
 * Joins two tensors.
 *
 * @param x1 - Comes first.
 * @param x2 - Comes second; it agrees with `x1` in every axis but `axis`.
 * @param options - `axis`, or the axis itself.
 * @throws {ShapeError} when the shapes do not agree.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.append([1, 2], [[3], [4]]).array()); // [1, 2, 3, 4]
 * ```
 */
export function append(x1: KerasTensor, x2: Other, options?: AppendOptions | number): KerasTensor;
export function append(x1: Other, x2: KerasTensor, options?: AppendOptions | number): KerasTensor;
export function append(x1: TensorLike, x2: TensorLike, options?: AppendOptions | number): Tensor;
export function append(x1: Other, x2: Other, options?: AppendOptions | number): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<AppendOptions>(options);
  return apply(appendOp, [x1, x2], { axis })[0]!;
}
