import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";

interface RearrangeAttrs {
  readonly [key: string]: unknown;
  readonly pattern: string;
  /** Sizes of axes that are parts of one. */
  readonly lengths: Readonly<Record<string, number>>;
}

/** Names of axes; those in one list make one axis. */
type Groups = readonly (readonly string[])[];

interface Plan {
  readonly from: readonly string[];
  readonly to: Groups;
  readonly sizes: ReadonlyMap<string, Dim>;
}

export const rearrangeOp: OpDef<RearrangeAttrs> = defineOp<RearrangeAttrs>({
  name: "rearrange",
  keras: "keras.src.ops.einops.Rearrange",
  infer: ([x], attrs) => {
    const { to, sizes } = plan(x!.shape, attrs);
    return [{ shape: merged(to, sizes), dtype: x!.dtype }];
  },
  decompose: ([x], attrs) => {
    const { from, to, sizes } = plan(x!.shape, attrs);
    const apart = reshape(
      x!,
      merged(
        from.map((name) => [name]),
        sizes,
      ),
    );
    const ordered = transpose(
      apart,
      to.flat().map((name) => from.indexOf(name)),
    );
    return [reshape(ordered, merged(to, sizes))];
  },
});

function merged(groups: Groups, sizes: ReadonlyMap<string, Dim>): Shape {
  return groups.map((group) => dim.product(group.map((name) => sizes.get(name)!)));
}

function plan(shape: Shape, { pattern, lengths }: RearrangeAttrs): Plan {
  const fail = (why: string): never => {
    throw new ArgumentError(`the pattern '${pattern}' ${why}`, { op: "rearrange" });
  };
  const sides = pattern.split("->").map((side): Groups => {
    if (!/^(?:\s*(?:\w+|\([\w\s]*\)))*\s*$/.test(side)) fail("is not made of names, parentheses and one '->'");
    return [...side.matchAll(/\w+|\(([^)]*)\)/g)].map(([text, inside]) =>
      inside === undefined ? [text] : (inside.match(/\w+/g) ?? []),
    );
  });
  if (sides.length !== 2) fail("has not one '->'");
  const [left, right] = sides as [Groups, Groups];
  const [from, to] = [left.flat(), right.flat()];
  if (new Set(from).size !== from.length || new Set(to).size !== to.length) fail("repeats a name");
  if (from.length !== to.length || to.some((name) => !from.includes(name)))
    fail("does not have the same names on both sides");
  if (left.length !== shape.length) fail(`is for ${left.length} axes, not for shape ${formatShape(shape)}`);
  const sizes = new Map<string, Dim>(Object.entries(lengths));
  left.forEach((group, axis) => {
    const open = group.filter((name) => !sizes.has(name));
    if (open.length > 1) fail(`leaves the sizes of ${open.join(" and ")} open: give all but one`);
    const known = dim.product(group.filter((name) => sizes.has(name)).map((name) => sizes.get(name)!));
    if (open.length === 1) sizes.set(open[0]!, dim.floordiv(shape[axis]!, known));
    const whole = dim.product(group.map((name) => sizes.get(name)!));
    if (unify(whole, shape[axis]!) === null) {
      throw new ShapeError(
        `axis ${axis} of ${formatShape(shape)} does not divide into (${group.join(" ")}) of '${pattern}'`,
        { op: "rearrange" },
      );
    }
  });
  return { from, to: right, sizes };
}

/**
 * Axes renamed, reordered, merged and split, as a pattern with names says (the notation of einops).
 *
 * @param tensor - Any shape and dtype.
 * @param pattern - Names of the axes before and after `->`; those in parentheses make one axis, such as `"b h w c -> b (h w) c"`.
 * @param axesLengths - Sizes of parts of an axis that is split; one part of each may be left out.
 * @throws {ArgumentError} when the pattern is malformed or does not fit the number of axes.
 * @throws {ShapeError} when an axis does not divide into its parts.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(ops.rearrange(ops.zeros([2, 6, 3]), "b (h w) c -> b c h w", { h: 2 }).shape); // [2, 3, 2, 3]
 * ```
 */
export function rearrange(
  tensor: KerasTensor,
  pattern: string,
  axesLengths?: Readonly<Record<string, number>>,
): KerasTensor;
export function rearrange(tensor: TensorLike, pattern: string, axesLengths?: Readonly<Record<string, number>>): Tensor;
export function rearrange(
  tensor: TensorLike | KerasTensor,
  pattern: string,
  axesLengths: Readonly<Record<string, number>> = {},
): Tensor | KerasTensor {
  return apply(rearrangeOp, [tensor], { pattern, lengths: { ...axesLengths } })[0]!;
}
