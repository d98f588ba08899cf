import { toTensor } from "../convert.ts";
import { cast } from "../core/cast.ts";
import { isFloat, standardizeDType, type DType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { resolveOptions } from "../define/options.ts";
import { dispatch } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { argmax } from "../numpy/argmax.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { log } from "../numpy/log.ts";
import { maximum } from "../numpy/maximum.ts";
import { negative } from "../numpy/negative.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkKey } from "./random-bits.ts";
import { drawSeed, type Seed } from "./seed.ts";
import { sampleDType, unitInterval, type SampleAttrs, type SampleDType } from "./unit-interval.ts";

/** The smallest normal number of each dtype: keeps the logarithm finite. */
function tiny(dtype: SampleDType): number {
  return { float16: 2 ** -14, bfloat16: 2 ** -126, float32: 2 ** -126, float64: 2 ** -1022 }[dtype];
}

/** Standard Gumbel floats: -log(-log u). */
export const randomGumbelOp: OpDef<SampleAttrs> = defineOp<SampleAttrs>({
  name: "random_gumbel",
  infer: ([key], { shape, dtype }) => {
    checkKey(key!, "random_gumbel");
    return [{ shape, dtype }];
  },
  decompose: ([key], { shape, dtype }) => {
    const u = maximum(add(unitInterval(key!, shape, dtype), tiny(dtype)), tiny(dtype));
    return [negative(log(negative(log(u))))];
  },
  vjp: null,
});

/** Options of {@link categorical}. */
export interface CategoricalOptions {
  /** An integer dtype; default int32. */
  readonly dtype?: DType | null | undefined;
  readonly seed?: Seed | undefined;
}

/**
 * Class indices, drawn with the given log-probabilities.
 *
 * Source: the Gumbel-max trick (Gumbel, 1954).
 *
 * @param logits - [batch, classes]: logarithms of probabilities that need not add up to 1.
 * @param numSamples - How many to draw for each row.
 * @returns [batch, numSamples].
 * @throws {ShapeError} when `logits` has not two axes.
 * @example
 * ```ts
 * import { random } from "keras";
 * const x = random.categorical([[-100, 0], [0, -100]], 3, { seed: 1 });
 * console.log(await x.array()); // [[1, 1, 1], [0, 0, 0]]
 * ```
 */
export function categorical(logits: TensorLike, numSamples: number, options?: CategoricalOptions | DType): Tensor {
  const { dtype = "int32", seed } = resolveOptions<CategoricalOptions>(options);
  const scores = toTensor(logits);
  if (scores.shape.length !== 2) {
    throw new ShapeError(`logits must have shape [batch, classes], got ${formatShape(scores.shape)}`, {
      op: "categorical",
    });
  }
  const [batch, classes] = scores.shape as readonly [number, number];
  const drawn = isFloat(scores.dtype) ? scores : toTensor(scores, standardizeDType(null));
  const shape = [batch, classes, numSamples];
  const noise = dispatch(randomGumbelOp, [drawSeed(seed)], {
    shape,
    dtype: sampleDType(drawn.dtype, "categorical"),
  })[0]!;
  const picked = argmax(add(noise, expandDims(drawn, -1)), { axis: 1 });
  return cast(picked, standardizeDType(dtype ?? "int32"));
}
