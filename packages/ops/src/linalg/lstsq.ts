import { resolveOptions } from "../define/options.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { greater, greaterEqual } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { logicalAnd } from "../numpy/logical.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize, transposed } from "./matrix.ts";
import { machineEpsilon, type RcondAttrs, type RcondOptions } from "./pinv.ts";
import { thinSvd } from "./svd.ts";

export const lstsqOp: OpDef<RcondAttrs> = defineOp<RcondAttrs>({
  name: "lstsq",
  keras: "keras.src.ops.linalg.Lstsq",
  promote: "float",
  infer: ([a, b]) => {
    const shapes = `${formatShape(a!.shape)} and ${formatShape(b!.shape)}`;
    if (a!.shape.length !== 2 || (b!.shape.length !== 1 && b!.shape.length !== 2)) {
      throw new ShapeError(`needs a matrix [m, n] and a right side [m] or [m, columns], got ${shapes}`, {
        op: "lstsq",
      });
    }
    const [rows, columns] = knownMatrixSize(a!, "lstsq");
    if (b!.shape[0] !== rows)
      throw new ShapeError(`both must have the same number of rows: ${shapes}`, { op: "lstsq" });
    return [{ shape: [columns, ...b!.shape.slice(1)], dtype: a!.dtype }];
  },
  decompose: ([a, b], { rcond }) => {
    const [rows, columns] = knownMatrixSize(a!, "lstsq");
    const [u, s, vh] = thinSvd(a!);
    const epsilon = machineEpsilon(a!.dtype);
    const relative = rcond === null ? epsilon * Math.max(rows, columns) : rcond < 0 ? epsilon : rcond;
    const large = logicalAnd(greater(s, 0), greaterEqual(s, multiply(sliceAxis(s, 0, 0, 1), relative)));
    const inverse = where(large, divide(1, where(large, s, 1)), 0);
    const side = b!.ndim === 1 ? expandDims(b!, -1) : b!;
    const x = matmul(transposed(vh), multiply(expandDims(inverse, -1), matmul(transposed(u), side)));
    return [reshape(x, [columns, ...b!.shape.slice(1)])];
  },
  inline: true,
});

/**
 * Least-squares solution of a x = b: of all x that come nearest, the smallest.
 *
 * @param a - [m, n].
 * @param b - [m] or [m, columns].
 * @returns [n] or [n, columns].
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.lstsq([[1], [1]], [1, 3]).array()); // about [2]
 * ```
 */
export function lstsq(a: KerasTensor, b: Other, options?: RcondOptions): KerasTensor;
export function lstsq(a: Other, b: KerasTensor, options?: RcondOptions): KerasTensor;
export function lstsq(a: TensorLike, b: TensorLike, options?: RcondOptions): Tensor;
export function lstsq(a: Other, b: Other, options?: RcondOptions): Tensor | KerasTensor {
  const { rcond = null } = resolveOptions<RcondOptions>(options);
  return apply(lstsqOp, [a, b], { rcond })[0]!;
}
