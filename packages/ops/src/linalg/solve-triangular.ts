import { apply } from "../execution/dispatch.ts";
import { resolveOptions } from "../define/options.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { reshape } from "../numpy/reshape.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { checkRightSide } from "./matrix.ts";
import { triangularSolve } from "./triangular-solve.ts";

/** Attributes of {@link solveTriangularOp}. */
interface SolveTriangularAttrs extends Readonly<Record<string, unknown>> {
  readonly lower: boolean;
}

export const solveTriangularOp: OpDef<SolveTriangularAttrs> = defineOp<SolveTriangularAttrs>({
  name: "solve_triangular",
  keras: "keras.src.ops.linalg.SolveTriangular",
  promote: "float",
  infer: ([a, b]) => {
    checkRightSide(a!, b!, "solve_triangular");
    return [b!];
  },
  decompose: ([a, b], { lower }) => {
    if (b!.ndim === a!.ndim) return [triangularSolve(a!, b!, lower, false)];
    return [reshape(triangularSolve(a!, expandDims(b!, -1), lower, false), b!.shape)];
  },
  inline: true,
});

/** Options of {@link solveTriangular}. */
export interface SolveTriangularOptions {
  /** Whether the lower triangle of `a` is used; default: the upper. */
  readonly lower?: boolean | undefined;
}

/**
 * Solves a x = b for triangular matrices.
 *
 * @param a - [..., n, n]; the other triangle is not read.
 * @param b - [..., n] or [..., n, columns].
 * @returns The shape of `b`.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.solveTriangular([[2, 0], [1, 1]], [2, 3], { lower: true }).array()); // [1, 2]
 * ```
 */
export function solveTriangular(a: KerasTensor, b: Other, options?: SolveTriangularOptions): KerasTensor;
export function solveTriangular(a: Other, b: KerasTensor, options?: SolveTriangularOptions): KerasTensor;
export function solveTriangular(a: TensorLike, b: TensorLike, options?: SolveTriangularOptions): Tensor;
export function solveTriangular(a: Other, b: Other, options?: SolveTriangularOptions): Tensor | KerasTensor {
  const { lower = false } = resolveOptions<SolveTriangularOptions>(options);
  return apply(solveTriangularOp, [a, b], { lower })[0]!;
}
