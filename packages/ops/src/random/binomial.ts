import { toTensor } from "../convert.ts";
import { whileLoop } from "../core/while-loop.ts";
import { cast } from "../core/cast.ts";
import type { Dim } from "../dim.ts";
import { isFloat, standardizeDType, type DType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { resolveOptions } from "../define/options.ts";
import { dispatch } from "../execution/dispatch.ts";
import { absolute } from "../numpy/absolute.ts";
import { add } from "../numpy/add.ts";
import { any } from "../numpy/any.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { greater, greaterEqual, less, lessEqual } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { full } from "../numpy/full.ts";
import { isinf } from "../numpy/isinf.ts";
import { isnan } from "../numpy/isnan.ts";
import { log } from "../numpy/log.ts";
import { log1p } from "../numpy/log1p.ts";
import { logicalAnd, logicalNot, logicalOr } from "../numpy/logical.ts";
import { maximum } from "../numpy/maximum.ts";
import { minimum } from "../numpy/minimum.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { ceil, floor } from "../numpy/rounding.ts";
import { sqrt } from "../numpy/sqrt.ts";
import { subtract } from "../numpy/subtract.ts";
import { take } from "../numpy/take.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { joinKey, keyWords, splitKey, type KeyWords } from "./key.ts";
import { checkKey, type DrawAttrs } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";
import { sampleDType, unitInterval, type SampleDType } from "./unit-interval.ts";

/**
 * (key, counts, probabilities) floats → binomial floats. Small means are drawn by inversion, others by transformed rejection.
 *
 * Source: Hörmann, The Generation of Binomial Random Variates (1993), algorithm BTRS; Kachitvichyanukul and Schmeiser (1988) for the
 * inversion by geometric gaps; with JAX's order of draws.
 */
export const randomBinomialOp: OpDef<DrawAttrs> = defineOp<DrawAttrs>({
  name: "random_binomial",
  infer: ([key, counts, probabilities], { shape }) => {
    checkKey(key!, "random_binomial");
    if (!sameShape(broadcastShapes([shape, counts!.shape, probabilities!.shape], "random_binomial"), shape)) {
      throw new ShapeError(
        `parameters of shapes ${formatShape(counts!.shape)} and ${formatShape(probabilities!.shape)} do not broadcast to ${formatShape(shape)}`,
        {
          op: "random_binomial",
        },
      );
    }
    return [{ shape, dtype: probabilities!.dtype }];
  },
  decompose: ([key, counts, probabilities], { shape }) => {
    const [given, p] = [broadcastTo(counts!, shape), broadcastTo(probabilities!, shape)];
    const lessThanHalf = less(p, 0.5);
    const rarer = where(lessThanHalf, p, subtract(1, p));
    const badCount = logicalOr(isnan(given), less(given, 0));
    const [badP, negativeP] = [isnan(rarer), less(rarer, 0)];
    const q = where(logicalOr(badP, negativeP), 0.01, rarer);
    const inverted = logicalOr(badCount, lessEqual(multiply(given, q), 10));
    const count = floor(given);
    const sample = where(
      inverted,
      inversion(key!, where(inverted, count, 0), q, shape),
      rejection(key!, where(inverted, 10000, count), where(inverted, 0.5, q), shape),
    );
    const invalid = logicalOr(logicalOr(negativeP, badP), badCount);
    const infinite = isinf(given);
    const marked = where(
      logicalAnd(infinite, logicalNot(invalid)),
      Number.POSITIVE_INFINITY,
      where(invalid, Number.NaN, sample),
    );
    const direct = logicalOr(logicalOr(lessThanHalf, badCount), logicalOr(badP, infinite));
    return [where(direct, marked, subtract(count, marked))];
  },
  vjp: null,
});

/** Counts geometric gaps until they exceed the number of trials. */
function inversion(key: Tensor, count: Tensor, p: Tensor, shape: readonly Dim[]): Tensor {
  const dtype = p.dtype as SampleDType;
  const logOfMiss = log1p(negative(p));
  const zero = full(shape, 0, { dtype });
  type State = readonly [k0: Tensor, k1: Tensor, gaps: Tensor, reached: Tensor];
  const start: State = [...keyWords(key), zero, zero];
  const [, , gaps] = whileLoop<State>(
    (_0: Tensor, _1: Tensor, _gaps: Tensor, reached: Tensor) => any(lessEqual(reached, count)),
    (...[k0, k1, gaps, reached]: State): State => {
      const [used, next] = splitKey([k0, k1], 2) as [KeyWords, KeyWords];
      const gap = ceil(divide(log(unitInterval(joinKey(used), shape, dtype)), logOfMiss));
      return [...next, where(lessEqual(reached, count), add(gaps, 1), gaps), add(reached, gap)];
    },
    start,
  );
  return subtract(gaps, 1);
}

/** Algorithm BTRS. */
function rejection(key: Tensor, count: Tensor, p: Tensor, shape: readonly Dim[]): Tensor {
  const dtype = p.dtype as SampleDType;
  const spread = sqrt(multiply(multiply(count, p), subtract(1, p)));
  const b = add(1.15, multiply(2.53, spread));
  const a = add(add(-0.0873, multiply(0.0248, b)), multiply(0.01, p));
  const c = add(multiply(count, p), 0.5);
  const quickBound = subtract(0.92, divide(4.2, b));
  const odds = divide(p, subtract(1, p));
  const alpha = multiply(add(2.83, divide(5.1, b)), spread);
  const m = floor(multiply(add(count, 1), p));
  const trial = (u: Tensor, v: Tensor): readonly [k: Tensor, accepted: Tensor] => {
    const us = subtract(0.5, absolute(u));
    const quick = logicalAnd(greaterEqual(us, 0.07), lessEqual(v, quickBound));
    const k = floor(add(multiply(add(divide(multiply(2, a), us), b), u), c));
    const outside = logicalOr(less(k, 0), greater(k, count));
    const height = log(divide(multiply(v, alpha), add(divide(a, multiply(us, us)), b)));
    const left = add(subtract(count, m), 1);
    const rest = add(subtract(count, k), 1);
    const bound = [
      multiply(add(m, 0.5), log(divide(add(m, 1), multiply(odds, left)))),
      multiply(add(count, 1), log(divide(left, rest))),
      multiply(add(k, 0.5), log(divide(multiply(odds, rest), add(k, 1)))),
      stirlingTail(m),
      stirlingTail(subtract(count, m)),
      negative(stirlingTail(k)),
      negative(stirlingTail(subtract(count, k))),
    ].reduce((x, y) => add(x, y));
    return [k, logicalOr(quick, logicalAnd(logicalNot(outside), lessEqual(height, bound)))];
  };
  type State = readonly [k0: Tensor, k1: Tensor, sample: Tensor, accepted: Tensor];
  const start: State = [...keyWords(key), full(shape, -1, { dtype }), full(shape, false, { dtype: "bool" })];
  const [, , sample] = whileLoop<State>(
    (_0: Tensor, _1: Tensor, _sample: Tensor, accepted: Tensor) => any(logicalNot(accepted)),
    (...[k0, k1, sample, accepted]: State): State => {
      const [next, uKey, vKey] = splitKey([k0, k1], 3) as [KeyWords, KeyWords, KeyWords];
      const u = subtract(unitInterval(joinKey(uKey), shape, dtype), 0.5);
      const [k, good] = trial(u, unitInterval(joinKey(vKey), shape, dtype));
      return [...next, where(good, k, sample), logicalOr(accepted, good)];
    },
    start,
  );
  return sample;
}

/** log(k!) less Stirling's approximation. */
function stirlingTail(k: Tensor): Tensor {
  const table = toTensor(
    [
      0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
      0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
    ],
    k.dtype,
  );
  const small = minimum(maximum(k, 0), 9);
  const square = multiply(add(small, 1), add(small, 1));
  const series = divide(subtract(1 / 12, divide(subtract(1 / 360, divide(1 / 1260, square)), square)), add(small, 1));
  return where(lessEqual(k, 9), take(table, cast(floor(small), "int32")), series);
}

/** Options of {@link binomial}. */
export interface BinomialOptions {
  /** A float dtype; default floatx. */
  readonly dtype?: DType | null | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * Binomially distributed counts, as floats.
 *
 * @param shape - Shape of the result.
 * @param counts - Numbers of trials; broadcast to `shape`.
 * @param probabilities - Chances of success, in [0, 1]; broadcast to `shape`.
 * @throws {ShapeError} when a parameter does not broadcast to `shape`.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.binomial([3], 10, 0.5, { seed: 1 });
 * console.log((await x.array<1>()).every((v) => v >= 0 && v <= 10)); // true
 * ```
 */
export function binomial(
  shape: readonly Dim[],
  counts: TensorLike,
  probabilities: TensorLike,
  options?: BinomialOptions | DType,
): Tensor {
  const { dtype: name, seed } = resolveOptions<BinomialOptions>(options);
  const dtype = sampleDType(standardizeDType(name), "binomial");
  const given = toTensor(probabilities);
  const p = isFloat(given.dtype) ? given : toTensor(given, standardizeDType(null));
  const sample = dispatch(randomBinomialOp, [drawSeed(seed), toTensor(counts, p.dtype), p], { shape })[0]!;
  return toTensor(sample, dtype);
}
