import { asDType } from "../define/as-dtype.ts";
import { scan } from "../core/scan.ts";
import type { Shape } from "../dim.ts";
import { resultType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { add } from "../numpy/add.ts";
import { equal, greaterEqual } from "../numpy/compare.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { full } from "../numpy/full.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { logaddexp } from "../numpy/logaddexp.ts";
import { matmul } from "../numpy/matmul.ts";
import { multiply } from "../numpy/multiply.ts";
import { negative } from "../numpy/negative.ts";
import { padTensor } from "../numpy/pad-primitive.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { subtract } from "../numpy/subtract.ts";
import { sum } from "../numpy/sum.ts";
import { swapaxes } from "../numpy/swapaxes.ts";
import { transpose } from "../numpy/transpose.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { logSoftmax } from "./log-softmax.ts";
import { oneHot } from "./one-hot.ts";

/** Attributes of {@link ctcLossOp}. */
interface CtcLossAttrs extends Readonly<Record<string, unknown>> {
  readonly maskIndex: number;
}

/** Stands for the logarithm of 0, and keeps sums finite. */
const LOG_ZERO = -1e5;

export const ctcLossOp: OpDef<CtcLossAttrs> = defineOp<CtcLossAttrs>({
  name: "ctc_loss",
  keras: "keras.src.ops.nn.CTCLoss",
  promote: ([, output]) => ["int32", resultType(output!.dtype, "float32"), "int32", "int32"],
  infer: ([target, output, targetLength, outputLength]) => {
    const fail = (): never => {
      const shapes = [target!, output!, targetLength!, outputLength!].map((x) => formatShape(x.shape)).join(", ");
      throw new ShapeError(
        `needs target [batch, labels], output [batch, steps, classes] and two lengths [batch], got ${shapes}`,
        { op: "ctc_loss" },
      );
    };
    if (
      target!.shape.length !== 2 ||
      output!.shape.length !== 3 ||
      targetLength!.shape.length !== 1 ||
      outputLength!.shape.length !== 1
    )
      fail();
    for (const x of [output!, targetLength!, outputLength!]) if (unify(target!.shape[0]!, x.shape[0]!) === null) fail();
    return [{ shape: [target!.shape[0]!], dtype: output!.dtype }];
  },
  decompose: ([target, output, targetLength, outputLength], { maskIndex }) => {
    const dtype = output!.dtype;
    const [batch, steps, classes] = output!.shape as unknown as Shape;
    const labels: Shape[number] = target!.shape[1]!;
    const logits = logSoftmax(output!);
    const blank = transpose(sliceAxis(logits, 2, maskIndex, maskIndex + 1), [1, 0, 2]); // [steps, batch, 1]
    const vectors = oneHot(target!, classes as number, { dtype });
    const emit = transpose(matmul(logits, swapaxes(vectors, 1, 2)), [1, 0, 2]); // [steps, batch, labels]
    const ended = asDType(greaterEqual(iotaTensor([steps!, 1], 0, "int32"), expandDims(outputLength!, 0)), dtype); // [steps, batch]
    // A label that follows an equal one needs a blank between.
    const same = equal(sliceAxis(target!, 1, 0, (labels as number) - 1), sliceAxis(target!, 1, 1, labels));
    const repeat = padTensor(asDType(same, dtype), [0, 0], [0, 1], [0, 0], 0);
    const zero = (width: Shape[number]): Tensor => full([batch!, width], LOG_ZERO, { dtype });
    const startBlank = concatenate([full([batch!, 1], 0, { dtype }), zero(labels)], { axis: 1 });
    const [end] = scan(
      ([phi, emitted]: readonly [Tensor, Tensor], [logEmit, logBlank, over]: readonly [Tensor, Tensor, Tensor]) => {
        const before = arrive(phi, add(emitted, multiply(repeat, LOG_ZERO)));
        const nextEmitted = add(logaddexp(sliceAxis(before, 1, 0, labels), emitted), logEmit);
        const stayed = add(before, logBlank);
        const nextPhi = arrive(stayed, add(add(emitted, logBlank), multiply(subtract(1, repeat), LOG_ZERO)));
        const keep = expandDims(over, -1);
        const select = (old: Tensor, next: Tensor): Tensor =>
          add(multiply(keep, old), multiply(subtract(1, keep), next));
        return [[select(phi, nextPhi), select(emitted, nextEmitted)] as const, null] as const;
      },
      [startBlank, zero(labels)] as const,
      [emit, blank, ended] as const,
    );
    const last = arrive(end[0], end[1]);
    const position = oneHot(targetLength!, (labels as number) + 1, { dtype });
    return [negative(sum(multiply(last, position), { axis: 1 }))];
  },
  inline: true,
});

/** Adds scores of having emitted a label to those of standing behind it. */
function arrive(phi: Tensor, added: Tensor): Tensor {
  const width = phi.shape[1]!;
  return concatenate([sliceAxis(phi, 1, 0, 1), logaddexp(sliceAxis(phi, 1, 1, width), added)], { axis: 1 });
}

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions {
  /** Class that stands for "no label". Default 0. */
  readonly maskIndex?: number | undefined;
}

/**
 * Connectionist temporal classification: minus the log-probability that the outputs spell the target, in any alignment.
 *
 * Source: Graves et al., Connectionist Temporal Classification (2006).
 *
 * @param target - Labels [batch, labels].
 * @param output - Logits [batch, steps, classes].
 * @param targetLength - Number of labels of each target [batch].
 * @param outputLength - Number of steps of each output [batch].
 * @returns [batch].
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const loss = ops.ctcLoss([[1]], ops.zeros([1, 1, 2]), [1], [1]);
 * console.log(await loss.array()); // about [0.693]
 * ```
 */
export function ctcLoss(
  target: Other,
  output: KerasTensor,
  targetLength: Other,
  outputLength: Other,
  options?: CtcLossOptions,
): KerasTensor;
export function ctcLoss(
  target: KerasTensor,
  output: Other,
  targetLength: Other,
  outputLength: Other,
  options?: CtcLossOptions,
): KerasTensor;
export function ctcLoss(
  target: TensorLike,
  output: TensorLike,
  targetLength: TensorLike,
  outputLength: TensorLike,
  options?: CtcLossOptions,
): Tensor;
export function ctcLoss(
  target: Other,
  output: Other,
  targetLength: Other,
  outputLength: Other,
  options: CtcLossOptions = {},
): Tensor | KerasTensor {
  return apply(ctcLossOp, [target, output, targetLength, outputLength], { maskIndex: options.maskIndex ?? 0 })[0]!;
}
