import { ArgumentError } from "../errors.ts";
import { unstack } from "../core/unstack.ts";
import type { Other } from "../operand.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { shaped, type Shaped } from "./operand.ts";

/**
 * The operands of an op that takes a list; a single tensor stands for its parts along the first axis.
 *
 * @throws {ArgumentError} when there is none.
 */
export function operands(xs: readonly Other[] | Tensor, op: string): readonly Shaped[] {
  const values = isTensor(xs) ? unstack(xs) : xs.map(shaped);
  if (values.length === 0) throw new ArgumentError("needs at least one tensor", { op });
  return values;
}
