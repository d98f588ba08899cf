import { dispatch } from "../../execution/dispatch.ts";
import { alignRank, exampleRank, rows, type BatchContext, type Mapped } from "../mapped.ts";

/** Element by element: operands broadcast as those of one example would. @internal */
export function elementwise({ op, attrs, inputs }: BatchContext): readonly Mapped[] {
  const rank = Math.max(...inputs.map(exampleRank));
  const operands = inputs.map((v) => alignRank(v, rank));
  return dispatch(op, operands, attrs).map(rows);
}
