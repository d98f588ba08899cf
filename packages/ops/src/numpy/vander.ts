import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { resultType } from "../dtype.ts";
import { defineOp, type OpDef } from "../op.ts";
import { asDType } from "../define/as-dtype.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { Dim } from "../dim.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { expandDims } from "./expand-dims.ts";
import { flip } from "./flip.ts";
import { iotaTensor } from "./iota.ts";
import { power } from "./power.ts";

interface VanderAttrs {
  readonly [key: string]: unknown;
  readonly N: number | null;
  readonly increasing: boolean;
}

export const vanderOp: OpDef<VanderAttrs> = defineOp<VanderAttrs>({
  name: "vander",
  keras: "keras.src.ops.numpy.Vander",
  promote: ([x]) => [x!.dtype === "bool" ? "int32" : resultType(x!.dtype)],
  infer: ([x], { N }) => {
    const { shape, dtype } = x!;
    if (shape.length !== 1) throw new ShapeError(`takes a vector, got shape ${formatShape(shape)}`, { op: "vander" });
    if (N !== null && (!Number.isInteger(N) || N < 0))
      throw new ArgumentError(`n is a whole number of at least 0, got ${N}`, { op: "vander" });
    return [{ shape: [shape[0]!, N ?? shape[0]!], dtype }];
  },
  toConfig: ({ N, increasing }) => ({ N, increasing }),
  decompose: ([x], { N, increasing }) => {
    const columns: Dim = N ?? x!.shape[0]!;
    const exponents = asDType(iotaTensor([1, columns], 1, "int32"), x!.dtype);
    const powers = power(expandDims(x!, 1), exponents);
    return [increasing ? powers : flip(powers, { axis: 1 })];
  },
});

/** Options of `vander`. */
export interface VanderOptions {
  /** Number of columns; default: as many as elements. */
  readonly n?: number | null | undefined;
  /** Whether the powers grow from left to right. Default false. */
  readonly increasing?: boolean | undefined;
}

/**
 * The Vandermonde matrix of a vector: its powers in columns.
 *
 * @param x - A vector of any numeric dtype.
 * @param options - `n`, `increasing`.
 * @throws {ShapeError} when `x` is no vector.
 * @throws {ArgumentError} when `n` is negative or no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.vander([1, 2, 3]).array()); // [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
 * ```
 */
export function vander(x: KerasTensor, options?: VanderOptions): KerasTensor;
export function vander(x: TensorLike, options?: VanderOptions): Tensor;
export function vander(
  x: TensorLike | KerasTensor,
  { n = null, increasing = false }: VanderOptions = {},
): Tensor | KerasTensor {
  return apply(vanderOp, [x], { N: n, increasing })[0]!;
}
