import type { AxisAttrs } from "../define/attrs.ts";
import { resolveOptions } from "../define/options.ts";
import { dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceAxis } from "../numpy/slice.ts";
import { stack } from "../numpy/stack.ts";
import { zeros } from "../numpy/zeros.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";

interface UnstackAttrs extends AxisAttrs {
  /** Size of the axis; needed where it is unknown. */
  readonly num: number | null;
}

export const unstackOp: OpDef<UnstackAttrs> = defineOp<UnstackAttrs>({
  name: "unstack",
  keras: "keras.src.ops.core.Unstack",
  resolve: ([x], { axis, num }) => {
    const at = normalizeAxis(axis, x!.shape.length, "unstack");
    const size = x!.shape[at]!;
    if (num === null && !dim.isStatic(size)) {
      throw new ArgumentError(`axis ${at} of ${formatShape(x!.shape)} has an unknown size: give \`num\``, {
        op: "unstack",
      });
    }
    if (num !== null && dim.isStatic(size) && size !== num) {
      throw new ShapeError(`axis ${at} of ${formatShape(x!.shape)} does not hold ${num} parts`, { op: "unstack" });
    }
    return { axis: at, num: num ?? (size as number) };
  },
  infer: ([x], { axis, num }) =>
    Array.from({ length: num! }, () => ({ shape: x!.shape.toSpliced(axis, 1), dtype: x!.dtype })),
  decompose: ([x], { axis, num }) => Array.from({ length: num! }, (_, i) => part(x!, axis, i)),
  vjp: ({ inputs: [x], attrs: { axis }, grads }) => {
    const rest: Shape = x!.shape.toSpliced(axis, 1);
    return [
      grads.length === 0
        ? zeros(x!.shape, { dtype: x!.dtype })
        : stack(
            grads.map((g) => g ?? zeros(rest, { dtype: x!.dtype })),
            { axis },
          ),
    ];
  },
});

function part(x: Tensor, axis: number, index: number): Tensor {
  return reshape(sliceAxis(x, axis, index, index + 1), x.shape.toSpliced(axis, 1));
}

/** Options of `unstack`. */
export interface UnstackOptions {
  /** Size of the axis; needed where it is unknown. */
  readonly num?: number | null | undefined;
  /** Default 0. */
  readonly axis?: number | undefined;
}

/**
 * The parts of a tensor along an axis, without that axis.
 *
 * @param x - At least one axis, any dtype.
 * @param options - `axis` and `num`, or the axis itself.
 * @throws {ArgumentError} when the axis is out of range, or its size is unknown and `num` is not given.
 * @throws {ShapeError} when the axis does not hold `num` parts.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [a, b] = ops.unstack([[1, 2], [3, 4]]);
 * console.log(await a.array(), await b.array()); // [1, 2] [3, 4]
 * ```
 */
export function unstack(x: KerasTensor, options?: UnstackOptions | number): KerasTensor[];
export function unstack(x: TensorLike, options?: UnstackOptions | number): Tensor[];
export function unstack(x: TensorLike | KerasTensor, options?: UnstackOptions | number): Tensor[] | KerasTensor[] {
  const { axis = 0, num = null } = resolveOptions<UnstackOptions>(options);
  return [...apply(unstackOp, [x], { axis, num })];
}
