import { cast } from "../core/cast.ts";
import { resolveOptions } from "../define/options.ts";
import { isComplex, type DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { absolute } from "../numpy/absolute.ts";
import { notEqual } from "../numpy/compare.ts";
import { max } from "../numpy/max.ts";
import { min } from "../numpy/min.ts";
import { moveaxis } from "../numpy/moveaxis.ts";
import { power } from "../numpy/power.ts";
import { reshape } from "../numpy/reshape.ts";
import { sqrt } from "../numpy/sqrt.ts";
import { square } from "../numpy/square.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { normalizeAxis, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { svdOp } from "./svd.ts";

/** Order of a norm: a number (`Infinity` and 0 too), Frobenius or nuclear. */
export type NormOrder = number | "fro" | "nuc";

/** Arguments as given. */
interface GivenNorm extends Readonly<Record<string, unknown>> {
  readonly ord: NormOrder | null;
  readonly axis: number | readonly number[] | null;
  readonly keepdims: boolean;
}

/** The same with axes counted from 0, in the order given: of two, the first is that of the rows. */
interface NormAttrs extends GivenNorm {
  readonly axis: readonly number[];
}

function realOf(dtype: DType): DType {
  if (!isComplex(dtype)) return dtype;
  return dtype === "complex128" ? "float64" : "float32";
}

const MATRIX_ORDERS: ReadonlySet<NormOrder | null> = new Set([
  null,
  "fro",
  "nuc",
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1,
  -1,
  2,
  -2,
]);

export const normOp: OpDef<NormAttrs, GivenNorm> = defineOp<NormAttrs, GivenNorm>({
  name: "norm",
  keras: "keras.src.ops.linalg.Norm",
  promote: "float",
  resolve: ([x], { ord, axis, keepdims }) => {
    const rank = x!.shape.length;
    const given = axis === null ? Array.from({ length: rank }, (_, i) => i) : typeof axis === "number" ? [axis] : axis;
    const axes = given.map((a) => normalizeAxis(a, rank, "norm"));
    if (new Set(axes).size !== axes.length) throw new ArgumentError(`axes [${axes.join(", ")}] repeat`, { op: "norm" });
    const whole = axis === null && ord === null;
    if (!whole && axes.length !== 1 && axes.length !== 2) {
      throw new ArgumentError(`a norm is taken over one axis (of vectors) or two (of matrices), got ${axes.length}`, {
        op: "norm",
      });
    }
    if (axes.length === 1 && typeof ord === "string")
      throw new ArgumentError(`'${ord}' is no norm of vectors`, { op: "norm" });
    if (axes.length === 2 && !whole && !MATRIX_ORDERS.has(ord))
      throw new ArgumentError(`${String(ord)} is no order of a norm of matrices`, { op: "norm" });
    return { ord, axis: axes, keepdims };
  },
  infer: ([x], { axis, keepdims }) => [{ shape: reducedShape(x!.shape, axis, keepdims), dtype: realOf(x!.dtype) }],
  decompose: ([x], { ord, axis, keepdims }) => {
    const size = isComplex(x!.dtype) ? absolute(x!) : x!;
    const result = axis.length === 1 ? vectorNorm(size, ord, axis) : matrixNorm(size, ord, axis);
    return [reshape(result, reducedShape(x!.shape, axis, keepdims))];
  },
  inline: true,
});

function euclidean(x: Tensor, axis: readonly number[]): Tensor {
  return sqrt(sum(square(x), { axis, keepdims: true }));
}

function vectorNorm(x: Tensor, ord: NormOrder | null, axis: readonly number[]): Tensor {
  const options = { axis, keepdims: true };
  if (ord === null || ord === 2) return euclidean(x, axis);
  if (ord === Number.POSITIVE_INFINITY) return max(absolute(x), options);
  if (ord === Number.NEGATIVE_INFINITY) return min(absolute(x), options);
  if (ord === 0) return sum(cast(notEqual(x, 0), x.dtype), options);
  if (ord === 1) return sum(absolute(x), options);
  return power(sum(power(absolute(x), ord as number), options), 1 / (ord as number));
}

function matrixNorm(x: Tensor, ord: NormOrder | null, axis: readonly number[]): Tensor {
  if (ord === null || ord === "fro") return euclidean(x, axis);
  const [row, column] = axis as [number, number];
  if (ord === "nuc" || ord === 2 || ord === -2) {
    const [s] = dispatch(svdOp, [moveaxis(x, [row, column], [-2, -1])], { fullMatrices: false, computeUv: false });
    if (ord === "nuc") return sum(s!, { axis: -1 });
    return ord === 2 ? max(s!, { axis: -1 }) : min(s!, { axis: -1 });
  }
  const [first, second] = Math.abs(ord) === 1 ? [row, column] : [column, row];
  const sums = sum(absolute(x), { axis: first, keepdims: true });
  return ord > 0 ? max(sums, { axis: second, keepdims: true }) : min(sums, { axis: second, keepdims: true });
}

/** Options of {@link norm}. */
export interface NormOptions {
  /** Of vectors: any number, `Infinity` and 0 too. Of matrices: "fro", "nuc", ±1, ±2, ±Infinity. Default: Euclidean (Frobenius). */
  readonly ord?: NormOrder | null | undefined;
  /** One axis: vectors; two: matrices, rows first. Default: all elements as one vector or, with an `ord`, x itself. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Whether the reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

/**
 * Norms of vectors or matrices.
 *
 * @param x - Any shape; integers and booleans become floatx.
 * @param options - See the fields; or the axis itself.
 * @throws {ArgumentError} when order and axes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.norm([3, 4]).item()); // 5
 * ```
 */
export function norm(x: KerasTensor, options?: NormOptions | number | readonly number[]): KerasTensor;
export function norm(x: TensorLike, options?: NormOptions | number | readonly number[]): Tensor;
export function norm(x: Other, options?: NormOptions | number | readonly number[]): Tensor | KerasTensor {
  const { ord = null, axis = null, keepdims = false } = resolveOptions<NormOptions>(options);
  if (typeof ord === "string" && ord !== "fro" && ord !== "nuc") {
    throw new ArgumentError(`the order of a norm is a number, 'fro' or 'nuc'; got '${String(ord)}'`, { op: "norm" });
  }
  return apply(normOp, [x], { ord, axis, keepdims })[0]!;
}
