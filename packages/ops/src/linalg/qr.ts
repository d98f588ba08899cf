import { resolveOptions } from "../define/options.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { matmul } from "../numpy/matmul.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { subtract } from "../numpy/subtract.ts";
import { tril } from "../numpy/tril.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize, transposed } from "./matrix.ts";
import { qrSpecs, type QrAttrs, type QrMode } from "./qr-factors.ts";
import { triangularSolve } from "./triangular-solve.ts";

export const qrOp: OpDef<QrAttrs> = defineOp<QrAttrs>({
  name: "qr",
  keras: "keras.src.ops.linalg.Qr",
  promote: "float",
  infer: qrSpecs,
  vjp: ({ inputs: [x], outputs: [q, r], attrs: { mode }, grads: [gq, gr] }) => {
    const [rows, columns] = knownMatrixSize(x!, "qr");
    const [dq, dr] = [gq ?? zerosLike(q!), gr ?? zerosLike(r!)];
    if (mode === "complete" && rows > columns) return [completeGradient(q!, r!, dq, dr, columns)];
    if (rows >= columns) return [tallGradient(q!, r!, dq, dr)];
    // x = [a, b] with a square: r = [u, qᵀ b].
    const axis = x!.ndim - 1;
    const part = (t: Tensor, from: number, to: number): Tensor => sliceAxis(t, axis, from, to);
    const [b, dv] = [part(x!, rows, columns), part(dr, rows, columns)];
    const da = tallGradient(q!, part(r!, 0, rows), add(dq, matmul(b, transposed(dv))), part(dr, 0, rows));
    return [concatenate([da, matmul(q!, dv)], { axis })];
  },
});

/** Walter and Lehmann, Algorithmic Differentiation of Linear Algebra Functions (2018). */
function tallGradient(q: Tensor, r: Tensor, dq: Tensor, dr: Tensor): Tensor {
  const m = subtract(matmul(r, transposed(dr)), matmul(transposed(dq), q));
  const mirrored = add(tril(m), transposed(tril(m, { k: -1 })));
  const inner = add(dq, matmul(q, mirrored));
  return transposed(triangularSolve(r, transposed(inner), false, false));
}

/** The further columns of q turn with the first ones, so as to stay orthogonal to them. */
function completeGradient(q: Tensor, r: Tensor, dq: Tensor, dr: Tensor, columns: number): Tensor {
  const rank = q.ndim;
  const [rows] = q.shape.slice(-2) as [number, number];
  const first = (x: Tensor): Tensor => sliceAxis(x, rank - 1, 0, columns);
  const rest = (x: Tensor): Tensor => sliceAxis(x, rank - 1, columns, rows);
  const top = (x: Tensor): Tensor => sliceAxis(x, rank - 2, 0, columns);
  const turned = matmul(rest(q), matmul(transposed(rest(dq)), first(q)));
  return tallGradient(first(q), top(r), subtract(first(dq), turned), top(dr));
}

/** Options of {@link qr}. */
export interface QrOptions {
  /** Default `reduced`. */
  readonly mode?: QrMode | undefined;
}

/**
 * QR decomposition: x = q r with orthonormal columns in q and an upper triangle r.
 *
 * @param x - [..., m, n].
 * @returns [q, r]: [..., m, k] and [..., k, n], with k = min(m, n), or m when complete.
 * @throws {ShapeError} unless x holds matrices.
 * @throws {ArgumentError} on an unknown mode.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const x = ops.array([[3, 1], [4, 2]]);
 * const [q, r] = ops.qr(x);
 * console.log(await ops.matmul(q, r).array()); // about [[3, 1], [4, 2]]
 * ```
 */
export function qr(x: KerasTensor, options?: QrOptions): [KerasTensor, KerasTensor];
export function qr(x: TensorLike, options?: QrOptions): [Tensor, Tensor];
export function qr(x: Other, options?: QrOptions): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const { mode = "reduced" } = resolveOptions<QrOptions>(options);
  if (mode !== "reduced" && mode !== "complete")
    throw new ArgumentError(`the mode is 'reduced' or 'complete', got '${String(mode)}'`, { op: "qr" });
  const [q, r] = apply(qrOp, [x], { mode });
  return [q!, r!];
}
