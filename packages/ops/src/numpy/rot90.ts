import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { flip } from "./flip.ts";
import { swapaxes } from "./swapaxes.ts";

interface Rot90Attrs {
  readonly [key: string]: unknown;
  readonly k: number;
  readonly axes: readonly number[];
}

export const rot90Op: OpDef<Rot90Attrs> = defineOp<Rot90Attrs>({
  name: "rot90",
  keras: "keras.src.ops.numpy.Rot90",
  resolve: ([x], { k, axes }) => {
    const rank = x!.shape.length;
    if (rank < 2) throw new ArgumentError(`needs at least 2 axes, got ${rank}`, { op: "rot90" });
    if (!Array.isArray(axes)) throw new ArgumentError(`axes are two numbers, got ${String(axes)}`, { op: "rot90" });
    const plane = axes.map((a) => normalizeAxis(a, rank, "rot90"));
    if (plane.length !== 2 || plane[0] === plane[1])
      throw new ArgumentError(`axes [${axes.join(", ")}] are not two different ones`, { op: "rot90" });
    if (!Number.isInteger(k)) throw new ArgumentError(`k is a whole number, got ${k}`, { op: "rot90" });
    return { k: ((k % 4) + 4) % 4, axes: plane };
  },
  infer: ([x], { k, axes: [a, b] }) => {
    const { shape } = x!;
    return [{ shape: k % 2 === 0 ? shape : shape.with(a!, shape[b!]!).with(b!, shape[a!]!), dtype: x!.dtype }];
  },
  decompose: ([x], { k, axes: [a, b] }) => {
    if (k === 0) return [x!];
    if (k === 2) return [flip(x!, { axis: [a!, b!] })];
    return [k === 1 ? swapaxes(flip(x!, { axis: b! }), a!, b!) : flip(swapaxes(x!, a!, b!), { axis: b! })];
  },
  inline: true,
});

/** Options of `rot90`. */
export interface Rot90Options {
  /** How many quarter turns, from the first axis toward the second. Default 1. */
  readonly k?: number | undefined;
  /** The two axes of the plane. Default `[0, 1]`. */
  readonly axes?: readonly number[] | undefined;
}

/**
 * A tensor turned by quarter turns in the plane of two axes.
 *
 * @param array - At least two axes, any dtype.
 * @param options - `k` and `axes`.
 * @throws {ArgumentError} when there are fewer than two axes, or the plane is not of two different ones.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.rot90([[1, 2], [3, 4]]).array()); // [[2, 4], [1, 3]]
 * ```
 */
export function rot90(array: KerasTensor, options?: Rot90Options): KerasTensor;
export function rot90(array: TensorLike, options?: Rot90Options): Tensor;
export function rot90(array: TensorLike | KerasTensor, options: Rot90Options = {}): Tensor | KerasTensor {
  const { k = 1, axes = [0, 1] } = options;
  return apply(rot90Op, [array], { k, axes })[0]!;
}
