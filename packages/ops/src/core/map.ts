import { toTensor } from "../convert.ts";
import { ArgumentError } from "../errors.ts";
import type { TensorLike } from "../operand.ts";
import { clip } from "../numpy/clip.ts";
import type { Tensor } from "../tensor.ts";
import type { Tree } from "../tree/structure.ts";
import { cond } from "./cond.ts";
import { scan } from "./scan.ts";

/**
 * Applies `f` to every slice along the first axis and stacks the results.
 *
 * @param f - Takes one slice of `xs` (a tree, if `xs` is one); gives a tree of tensors.
 * @param xs - A tree of tensors `[length, ...]`.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.map((x) => ops.sum(x), ops.array([[1, 2], [3, 4]])).array()); // [3, 7]
 * ```
 */
export function map<X extends Tree<TensorLike>, Y extends Tree<TensorLike>>(f: (x: X) => Y, xs: X): Y {
  return scan((carry: readonly TensorLike[], x: X) => [carry, f(x)] as const, [], xs)[1];
}

/**
 * The result of `branches[index]`, decided when the graph runs; the index is clamped into range.
 *
 * @param index - Scalar integer.
 * @param branches - Functions of the operands with results of one structure.
 * @param operands - What the chosen branch gets.
 * @throws {ArgumentError} when there is no branch.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const y = ops.switch(1, [(x) => ops.add(x, 1), (x) => ops.multiply(x, 10)], [ops.array(2)]);
 * console.log(await y.item()); // 20
 * ```
 */
function switch_<R extends Tree<TensorLike>>(
  index: TensorLike,
  branches: readonly ((...operands: Tensor[]) => R)[],
  operands: readonly TensorLike[],
): R {
  if (branches.length === 0) throw new ArgumentError("switch needs at least one branch", { op: "switch" });
  const inputs = operands.map((x) => toTensor(x));
  const chosen = clip(toTensor(index, "int32"), 0, branches.length - 1);
  const from = (i: number): R => {
    if (i === branches.length - 1) return branches[i]!(...inputs);
    return cond(
      chosen.equal(i),
      () => branches[i]!(...inputs),
      () => from(i + 1),
    );
  };
  return from(0);
}
export { switch_ as switch };
