import { asFloats, floatOnly } from "../define/float-not-bool.ts";
import { resolveOptions } from "../define/options.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { norm } from "../linalg/norm.ts";
import { divide } from "../numpy/divide.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { rsqrt } from "../numpy/rsqrt.ts";
import { square } from "../numpy/square.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { runtime } from "../runtime.ts";
import { normalizeAxes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Arguments as given. */
interface GivenNormalize extends Readonly<Record<string, unknown>> {
  readonly axis: number | readonly number[] | null;
  readonly order: number;
  readonly epsilon: number;
}

/** The same with axes counted from 0. */
interface NormalizeAttrs extends GivenNormalize {
  readonly axis: readonly number[];
}

export const normalizeOp: OpDef<NormalizeAttrs, GivenNormalize> = defineOp<NormalizeAttrs, GivenNormalize>({
  name: "normalize",
  keras: "keras.src.ops.nn.Normalize",
  // The norm of order 2 is found by rsqrt.
  promote: (inputs, { order }) => (order === 2 ? floatOnly(inputs, "normalize") : asFloats(inputs)),
  resolve: ([x], given) => ({ ...given, axis: normalizeAxes(given.axis, Math.max(x!.shape.length, 1), "normalize") }),
  infer: ([x]) => [{ shape: x!.shape.length === 0 ? [1] : x!.shape, dtype: x!.dtype }],
  decompose: ([given], { axis, order, epsilon }) => {
    const x = given!.ndim === 0 ? reshape(given!, [1]) : given!;
    if (order === 2) {
      const inverse = rsqrt(sum(square(x), { axis, keepdims: true }));
      return [multiply(x, minimum(inverse, 1 / epsilon))];
    }
    const length = norm(x, { ord: order, axis: axis.length === 1 ? axis[0]! : axis, keepdims: true });
    return [divide(x, maximum(length, epsilon))];
  },
  inline: true,
});

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Axis or axes over which the norm is 1; default -1, null means all. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Order of the norm, a whole number of at least 1; default 2. */
  readonly order?: number | undefined;
  /** Least norm that is divided by; default `config.epsilon()`. */
  readonly epsilon?: number | null | undefined;
}

/**
 * x divided by its norm along an axis.
 *
 * @param x - Any shape; a scalar gives a vector of one element. Integers need another order than 2.
 * @param options - See the fields; or the axis itself.
 * @throws {DTypeError} for tensors of integers or booleans, unless the order is another than 2.
 * @throws {ArgumentError} when `order` is not a whole number of at least 1, or an axis is out of range.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.normalize([3, 4]).array()); // about [0.6, 0.8]
 * ```
 */
export function normalize(x: KerasTensor, options?: NormalizeOptions | number | readonly number[]): KerasTensor;
export function normalize(x: TensorLike, options?: NormalizeOptions | number | readonly number[]): Tensor;
export function normalize(
  x: TensorLike | KerasTensor,
  options?: NormalizeOptions | number | readonly number[],
): Tensor | KerasTensor {
  const { axis = -1, order = 2, epsilon } = resolveOptions<NormalizeOptions>(options);
  if (!Number.isInteger(order) || order < 1)
    throw new ArgumentError(`the order of a norm must be a whole number of at least 1, got ${String(order)}`, {
      op: "normalize",
    });
  return apply(normalizeOp, [x], { axis, order, epsilon: epsilon ?? runtime().config.epsilon })[0]!;
}
