import type { NoAttrs } from "../define/attrs.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import { ArgumentError } from "../errors.ts";
import { dim } from "../dim.ts";
import type { TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";

export const nonzeroOp: OpDef<NoAttrs> = defineOp({
  name: "nonzero",
  keras: "keras.src.ops.numpy.Nonzero",
  dynamicShape: true,
  infer: ([x]) => {
    if (isTensor(x) && x.ndim === 0) throw new ArgumentError("a scalar has no axes to index", { op: "nonzero" });
    return x!.shape.map(() => ({ shape: [dim.symbol("nonzero")], dtype: "int32" as const }));
  },
  vjp: null,
});

/**
 * The indices of the elements that are not 0 (or true), in row-major order: one vector per axis. Their length depends on the data, so
 * this cannot be traced.
 *
 * @param x - At least one axis, any dtype.
 * @throws {ArgumentError} for a scalar.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [row, column] = ops.nonzero([[0, 1], [2, 0]]);
 * console.log(await row.array(), await column.array()); // [0, 1] [1, 0]
 * ```
 */
export function nonzero(x: KerasTensor): KerasTensor[];
export function nonzero(x: TensorLike): Tensor[];
export function nonzero(x: TensorLike | KerasTensor): Tensor[] | KerasTensor[] {
  return [...apply(nonzeroOp, [x], {})];
}
