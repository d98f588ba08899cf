import { cast } from "../core/cast.ts";
import { dim, type Shape } from "../dim.ts";
import { resultType, type DType } from "../dtype.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { argmax } from "../numpy/argmax.ts";
import { argsort } from "../numpy/argsort.ts";
import { equal, greaterEqual } from "../numpy/compare.ts";
import { expandDims } from "../numpy/expand-dims.ts";
import { full } from "../numpy/full.ts";
import { iotaTensor } from "../numpy/iota.ts";
import { max } from "../numpy/max.ts";
import { negative } from "../numpy/negative.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { sum } from "../numpy/sum.ts";
import { takeAlongAxis } from "../numpy/take-along-axis.ts";
import { where } from "../numpy/where.ts";
import { defineOp, type OpDef, type OperandSpec } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { beamSearch } from "./ctc-beam-search.ts";

/** How labels are found: the best class of each step, or the best labels over all alignments, among a number of candidates. */
export type CtcStrategy = "greedy" | "beam_search";

/** Attributes of both strategies. */
interface CtcDecodeAttrs extends Readonly<Record<string, unknown>> {
  readonly beamWidth: number;
  readonly topPaths: number;
  readonly mergeRepeated: boolean;
  readonly maskIndex: number | null;
}

function promote(inputs: readonly OperandSpec[]): readonly DType[] {
  return [resultType(inputs[0]!.dtype, "float32"), "int32"];
}

function outputs([x, lengths]: readonly Spec[], paths: number): readonly Spec[] {
  const [batch, steps] = x!.shape;
  if (x!.shape.length !== 3 || lengths!.shape.length !== 1 || unify(batch!, lengths!.shape[0]!) === null) {
    throw new ShapeError(
      `needs outputs [batch, steps, classes] and lengths [batch], got ${formatShape(x!.shape)} and ${formatShape(lengths!.shape)}`,
      { op: "ctc_decode" },
    );
  }
  return [
    { shape: [paths, batch!, steps!], dtype: "int32" },
    { shape: [batch!, paths], dtype: x!.dtype },
  ];
}

const config =
  (strategy: CtcStrategy) =>
  ({ beamWidth, topPaths, mergeRepeated, maskIndex }: CtcDecodeAttrs): Record<string, unknown> => ({
    strategy,
    beam_width: beamWidth,
    top_paths: topPaths,
    merge_repeated: mergeRepeated,
    mask_index: maskIndex,
  });

export const ctcGreedyDecodeOp: OpDef<CtcDecodeAttrs> = defineOp<CtcDecodeAttrs>({
  name: "ctc_greedy_decode",
  keras: "keras.src.ops.nn.CTCDecode",
  promote,
  toConfig: (attrs) => config("greedy")(attrs),
  infer: (inputs) => outputs(inputs, 1),
  decompose: ([x, lengths], { mergeRepeated, maskIndex }) => {
    const [batch, steps, classes] = x!.shape as unknown as Shape;
    const blank = maskIndex ?? (classes as number) - 1;
    const over = greaterEqual(iotaTensor([1, steps!], 1, "int32"), expandDims(lengths!, -1));
    let labels = where(over, blank, argmax(x!, { axis: -1 }));
    if (mergeRepeated) {
      const same = equal(sliceAxis(labels, 1, 1, steps!), sliceAxis(labels, 1, 0, dim.sub(steps!, 1)));
      const repeated = concatenate([full([batch!, 1], false, { dtype: "bool" }), same], { axis: 1 });
      labels = where(repeated, blank, labels);
    }
    const empty = equal(labels, blank);
    // Labels to the front, in their order; then the rest.
    const order = argsort(cast(empty, "int32"), { axis: -1 });
    const packed = takeAlongAxis(where(empty, -1, labels), order, { axis: -1 });
    const scores = negative(sum(where(over, 0, max(x!, { axis: -1 })), { axis: 1, keepdims: true }));
    return [expandDims(packed, 0), scores];
  },
  inline: true,
});

