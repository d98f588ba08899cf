import { hostIntegers } from "../define/host-number.ts";
import { resolveOptions } from "../define/options.ts";
import { dim } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { concatenate } from "./concatenate.ts";
import { reshape } from "./reshape.ts";
import { sliceAxis } from "./slice.ts";

interface RollAttrs {
  readonly [key: string]: unknown;
  readonly shift: readonly number[];
  /** As many axes as shifts; null: all elements in row-major order. */
  readonly axis: readonly number[] | null;
}

export const rollOp: OpDef<RollAttrs> = defineOp<RollAttrs>({
  name: "roll",
  keras: "keras.src.ops.numpy.Roll",
  resolve: ([x], { shift, axis }) => ({
    shift,
    axis: axis && axis.map((a) => normalizeAxis(a, x!.shape.length, "roll")),
  }),
  infer: ([x]) => [x!],
  decompose: ([x], { shift, axis }) => {
    if (axis === null) return [reshape(rolled(reshape(x!, [dim.product(x!.shape)]), shift[0]!, 0), x!.shape)];
    return [shift.reduce((y, by, i) => rolled(y, by, axis[i]!), x!)];
  },
  vjp: ({ attrs: { shift, axis }, grads: [g] }) => [apply(rollOp, [g!], { shift: shift.map((n) => -n), axis })[0]!],
});

/** Entries moved by `shift` along an axis; those that leave at one end come back at the other. */
function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const size = x.shape[axis]!;
  const by = dim.isStatic(size) ? ((shift % Math.max(size, 1)) + Math.max(size, 1)) % Math.max(size, 1) : shift;
  if (by === 0) return x;
  const cut = by < 0 ? -by : dim.sub(size, by);
  return concatenate([sliceAxis(x, axis, cut, size), sliceAxis(x, axis, 0, cut)], { axis });
}

/** Options of `roll`. */
export interface RollOptions {
  /** As many axes as shifts; default: all elements in row-major order. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * Entries moved along axes; those that leave at one end come back at the other.
 *
 * @param x - Any shape and dtype.
 * @param shift - By how many places; one number for all axes or one for each. A tensor is read at once.
 * @param options - `axis`, or the axis itself.
 * @throws {ArgumentError} when shifts and axes differ in number, or a shift is no whole number.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.roll([1, 2, 3, 4], 1).array()); // [4, 1, 2, 3]
 * ```
 */
export function roll(
  x: KerasTensor,
  shift: number | readonly number[] | Tensor,
  options?: RollOptions | number | readonly number[],
): KerasTensor;
export function roll(
  x: TensorLike,
  shift: number | readonly number[] | Tensor,
  options?: RollOptions | number | readonly number[],
): Tensor;
export function roll(
  x: TensorLike | KerasTensor,
  shift: number | readonly number[] | Tensor,
  options?: RollOptions | number | readonly number[],
): Tensor | KerasTensor {
  const { axis = null } = resolveOptions<RollOptions>(options);
  const axes = axis === null || typeof axis !== "number" ? axis : [axis];
  const given = hostIntegers(shift, "roll", "shifts");
  // Without axes there is one, along which the shifts add up.
  const shifts =
    axes === null ? [given.reduce((a, b) => a + b, 0)] : given.length === 1 ? axes.map(() => given[0]!) : given;
  if (shifts.length !== (axes?.length ?? 1)) {
    throw new ArgumentError(`${shifts.length} shifts need as many axes, got ${axes?.length ?? 1}`, { op: "roll" });
  }
  return apply(rollOp, [x], { shift: shifts, axis: axes })[0]!;
}
