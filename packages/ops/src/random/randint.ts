import { toTensor } from "../convert.ts";
import { cast } from "../core/cast.ts";
import type { Dim } from "../dim.ts";
import { isInteger, isUnsigned, itemBytes, standardizeDType, type DType } from "../dtype.ts";
import { DTypeError } from "../errors.ts";
import { resolveOptions } from "../define/options.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { bitwiseOr } from "../numpy/bitwise.ts";
import { lessEqual } from "../numpy/compare.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { mod } from "../numpy/mod.ts";
import { multiply } from "../numpy/multiply.ts";
import { leftShift } from "../numpy/shift.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, sameShape, staticShape } from "../shape.ts";
import { ShapeError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";
import { joinKey, keyWords, splitKey, wideBits } from "./key.ts";
import { checkKey, randomBits, type DrawAttrs } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";

/** Attributes of {@link randomIntegersOp}. */
interface IntegerAttrs extends DrawAttrs {
  /** 32 or 64 bits wide. */
  readonly dtype: DType;
}

/** (key, low, high) → integers in [low, high); low where high ≤ low. */
export const randomIntegersOp: OpDef<IntegerAttrs> = defineOp<IntegerAttrs>({
  name: "random_integers",
  infer: ([key, low, high], { shape, dtype }) => {
    checkKey(key!, "random_integers");
    if (!sameShape(broadcastShapes([shape, low!.shape, high!.shape], "random_integers"), shape)) {
      throw new ShapeError(
        `bounds of shapes ${formatShape(low!.shape)} and ${formatShape(high!.shape)} do not broadcast to ${formatShape(shape)}`,
        {
          op: "random_integers",
        },
      );
    }
    return [{ shape, dtype }];
  },
  decompose: ([key, low, high], { shape, dtype }) => {
    const wide = itemBytes(dtype) === 8;
    const unsigned: DType = wide ? "uint64" : "uint32";
    const [first, second] = splitKey(keyWords(key!), 2).map((words) => {
      if (!wide) return randomBits(joinKey(words), shape);
      const [h, l] = wideBits(joinKey(words), staticShape(shape, "random_integers"));
      return bitwiseOr(leftShift(cast(h, unsigned), 32), cast(l, unsigned));
    });
    const difference = cast(subtract(high!, low!), unsigned);
    const span = where(lessEqual(high!, low!), 1, difference);
    // Twice the bits that fit: (first · 2^bits + second) mod span, by parts.
    const half = mod(toTensor(2 ** (wide ? 32 : 16), unsigned), span);
    const carry = mod(multiply(half, half), span);
    const offset = mod(add(multiply(mod(first!, span), carry), mod(second!, span)), span);
    return [add(low!, cast(offset, dtype))];
  },
  vjp: null,
});

/** Options of {@link randint}. */
export interface RandintOptions {
  /** An integer dtype; default int32. */
  readonly dtype?: DType | null | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * Uniformly distributed integers in [minval, maxval).
 *
 * @param shape - Shape of the result.
 * @param minval - Lower bound, included.
 * @param maxval - Upper bound, excluded.
 * @throws {DTypeError} when `dtype` is not an integer.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.randint([4], 0, 10, { seed: 42 });
 * console.log(x.dtype); // "int32"
 * ```
 */
export function randint(
  shape: readonly Dim[],
  minval: TensorLike,
  maxval: TensorLike,
  options?: RandintOptions | DType,
): Tensor {
  const { dtype: name = "int32", seed } = resolveOptions<RandintOptions>(options);
  const dtype = standardizeDType(name ?? "int32");
  if (!isInteger(dtype))
    throw new DTypeError(`random.randint gives integers, not ${dtype}: use random.uniform for floats`, {
      op: "randint",
    });
  // Narrow types are drawn in 32 bits, which is less biased.
  const bits = itemBytes(dtype) * 8;
  const narrow = bits < 32;
  const drawn = narrow ? "int32" : dtype;
  let [low, high] = [toTensor(minval, drawn), toTensor(maxval, drawn)];
  if (narrow) {
    const [least, most] = isUnsigned(dtype) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    low = minimum(maximum(low, least), most);
    high = minimum(maximum(high, least), most + 1);
  }
  const [drawnValues] = apply(randomIntegersOp, [drawSeed(seed), low, high], { shape, dtype: drawn });
  return narrow ? cast(drawnValues!, dtype) : drawnValues!;
}
