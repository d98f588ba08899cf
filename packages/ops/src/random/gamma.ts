import { toTensor } from "../convert.ts";
import { whileLoop } from "../core/while-loop.ts";
import { dim, type Dim } from "../dim.ts";
import { standardizeDType, type DType } from "../dtype.ts";
import { resolveOptions } from "../define/options.ts";
import { dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { any } from "../numpy/any.ts";
import { broadcastTo } from "../numpy/broadcast-to.ts";
import { equal, greaterEqual, lessEqual } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { full } from "../numpy/full.ts";
import { log } from "../numpy/log.ts";
import { log1p } from "../numpy/log1p.ts";
import { logicalAnd, logicalOr } from "../numpy/logical.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { power } from "../numpy/power.ts";
import { reshape } from "../numpy/reshape.ts";
import { sqrt } from "../numpy/sqrt.ts";
import { subtract } from "../numpy/subtract.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import type { Tensor } from "../tensor.ts";
import { bitsOfKeys, keyWords, splitInto, splitKey, type KeyWords } from "./key.ts";
import { normalOfUniform } from "./normal.ts";
import { checkKey } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";
import { sampleDType, unitFloats, type SampleDType } from "./unit-interval.ts";

/** Attributes of {@link randomGammaOp}. */
interface GammaAttrs extends Readonly<Record<string, unknown>> {
  /** Gives the logarithm of the sample, which does not underflow. */
  readonly logSpace: boolean;
}

type Floats = Exclude<SampleDType, "float64">;

const uniformOf = (keys: KeyWords, dtype: Floats): Tensor => unitFloats(bitsOfKeys(keys), dtype);

/**
 * (key, alpha) → gamma floats with shape parameter alpha, one per element. Each element has a key of its own and rejects by itself; those
 * that are done stand still until all are.
 *
 * Source: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables (2000), with JAX's order of draws.
 */
export const randomGammaOp: OpDef<GammaAttrs> = defineOp<GammaAttrs>({
  name: "random_gamma",
  infer: ([key, alpha]) => {
    checkKey(key!, "random_gamma");
    return [alpha!];
  },
  decompose: ([key, shaped], { logSpace }) => {
    const dtype = shaped!.dtype as Floats;
    const count = dim.product(shaped!.shape) as number;
    const alpha = reshape(shaped!, [count]);
    const constant = (value: number): Tensor => full([count], value, { dtype });
    // Below 1, a sample for alpha + 1 is scaled down at the end.
    const large = greaterEqual(alpha, 1);
    const d = subtract(where(large, alpha, add(alpha, 1)), 1 / 3);
    const c = divide(1 / 3, sqrt(d));
    const rejected = (x: Tensor, v: Tensor, u: Tensor): Tensor =>
      logicalAnd(
        greaterEqual(u, subtract(1, multiply(0.0331, multiply(x, x)))),
        greaterEqual(log(u), add(multiply(x, 0.5), multiply(d, add(subtract(1, v), log(v))))),
      );
    const [first, last] = splitKey(splitInto(keyWords(key!), count), 2) as [KeyWords, KeyWords];
    type State = readonly [k0: Tensor, k1: Tensor, x: Tensor, v: Tensor, u: Tensor];
    const propose = ([k0, k1, x, v, u]: State): State => {
      const open = rejected(x, v, u);
      const [next, normalKey, uniformKey] = splitKey([k0, k1], 3) as [KeyWords, KeyWords, KeyWords];
      const [x1, v1] = positiveCube(normalKey, c, dtype, count);
      const proposal: State = [...next, multiply(x1, x1), multiply(multiply(v1, v1), v1), uniformOf(uniformKey, dtype)];
      const before: State = [k0, k1, x, v, u];
      return proposal.map((p, i) => where(open, p, before[i]!)) as unknown as State;
    };
    const start: State = [...first, constant(0), constant(1), constant(2)];
    const [, , , v] = whileLoop<State>(
      (_0: Tensor, _1: Tensor, x: Tensor, v: Tensor, u: Tensor) => any(rejected(x, v, u)),
      (...state: State) => propose(state),
      start,
    );
    const u = uniformOf(last, dtype);
    if (!logSpace) {
      const boost = where(large, 1, power(subtract(1, u), divide(1, alpha)));
      return [reshape(multiply(multiply(d, v), boost), shaped!.shape)];
    }
    const logBoost = log1p(negative(u));
    const scaled = where(logicalOr(large, equal(logBoost, 0)), 0, multiply(logBoost, divide(1, alpha)));
    return [reshape(add(add(log(d), log(v)), scaled), shaped!.shape)];
  },
  vjp: null,
});

/** Normal x with 1 + c·x > 0, drawn until it is so; gives [x, 1 + c·x]. */
function positiveCube(keys: KeyWords, c: Tensor, dtype: Floats, count: number): readonly [Tensor, Tensor] {
  type State = readonly [k0: Tensor, k1: Tensor, x: Tensor, v: Tensor];
  const start: State = [...keys, full([count], 0, { dtype }), full([count], -1, { dtype })];
  const [, , x, v] = whileLoop<State>(
    (_0: Tensor, _1: Tensor, _x: Tensor, v: Tensor) => any(lessEqual(v, 0)),
    (...[k0, k1, x, v]: State): State => {
      const open = lessEqual(v, 0);
      const [next, used] = splitKey([k0, k1], 2) as [KeyWords, KeyWords];
      const drawn = normalOfUniform(uniformOf(used, dtype), dtype);
      return [
        where(open, next[0], k0),
        where(open, next[1], k1),
        where(open, drawn, x),
        where(open, add(1, multiply(drawn, c)), v),
      ];
    },
    start,
  );
  return [x, v];
}

/** Samples (or their logarithms) of shape `shape`; float64 is drawn in float32. @internal */
export function drawGamma(
  key: Tensor,
  alpha: TensorLike,
  shape: readonly Dim[],
  dtype: SampleDType,
  logSpace: boolean,
): Tensor {
  const drawn = dtype === "float64" ? "float32" : dtype;
  const spread = broadcastTo(toTensor(alpha, drawn), shape);
  const sample = dispatch(randomGammaOp, [key, spread], { logSpace })[0]!;
  return toTensor(sample, dtype);
}

/** Options of {@link gamma}. */
export interface GammaOptions {
  /** A float dtype; default floatx. */
  readonly dtype?: DType | null | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * Gamma-distributed floats of scale 1. No gradient flows to `alpha`.
 *
 * @param shape - Shape of the result.
 * @param alpha - Shape parameter, positive; broadcasts to `shape`.
 * @throws {ShapeError} when `alpha` does not broadcast to `shape`.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.gamma([3], 2, { seed: 1 });
 * console.log((await x.array<1>()).every((v) => v > 0)); // true
 * ```
 */
export function gamma(shape: readonly Dim[], alpha: TensorLike, options?: GammaOptions | DType): Tensor {
  const { dtype, seed } = resolveOptions<GammaOptions>(options);
  return drawGamma(drawSeed(seed), alpha, shape, sampleDType(standardizeDType(dtype), "gamma"), false);
}
