import { dispatch } from "../execution/dispatch.ts";
import { matmul } from "../numpy/matmul.ts";
import { negative } from "../numpy/negative.ts";
import { tril, triu } from "../numpy/tril.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { transposed } from "./matrix.ts";

/** Which triangle of `a` is read, and whether the system is that of its transpose. */
interface TriangularAttrs extends Readonly<Record<string, unknown>> {
  readonly lower: boolean;
  readonly transpose: boolean;
}

/** The primitive: (a, b) → x with a x = b or aᵀ x = b. */
export const triangularSolveOp: OpDef<TriangularAttrs> = defineOp<TriangularAttrs>({
  name: "triangular_solve",
  infer: ([, b]) => [b!],
  vjp: ({ inputs: [a], outputs: [x], attrs: { lower, transpose }, grads: [g], needs }) => {
    const db = triangularSolve(a!, g!, lower, !transpose);
    if (!needs(0)) return [null, db];
    const da = transpose ? matmul(x!, transposed(db)) : matmul(db, transposed(x!));
    return [negative(lower ? tril(da) : triu(da)), db];
  },
});

/** Solves by substitution, with the lower or upper triangle of `a`, or its transpose. @internal */
export function triangularSolve(a: Tensor, b: Tensor, lower: boolean, transpose: boolean): Tensor {
  return dispatch(triangularSolveOp, [a, b], { lower, transpose })[0]!;
}
