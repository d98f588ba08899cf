import { dim } from "../dim.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { any } from "./any.ts";
import { equal } from "./compare.ts";
import { expandDims } from "./expand-dims.ts";
import { logicalNot } from "./logical.ts";
import { reshape } from "./reshape.ts";

interface IsinAttrs {
  readonly [key: string]: unknown;
  readonly assumeUnique: boolean;
  readonly invert: boolean;
}

export const isinOp: OpDef<IsinAttrs> = defineOp<IsinAttrs>({
  name: "isin",
  keras: "keras.src.ops.numpy.IsIn",
  promote: "same",
  infer: ([x]) => [{ shape: x!.shape, dtype: "bool" }],
  decompose: ([x, set], { invert }) => {
    const found = any(equal(expandDims(x!, -1), reshape(set!, [dim.product(set!.shape)])), { axis: -1 });
    return [invert ? logicalNot(found) : found];
  },
  vjp: null,
});

/** Options of `isin`. */
export interface IsinOptions {
  /** That neither has repeated elements; of no influence on the result. */
  readonly assumeUnique?: boolean | undefined;
  /** Whether to tell which elements are not among the others. Default false. */
  readonly invert?: boolean | undefined;
}

/**
 * Whether each element is among those of another tensor.
 *
 * @param x1 - Any shape.
 * @param x2 - Any shape.
 * @param options - `invert`.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.isin([1, 2, 3], [2, 3]).array()); // [false, true, true]
 * ```
 */
export function isin(x1: KerasTensor, x2: Other, options?: IsinOptions): KerasTensor;
export function isin(x1: Other, x2: KerasTensor, options?: IsinOptions): KerasTensor;
export function isin(x1: TensorLike, x2: TensorLike, options?: IsinOptions): Tensor;
export function isin(
  x1: Other,
  x2: Other,
  { assumeUnique = false, invert = false }: IsinOptions = {},
): Tensor | KerasTensor {
  return apply(isinOp, [x1, x2], { assumeUnique, invert })[0]!;
}
