import { ArgumentError } from "../errors.ts";
import { sliceAt } from "../core/leading.ts";
import type { Other } from "../operand.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { shaped, type Shaped } from "./operand.ts";

/**
 * The operands of an op that takes a list; a single tensor stands for its parts along the first axis.
 *
 * @throws {ArgumentError} when there is none.
 */
export function operands(xs: readonly Other[] | Tensor, op: string): readonly Shaped[] {
  const values = isTensor(xs) ? Array.from({ length: xs.shape[0] ?? 0 }, (_, i) => sliceAt(xs, i)) : xs.map(shaped);
  if (values.length === 0) throw new ArgumentError("needs at least one tensor", { op });
  return values;
}
