import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Spec } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { knownMatrixSize } from "./matrix.ts";

/** How much of Q is given: as many columns as the matrix has (at most), or a square matrix. */
export type QrMode = "reduced" | "complete";

/** Attributes of `qr`. */
export interface QrAttrs extends Readonly<Record<string, unknown>> {
  readonly mode: QrMode;
}

/**
 * Specs of Q and R.
 *
 * @internal
 */
export function qrSpecs([x]: readonly Spec[], { mode }: QrAttrs): readonly Spec[] {
  const [rows, columns] = knownMatrixSize(x!, "qr");
  const leading = x!.shape.slice(0, -2);
  const inner = mode === "complete" ? rows : Math.min(rows, columns);
  return [
    { shape: [...leading, rows, inner], dtype: x!.dtype },
    { shape: [...leading, inner, columns], dtype: x!.dtype },
  ];
}

/** `qr` as far as backends see it. Its gradient takes many ops: what never needs one goes without them. */
const factors: OpDef<QrAttrs> = /* @__PURE__ */ defineOp<QrAttrs>({ name: "qr", infer: qrSpecs, vjp: null });

/** Q and R of float matrices, without a gradient: for the first values of weights. */
export function qrFactors(x: Tensor): readonly [q: Tensor, r: Tensor] {
  const [q, r] = dispatch<QrAttrs, QrAttrs>(factors, [x], { mode: "reduced" });
  return [q!, r!];
}
