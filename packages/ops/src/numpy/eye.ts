import { hostCount, type HostNumber } from "../define/host-number.ts";
import { resolveOptions } from "../define/options.ts";
import type { Dim, SymDim } from "../dim.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { ArgumentError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { asDType } from "../define/as-dtype.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { equal, greaterEqual } from "./compare.ts";
import { iotaTensor } from "./iota.ts";

interface EyeAttrs {
  readonly [key: string]: unknown;
  readonly rows: Dim;
  readonly columns: Dim;
  readonly k: number;
  readonly dtype: DType;
}

/** Options of `eye` and `tri`. */
export interface EyeOptions {
  /** Which diagonal: above the main one when positive. Default 0. */
  readonly k?: number | undefined;
  /** Default: floatx. */
  readonly dtype?: DType | null | undefined;
}

export const eyeOp: OpDef<EyeAttrs> = defineOp<EyeAttrs>({
  name: "eye",
  keras: "keras.src.ops.numpy.Eye",
  infer: (_, { rows, columns, dtype }) => [{ shape: [rows, columns], dtype }],
  decompose: (_, { rows, columns, k, dtype }) => {
    const [row, column] = [0, 1].map((axis) => iotaTensor([rows, columns], axis, "int32")) as [Tensor, Tensor];
    return [asDType(equal(add(row, k), column), dtype)];
  },
  vjp: null,
});

/** Ones on the diagonal of a matrix of known sizes, zeros elsewhere. */
export function eyeTensor(rows: Dim, columns: Dim, dtype: DType): Tensor {
  return dispatch<EyeAttrs, EyeAttrs>(eyeOp, [], { rows, columns, k: 0, dtype })[0]!;
}

/** A number of rows or columns: known, or the size of a traced tensor. */
export type Count = HostNumber | SymDim;

function sizes(N: Count, M: Count | null | undefined, op: string): { rows: Dim; columns: Dim } {
  const size = (n: Count, name: string): Dim =>
    typeof n === "object" && n.kind === "sym_dim" ? n : hostCount(n, op, name);
  const rows = size(N, "N");
  return { rows, columns: M === null || M === undefined ? rows : size(M, "M") };
}

function wholeK(k: number, op: string): number {
  if (!Number.isInteger(k)) throw new ArgumentError(`k is a whole number, got ${k}`, { op });
  return k;
}

/**
 * A matrix with ones on a diagonal and zeros elsewhere.
 *
 * @param N - Number of rows.
 * @param M - Number of columns; default: as many as rows.
 * @param options - `k` and `dtype`, or the dtype itself.
 * @throws {ArgumentError} when a size is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.eye(2, 3, { k: 1 }).array()); // [[0, 1, 0], [0, 0, 1]]
 * ```
 */
export function eye(N: Count, M?: Count | null, options?: EyeOptions | DType): Tensor {
  const { k = 0, dtype } = resolveOptions<EyeOptions>(options);
  return apply(eyeOp, [], { ...sizes(N, M, "eye"), k: wholeK(k, "eye"), dtype: standardizeDType(dtype) })[0]!;
}

/**
 * The identity matrix.
 *
 * @param n - Number of rows and columns.
 * @param options - `dtype` of the result, or that dtype itself.
 * @throws {ArgumentError} when the size is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.identity(2).array()); // [[1, 0], [0, 1]]
 * ```
 */
export function identity(n: Count, options?: { readonly dtype?: DType | null | undefined } | DType): Tensor {
  return eye(n, n, resolveOptions<EyeOptions>(options));
}

export const triOp: OpDef<EyeAttrs> = defineOp<EyeAttrs>({
  name: "tri",
  keras: "keras.src.ops.numpy.Tri",
  infer: (_, { rows, columns, dtype }) => [{ shape: [rows, columns], dtype }],
  decompose: (_, { rows, columns, k, dtype }) => {
    const [row, column] = [0, 1].map((axis) => iotaTensor([rows, columns], axis, "int32")) as [Tensor, Tensor];
    return [asDType(greaterEqual(add(row, k), column), dtype)];
  },
  vjp: null,
});

/**
 * A matrix with ones on and below a diagonal and zeros above.
 *
 * @param N - Number of rows.
 * @param M - Number of columns; default: as many as rows.
 * @param options - `k` and `dtype`, or the dtype itself.
 * @throws {ArgumentError} when a size is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.tri(2, 3).array()); // [[1, 0, 0], [1, 1, 0]]
 * ```
 */
export function tri(N: Count, M?: Count | null, options?: EyeOptions | DType): Tensor {
  const { k = 0, dtype } = resolveOptions<EyeOptions>(options);
  return apply(triOp, [], { ...sizes(N, M, "tri"), k: wholeK(k, "tri"), dtype: standardizeDType(dtype) })[0]!;
}
