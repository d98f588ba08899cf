import { dim, isComplex, isFloat, type Spec } from "@keras/ops";
import { dtypeOf, isHalf, transpose, unary } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/*
 * Factorizations on the last two axes. For an engine they are left to its host: TensorFlow fails where others give NaN, and a
 * factorization's signs are its own. LU is not here: TensorFlow's has no pivots.
 */
const inFiles: NonNullable<EmitterTable[string]["supports"]> = ([x], _, { target }) =>
  target === "portable" && isFloat(x!.dtype) && !isHalf(x!.dtype) && isSized(x!);

const isSized = ({ shape }: Spec): boolean => shape.slice(-2).every((d) => dim.isStatic(d) && d > 0);

/** The conjugate transpose of the last two axes. */
function swapLast(e: Emitter, x: Val): Val {
  const axes = x.shape.map((_, i) => i);
  return transpose(e, x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

export const linear: EmitterTable = {
  cholesky: { supports: inFiles, emit: (e, _, [x]) => unary(e, "Cholesky", x!) },
  triangular_solve: {
    supports: ([a, b]) =>
      isFloat(a!.dtype) &&
      !isHalf(a!.dtype) &&
      a!.shape.length === b!.shape.length &&
      isSized(a!) &&
      !b!.shape.includes(0),
    emit: (e, node, [a, b]) => {
      const { lower, transpose: adjoint } = node.attrs as { lower: boolean; transpose: boolean };
      const { dtype, shape } = node.outputs[0]!;
      return e.op("MatrixTriangularSolve", [a!, b!], { lower, adjoint }, { dtype, shape });
    },
  },
  qr: {
    supports: inFiles,
    emit: (e, node, [x]) => {
      const { mode } = node.attrs as { mode: string };
      return e.ops("Qr", [x!], { full_matrices: mode === "complete" }, node.outputs);
    },
  },
  eigh: {
    supports: inFiles,
    emit: (e, node, [x]) => e.ops("SelfAdjointEigV2", [x!], { compute_v: true }, node.outputs),
  },
  eig: { supports: inFiles, emit: (e, node, [x]) => e.ops("Eig", [x!], { compute_v: true }, node.outputs) },
  svd: {
    supports: inFiles,
    emit: (e, node, [x]) => {
      const { fullMatrices, computeUv } = node.attrs as { fullMatrices: boolean; computeUv: boolean };
      const attributes = { compute_uv: computeUv, full_matrices: fullMatrices };
      if (!computeUv) {
        const none = { dtype: x!.dtype, shape: [0] };
        return e.ops("Svd", [x!], attributes, [node.outputs[0]!, none, none])[0]!;
      }
      const [u, s, vh] = node.outputs as readonly [Spec, Spec, Spec];
      const v = { dtype: vh.dtype, shape: [...vh.shape.slice(0, -2), vh.shape.at(-1)!, vh.shape.at(-2)!] };
      const results = e.ops("Svd", [x!], attributes, [s, u, v]);
      return [results[1]!, results[0]!, swapLast(e, results[2]!)];
    },
  },
  fft: {
    supports: ([x]) => isComplex(x!.dtype) && !x!.shape.includes(0),
    emit: (e, node, [x]) => {
      const { inverse } = node.attrs as { inverse: boolean };
      return e.op(inverse ? "IFFT" : "FFT", [x!], {}, { dtype: dtypeOf(x!), shape: x!.shape });
    },
  },
};
