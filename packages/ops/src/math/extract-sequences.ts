import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { windowsAlong } from "../nn/patches.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of {@link extractSequencesOp}. */
interface SequencesAttrs extends Readonly<Record<string, unknown>> {
  readonly sequenceLength: number;
  readonly sequenceStride: number;
}

function count(size: Dim, { sequenceLength, sequenceStride }: SequencesAttrs): Dim {
  const n = dim.add(dim.floordiv(dim.sub(size, sequenceLength), sequenceStride), 1);
  return dim.isStatic(n) ? Math.max(n, 0) : n;
}

export const extractSequencesOp: OpDef<SequencesAttrs> = defineOp<SequencesAttrs>({
  name: "extract_sequences",
  keras: "keras.src.ops.math.ExtractSequences",
  infer: ([x], attrs) => {
    if (x!.shape.length === 0) throw new ShapeError("a scalar has no sequences", { op: "extract_sequences" });
    return [
      { shape: [...x!.shape.slice(0, -1), count(x!.shape.at(-1)!, attrs), attrs.sequenceLength], dtype: x!.dtype },
    ];
  },
  decompose: ([x], attrs) => {
    const shape: Shape = x!.shape;
    const axis = shape.length - 1;
    return [
      windowsAlong(x!, [
        {
          axis,
          count: count(shape[axis]!, attrs),
          taps: attrs.sequenceLength,
          stride: attrs.sequenceStride,
          dilation: 1,
        },
      ]),
    ];
  },
  inline: true,
});

/**
 * @throws {ArgumentError} unless it is a whole number of at least 1.
 * @internal
 */
export function checkLength(value: number, what: string, op: string): void {
  if (!Number.isInteger(value) || value < 1)
    throw new ArgumentError(`${what} must be a positive whole number, got ${String(value)}`, { op });
}

/**
 * Windows of equal length along the last axis.
 *
 * @param x - [..., length].
 * @param sequenceLength - Elements of a window.
 * @param sequenceStride - Distance between the starts of windows.
 * @returns [..., windows, sequenceLength].
 * @throws {ArgumentError} unless length and stride are positive whole numbers.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.extractSequences([1, 2, 3, 4], 2, 1).array()); // [[1, 2], [2, 3], [3, 4]]
 * ```
 */
export function extractSequences(x: KerasTensor, sequenceLength: number, sequenceStride: number): KerasTensor;
export function extractSequences(x: TensorLike, sequenceLength: number, sequenceStride: number): Tensor;
export function extractSequences(x: Other, sequenceLength: number, sequenceStride: number): Tensor | KerasTensor {
  checkLength(sequenceLength, "the sequence length", "extract_sequences");
  checkLength(sequenceStride, "the sequence stride", "extract_sequences");
  return apply(extractSequencesOp, [x], { sequenceLength, sequenceStride })[0]!;
}
