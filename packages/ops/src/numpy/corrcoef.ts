import type { NoAttrs } from "../define/attrs.ts";
import { sizeAlong } from "../define/size-along.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { clip } from "./clip.ts";
import { divide } from "./divide.ts";
import { diagonal } from "./diagonal.ts";
import { expandDims } from "./expand-dims.ts";
import { matmul } from "./matmul.ts";
import { mean } from "./mean.ts";
import { reshape } from "./reshape.ts";
import { sqrt } from "./sqrt.ts";
import { subtract } from "./subtract.ts";
import { transpose } from "./transpose.ts";

export const corrcoefOp: OpDef<NoAttrs> = defineOp<NoAttrs>({
  name: "corrcoef",
  keras: "keras.src.ops.numpy.Corrcoef",
  promote: "float",
  infer: ([x]) => {
    const { shape, dtype } = x!;
    if (shape.length > 2)
      throw new ShapeError(`takes a matrix with one variable per row, got shape ${formatShape(shape)}`, {
        op: "corrcoef",
      });
    return [{ shape: shape.length === 2 && shape[0] !== 1 ? [shape[0]!, shape[0]!] : [], dtype }];
  },
  decompose: ([x]) => {
    if (x!.ndim === 0) return [divide(subtract(x!, x!), subtract(x!, x!))];
    const rows = x!.ndim === 1 ? expandDims(x!, 0) : x!;
    const centered = subtract(rows, mean(rows, { axis: 1, keepdims: true }));
    const covariance = divide(matmul(centered, transpose(centered)), sizeAlong(rows.shape, [1]));
    const deviation = sqrt(diagonal(covariance));
    const related = divide(divide(covariance, expandDims(deviation, 1)), expandDims(deviation, 0));
    const bounded = clip(related, -1, 1);
    return [rows.shape[0] === 1 ? reshape(bounded, []) : bounded];
  },
});

/**
 * Pearson's correlation coefficients between variables; of one variable, a scalar.
 *
 * @param x - `[variables, observations]`, or one variable; integers and booleans become floatx.
 * @throws {ShapeError} when there are more than two axes.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.corrcoef([[1, 2, 3], [3, 2, 1]]).array()); // [[1, -1], [-1, 1]]
 * ```
 */
export function corrcoef(x: KerasTensor): KerasTensor;
export function corrcoef(x: TensorLike): Tensor;
export function corrcoef(x: TensorLike | KerasTensor): Tensor | KerasTensor {
  return apply(corrcoefOp, [x], {})[0]!;
}
