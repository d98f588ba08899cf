import { asDType } from "../define/as-dtype.ts";
import { indexOperand } from "../define/index-operand.ts";
import { dim, type Dim } from "../dim.ts";
import { isInteger } from "../dtype.ts";
import { ArgumentError, DTypeError, ShapeError, UnsupportedError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, sameShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { concatenate } from "./concatenate.ts";
import { expandDims } from "./expand-dims.ts";
import { iotaTensor } from "./iota.ts";
import { max } from "./max.ts";
import { min } from "./min.ts";
import { onesLike } from "./ones-like.ts";
import { scatterNd } from "./scatter-nd.ts";
import { zeros } from "./zeros.ts";

interface BincountAttrs {
  readonly [key: string]: unknown;
  /** Number of bins; null: not known yet. */
  readonly size: number | null;
}

interface GivenBincountAttrs {
  readonly [key: string]: unknown;
  readonly minlength: number;
}

export const bincountOp: OpDef<BincountAttrs, GivenBincountAttrs> = defineOp<BincountAttrs, GivenBincountAttrs>({
  name: "bincount",
  keras: "keras.src.ops.numpy.Bincount",
  resolve: ([x], { minlength }) => ({ size: isTensor(x) ? binsOf(x, minlength) : null }),
  infer: ([x, weights], { size }) => {
    const bins: Dim = size ?? dim.symbol("bins");
    return [{ shape: [...x!.shape.slice(0, -1), bins], dtype: weights?.dtype ?? "int32" }];
  },
  decompose: ([x, weights], { size }) => {
    checkOperands(x!, weights);
    const places = asDType(x!, "int32");
    const amounts = weights ?? onesLike(places);
    const into = zeros([...x!.shape.slice(0, -1), size!], { dtype: amounts.dtype });
    const bin = expandDims(places, -1);
    const address = x!.ndim === 1 ? bin : concatenate([iotaTensor(bin.shape, 0, "int32"), bin], { axis: -1 });
    return [scatterNd(into, address, amounts, "add")];
  },
});

function checkOperands(x: Spec, weights: Spec | undefined): void {
  if (x.dtype !== "bool" && !isInteger(x.dtype))
    throw new DTypeError(`counts integers, not ${x.dtype}`, { op: "bincount" });
  if (x.shape.length !== 1 && x.shape.length !== 2) {
    throw new ShapeError(`takes a vector or a batch of vectors, got shape ${formatShape(x.shape)}`, { op: "bincount" });
  }
  if (weights && !sameShape(weights.shape, x.shape)) {
    throw new ShapeError(
      `weights of shape ${formatShape(weights.shape)} must have that of x, ${formatShape(x.shape)}`,
      { op: "bincount" },
    );
  }
}

/** The number of bins depends on the largest value, which is read now. */
function binsOf(x: Tensor, minlength: number): number {
  checkOperands(x, undefined);
  if (x.size === 0) return minlength;
  const places = asDType(x, "int32");
  const [least, most] = [min(places), max(places)].map((n) => Number(n.dataSync()[0])) as [number, number];
  if (least < 0) throw new ArgumentError(`values are not negative, got ${least}`, { op: "bincount" });
  return Math.max(most + 1, minlength);
}

/** Options of `bincount`. */
export interface BincountOptions {
  /** What each value counts, of the shape of `x`; default: 1. */
  readonly weights?: Other | null | undefined;
  /** The least number of bins. Default 0. */
  readonly minlength?: number | undefined;
  /** Only `false`: sparse tensors are not supported. */
  readonly sparse?: boolean | undefined;
}

/**
 * How often each whole number from 0 on occurs. The length of the result depends on the data, which are read at once.
 *
 * @param x - A vector of integers, or a batch of them (which share the number of bins).
 * @param options - `weights`, `minlength`.
 * @throws {DTypeError} unless `x` holds integers or booleans.
 * @throws {ArgumentError} when a value is negative.
 * @throws {ShapeError} when there are more than two axes, or the weights do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.bincount(ops.array([0, 1, 1, 3], "int32")).array()); // [1, 2, 0, 1]
 * ```
 */
export function bincount(x: KerasTensor, options?: BincountOptions): KerasTensor;
export function bincount(x: TensorLike, options?: BincountOptions): Tensor;
export function bincount(
  x: Other,
  { weights = null, minlength = 0, sparse = false }: BincountOptions = {},
): Tensor | KerasTensor {
  if (sparse) throw new UnsupportedError("sparse tensors are not supported: use dense ones", { op: "bincount" });
  if (!Number.isInteger(minlength) || minlength < 0)
    throw new ArgumentError(`minlength is a whole number of at least 0, got ${minlength}`, { op: "bincount" });
  const values = indexOperand(x);
  return apply(bincountOp, weights === null ? [values] : [values, weights], { minlength })[0]!;
}