export const ctcBeamSearchDecodeOp: OpDef<CtcDecodeAttrs> = defineOp<CtcDecodeAttrs>({
  name: "ctc_beam_search_decode",
  keras: "keras.src.ops.nn.CTCDecode",
  ownsConfig: ({ strategy }) => strategy === "beam_search",
  promote,
  toConfig: (attrs) => config("beam_search")(attrs),
  infer: (inputs, { topPaths }) => outputs(inputs, topPaths),
  decompose: ([x, lengths], { beamWidth, topPaths, maskIndex }) =>
    beamSearch(x!, lengths!, beamWidth, topPaths, maskIndex),
  vjp: null,
});

/** Options of {@link ctcDecode}. */
export interface CtcDecodeOptions {
  /** Default `greedy`. */
  readonly strategy?: CtcStrategy | undefined;
  /** Number of candidates that beam search keeps; default 100. */
  readonly beamWidth?: number | undefined;
  /** How many of the best label sequences beam search gives; default 1. */
  readonly topPaths?: number | undefined;
  /** Whether the greedy strategy makes one label of a class that is repeated step by step; default true. */
  readonly mergeRepeated?: boolean | undefined;
  /** Class that stands for "no label"; null: the last one. Default 0. */
  readonly maskIndex?: number | null | undefined;
}

/**
 * Label sequences that outputs of connectionist temporal classification spell.
 *
 * Source: Graves et al., Connectionist Temporal Classification (2006); Hannun et al., First-Pass Large Vocabulary Continuous Speech
 * Recognition using Bi-Directional Recurrent DNNs (2014), for the beam search.
 *
 * @param inputs - Logits [batch, steps, classes].
 * @param sequenceLengths - Number of steps of each sequence [batch].
 * @returns [labels, scores]: int32 [paths, batch, steps], filled up with -1; and [batch, paths], minus the sum of the best logits for
 *   the greedy strategy, log-probabilities for beam search. No gradient flows through beam search.
 * @throws {ArgumentError} on an unknown strategy, or more paths than candidates.
 * @throws {ShapeError} when the shapes do not fit.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [labels] = ops.ctcDecode([[[0, 9, 0], [0, 9, 0], [0, 0, 9]]], [3]);
 * console.log(await labels.array()); // [[[1, 2, -1]]]
 * ```
 */
export function ctcDecode(
  inputs: KerasTensor,
  sequenceLengths: Other,
  options?: CtcDecodeOptions,
): [KerasTensor, KerasTensor];
export function ctcDecode(
  inputs: TensorLike,
  sequenceLengths: TensorLike,
  options?: CtcDecodeOptions,
): [Tensor, Tensor];
export function ctcDecode(
  inputs: Other,
  sequenceLengths: Other,
  options: CtcDecodeOptions = {},
): [Tensor, Tensor] | [KerasTensor, KerasTensor] {
  const { strategy = "greedy", beamWidth = 100, topPaths = 1, mergeRepeated = true, maskIndex = 0 } = options;
  if (strategy !== "greedy" && strategy !== "beam_search") {
    throw new ArgumentError(`the strategy is 'greedy' or 'beam_search', got '${String(strategy)}'`, {
      op: "ctc_decode",
    });
  }
  if (strategy === "beam_search" && (topPaths < 1 || topPaths > beamWidth)) {
    throw new ArgumentError(`beam search of width ${beamWidth} gives 1 to ${beamWidth} paths, not ${topPaths}`, {
      op: "ctc_decode",
    });
  }
  const op = strategy === "greedy" ? ctcGreedyDecodeOp : ctcBeamSearchDecodeOp;
  const [labels, scores] = apply(op, [inputs, sequenceLengths], { beamWidth, topPaths, mergeRepeated, maskIndex });
  return [labels!, scores!];
}
