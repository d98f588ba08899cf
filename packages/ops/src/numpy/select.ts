import { shaped } from "../define/operand.ts";
import { resultType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { where } from "./where.ts";

interface SelectAttrs {
  readonly [key: string]: unknown;
  /** Number of conditions, which come first among the operands; then come as many choices, then the default. */
  readonly count: number;
}

export const selectOp: OpDef<SelectAttrs> = defineOp<SelectAttrs>({
  name: "select",
  keras: "keras.src.ops.numpy.Select",
  promote: (inputs, { count }) => {
    const dtype = resultType(...inputs.slice(count).map((x) => x.dtype));
    return inputs.map((_, i) => (i < count ? "bool" : dtype));
  },
  infer: (xs, { count }) => [
    {
      shape: broadcastShapes(
        xs.map((x) => x.shape),
        "select",
      ),
      dtype: xs[count]!.dtype,
    },
  ],
  decompose: (xs, { count }) => {
    const [conditions, choices] = [xs.slice(0, count), xs.slice(count, -1)];
    return [conditions.reduceRight((rest, condition, i) => where(condition, choices[i]!, rest), xs.at(-1)!)];
  },
  toConfig: () => ({}),
});

/** Options of `select`. */
export interface SelectOptions {
  /** Taken where no condition holds. Default 0. */
  readonly default?: Other | undefined;
}

/**
 * For each place the element of the first choice whose condition holds there.
 *
 * @param condlist - The conditions.
 * @param choicelist - As many choices; all broadcast, and their dtypes are promoted to one.
 * @param options - `default`, or that value itself.
 * @throws {ArgumentError} when there is no condition, or not as many choices.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.array([1, 2, 3]);
 * console.log(await ops.select([ops.less(x, 2), ops.greater(x, 2)], [x, ops.multiply(x, 10)]).array()); // [1, 0, 30]
 * ```
 */
export function select(
  condlist: readonly TensorLike[],
  choicelist: readonly TensorLike[],
  options?: SelectOptions | TensorLike,
): Tensor;
export function select(
  condlist: readonly Other[],
  choicelist: readonly Other[],
  options?: SelectOptions | Other,
): KerasTensor;
export function select(
  condlist: readonly Other[],
  choicelist: readonly Other[],
  options: SelectOptions | Other = {},
): Tensor | KerasTensor {
  if (condlist.length === 0 || condlist.length !== choicelist.length) {
    throw new ArgumentError(
      `needs as many choices as conditions, and at least one: got ${condlist.length} and ${choicelist.length}`,
      { op: "select" },
    );
  }
  const isOptions = typeof options === "object" && Object.getPrototypeOf(options) === Object.prototype;
  const otherwise = isOptions ? ((options as SelectOptions).default ?? 0) : (options as Other);
  return apply(selectOp, [...condlist, ...choicelist, otherwise].map(shaped), { count: condlist.length })[0]!;
}
