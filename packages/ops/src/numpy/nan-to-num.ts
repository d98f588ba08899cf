import { limitsOf } from "../define/limits.ts";
import { isComplex, isDifferentiable } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { equal } from "./compare.ts";
import { complex, imag, real } from "./complex.ts";
import { isnan } from "./isnan.ts";
import { where } from "./where.ts";

interface NanToNumAttrs {
  readonly [key: string]: unknown;
  readonly nan: number;
  readonly posinf: number | null;
  readonly neginf: number | null;
}

export const nanToNumOp: OpDef<NanToNumAttrs> = defineOp<NanToNumAttrs>({
  name: "nan_to_num",
  keras: "keras.src.ops.numpy.NanToNum",
  infer: ([x]) => [x!],
  decompose: ([x], attrs) => {
    if (!isDifferentiable(x!.dtype)) return [x!];
    return [isComplex(x!.dtype) ? complex(replaced(real(x!), attrs), replaced(imag(x!), attrs)) : replaced(x!, attrs)];
  },
});

function replaced(x: Tensor, { nan, posinf, neginf }: NanToNumAttrs): Tensor {
  const { min, max } = limitsOf(x.dtype);
  const numbers = where(isnan(x), nan, x);
  const upper = where(equal(numbers, Number.POSITIVE_INFINITY), posinf ?? max, numbers);
  return where(equal(upper, Number.NEGATIVE_INFINITY), neginf ?? min, upper);
}

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** In place of NaN. Default 0. */
  readonly nan?: number | undefined;
  /** In place of Infinity; default: the largest number of the dtype. */
  readonly posinf?: number | null | undefined;
  /** In place of -Infinity; default: the smallest number of the dtype. */
  readonly neginf?: number | null | undefined;
}

/**
 * Replaces NaN and infinities by numbers.
 *
 * @param x - Any shape and numeric dtype.
 * @param options - `nan`, `posinf`, `neginf`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.nanToNum([NaN, Infinity, 1], { posinf: 9 }).array()); // [0, 9, 1]
 * ```
 */
export function nanToNum(x: KerasTensor, options?: NanToNumOptions): KerasTensor;
export function nanToNum(x: TensorLike, options?: NanToNumOptions): Tensor;
export function nanToNum(x: TensorLike | KerasTensor, options: NanToNumOptions = {}): Tensor | KerasTensor {
  const { nan = 0, posinf = null, neginf = null } = options;
  return apply(nanToNumOp, [x], { nan, posinf, neginf })[0]!;
}
