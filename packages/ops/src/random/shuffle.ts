import { toTensor } from "../convert.ts";
import { ArgumentError } from "../errors.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { argsort } from "../numpy/argsort.ts";
import { takeAlongAxis } from "../numpy/take-along-axis.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { normalizeAxis, sizeOf, staticShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { joinKey, keyWords, splitKey } from "./key.ts";
import { checkKey, randomBits } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";

/** Attributes of {@link randomShuffleOp}. */
interface ShuffleAttrs extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

/** (x, key) → x with each line along an axis in an order of its own. */
export const randomShuffleOp: OpDef<ShuffleAttrs> = defineOp<ShuffleAttrs>({
  name: "random_shuffle",
  infer: ([x, key]) => {
    checkKey(key!, "random_shuffle");
    return [x!];
  },
  decompose: ([x, key], { axis }) => {
    // Sorting by random numbers; repeated, so that numbers drawn twice leave no trace of the old order.
    const size = sizeOf(staticShape(x!.shape, "random_shuffle"));
    const rounds = Math.max(1, Math.ceil((3 * Math.log(Math.max(1, size))) / Math.log(2 ** 32 - 1)));
    let words = keyWords(key!);
    let result = x!;
    for (let round = 0; round < rounds; round++) {
      const [next, used] = splitKey(words, 2) as [typeof words, typeof words];
      words = next;
      result = takeAlongAxis(result, argsort(randomBits(joinKey(used), x!.shape), { axis }), { axis });
    }
    return [result];
  },
});

/** Options of {@link shuffle}. */
export interface ShuffleOptions {
  /** Axis along which elements move; default 0. */
  readonly axis?: number | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * The elements of `x` in random order along an axis. Each line along it gets an order of its own, as in Keras on JAX.
 *
 * @param x - Any shape but a scalar.
 * @throws {ArgumentError} when `x` is a scalar or the axis is out of range.
 * @example
 * ```ts
 * import { ops, random } from "keras";
 * const x = random.shuffle([1, 2, 3, 4], { seed: 1 });
 * console.log(await ops.sort(x).array()); // [1, 2, 3, 4]
 * ```
 */
export function shuffle(x: TensorLike, options?: ShuffleOptions | number): Tensor {
  const { axis = 0, seed } = resolveOptions<ShuffleOptions>(options);
  const values = toTensor(x);
  if (values.shape.length === 0) throw new ArgumentError("a scalar cannot be shuffled", { op: "shuffle" });
  return apply(randomShuffleOp, [values, drawSeed(seed)], {
    axis: normalizeAxis(axis, values.shape.length, "shuffle"),
  })[0]!;
}
