import { resolveOptions } from "../define/options.ts";
import { GradientError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { divide } from "../numpy/divide.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { eye } from "../numpy/eye.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { square } from "../numpy/square.ts";
import { subtract } from "../numpy/subtract.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize, transposed } from "./matrix.ts";

/** Attributes of {@link svdOp}. */
interface SvdAttrs extends Readonly<Record<string, unknown>> {
  readonly fullMatrices: boolean;
  readonly computeUv: boolean;
}

export const svdOp: OpDef<SvdAttrs> = defineOp<SvdAttrs>({
  name: "svd",
  keras: "keras.src.ops.linalg.SVD",
  promote: "float",
  infer: ([x], { fullMatrices, computeUv }) => {
    const [rows, columns] = knownMatrixSize(x!, "svd");
    const leading = x!.shape.slice(0, -2);
    const inner = Math.min(rows, columns);
    const s = { shape: [...leading, inner], dtype: x!.dtype };
    if (!computeUv) return [s];
    return [
      { shape: [...leading, rows, fullMatrices ? rows : inner], dtype: x!.dtype },
      s,
      { shape: [...leading, fullMatrices ? columns : inner, columns], dtype: x!.dtype },
    ];
  },
  vjp: ({ inputs: [x], outputs, attrs: { fullMatrices, computeUv }, grads }) => {
    if (!computeUv) {
      const [u, , vh] = thinSvd(x!);
      return [matmul(multiply(u, expandDims(grads[0]!, -2)), vh)];
    }
    const [rows, columns] = knownMatrixSize(x!, "svd");
    const [u, s, vh] = outputs as readonly [Tensor, Tensor, Tensor];
    const [gu, gs, gv] = grads as readonly [Tensor | null, Tensor | null, Tensor | null];
    if (fullMatrices && rows !== columns && (gu || gv)) {
      throw new GradientError(
        "the full matrices of a rectangular matrix's SVD have no gradient: pass `fullMatrices: false`",
        { op: "svd" },
      );
    }
    if (!gu && !gv) {
      const [thinU, , thinVh] = thinSvd(x!);
      return [matmul(multiply(thinU, expandDims(gs!, -2)), thinVh)];
    }
    return [thinGradient(u, s, vh, gu, gs, gv)];
  },
});

/** u [.., m, k], s [.., k], vh [.., k, n] with k = min(m, n). @internal */
export function thinSvd(x: Tensor): readonly [u: Tensor, s: Tensor, vh: Tensor] {
  return dispatch(svdOp, [x], { fullMatrices: false, computeUv: true }) as unknown as readonly [Tensor, Tensor, Tensor];
}

/** Townsend, Differentiating the Singular Value Decomposition (2016). */
function thinGradient(
  u: Tensor,
  s: Tensor,
  vh: Tensor,
  gu: Tensor | null,
  gs: Tensor | null,
  gv: Tensor | null,
): Tensor {
  const unit = eye(s.shape.at(-1)!, null, { dtype: s.dtype });
  const [across, down] = [expandDims(s, -2), expandDims(s, -1)];
  const gaps = subtract(square(across), square(down));
  const inverse = subtract(divide(1, add(gaps, unit)), unit);
  const inner: Tensor[] = [];
  const outer: Tensor[] = [];
  if (gs) inner.push(multiply(unit, expandDims(gs, -1)));
  if (gu) {
    const j = multiply(inverse, matmul(transposed(u), gu));
    inner.push(multiply(add(j, transposed(j)), across));
    const beyond = subtract(gu, matmul(u, matmul(transposed(u), gu)));
    outer.push(matmul(divide(beyond, across), vh));
  }
  if (gv) {
    const k = multiply(inverse, matmul(vh, transposed(gv)));
    inner.push(multiply(down, add(k, transposed(k))));
    const beyond = subtract(gv, matmul(matmul(gv, transposed(vh)), vh));
    outer.push(matmul(u, divide(beyond, down)));
  }
  const sum = inner.reduce((a, b) => add(a, b));
  return outer.reduce((a, b) => add(a, b), matmul(u, matmul(sum, vh)));
}

/** Options of {@link svd}. */
export interface SvdOptions {
  /** Whether u and vh are square; else they have min(m, n) columns and rows. Default true. */
  readonly fullMatrices?: boolean | undefined;
  /** Whether u and vh are given, and not the singular values alone. Default true. */
  readonly computeUv?: boolean | undefined;
}

/**
 * Singular value decomposition: x = u · diag(s) · vh.
 *
 * @param x - [..., m, n].
 * @returns [u, s, vh], or s alone: orthonormal columns, singular values in descending order, orthonormal rows. The signs of the vectors
 *   are up to the backend.
 * @throws {ShapeError} unless x holds matrices.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.svd([[3, 0], [0, 4]], { computeUv: false }).array()); // [4, 3]
 * ```
 */
export function svd(x: KerasTensor, options: SvdOptions & { readonly computeUv: false }): KerasTensor;
export function svd(x: TensorLike, options: SvdOptions & { readonly computeUv: false }): Tensor;
export function svd(x: KerasTensor, options?: SvdOptions): [KerasTensor, KerasTensor, KerasTensor];
export function svd(x: TensorLike, options?: SvdOptions): [Tensor, Tensor, Tensor];
export function svd(
  x: Other,
  options?: SvdOptions,
): Tensor | KerasTensor | [Tensor, Tensor, Tensor] | [KerasTensor, KerasTensor, KerasTensor] {
  const { fullMatrices = true, computeUv = true } = resolveOptions<SvdOptions>(options);
  const results = apply(svdOp, [x], { fullMatrices, computeUv });
  return computeUv ? [results[0]!, results[1]!, results[2]!] : results[0]!;
}
