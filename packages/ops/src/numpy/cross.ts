import { notBool } from "../define/kinds.ts";
import { dim, type Shape } from "../dim.ts";
import { ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { broadcastShapes, formatShape, normalizeAxis, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { moveaxis } from "./moveaxis.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";
import { sliceAxis } from "./slice.ts";
import { stack } from "./stack.ts";
import { subtract } from "./subtract.ts";
import { zeros } from "./zeros.ts";

interface CrossAttrs {
  readonly [key: string]: unknown;
  readonly axisa: number;
  readonly axisb: number;
  readonly axisc: number;
}

/** Sizes of the operands without their vector axes, and whether the vectors have three parts. */
function layout(x: Spec, y: Spec, { axisa, axisb }: CrossAttrs): { batch: Shape; three: boolean } {
  if (x.shape.length === 0 || y.shape.length === 0) throw new ShapeError("takes vectors, not scalars", { op: "cross" });
  const [a, b] = [normalizeAxis(axisa, x.shape.length, "cross"), normalizeAxis(axisb, y.shape.length, "cross")];
  const sizes = [x.shape[a]!, y.shape[b]!];
  if (sizes.some((d) => dim.isStatic(d) && d !== 2 && d !== 3)) {
    throw new ShapeError(
      `vectors have 2 or 3 parts: axis ${a} of ${formatShape(x.shape)} and axis ${b} of ${formatShape(y.shape)} do not`,
      { op: "cross" },
    );
  }
  const batch = broadcastShapes([x.shape.toSpliced(a, 1), y.shape.toSpliced(b, 1)], "cross");
  return { batch, three: !sizes.every((d) => d === 2) };
}

export const crossOp: OpDef<CrossAttrs> = defineOp<CrossAttrs>({
  name: "cross",
  keras: "keras.src.ops.numpy.Cross",
  promote: "same",
  infer: ([x, y], attrs) => {
    const { batch, three } = layout(x!, y!, attrs);
    const dtype = notBool(x!.dtype, "cross");
    return [
      { shape: three ? batch.toSpliced(normalizeAxis(attrs.axisc, batch.length + 1, "cross"), 0, 3) : batch, dtype },
    ];
  },
  decompose: ([x, y], attrs) => {
    const { three } = layout(x!, y!, attrs);
    const [a, b] = [parts(x!, attrs.axisa), parts(y!, attrs.axisb)];
    const turn = (i: number, j: number): Tensor => subtract(multiply(a[i]!, b[j]!), multiply(a[j]!, b[i]!));
    return [three ? moveaxis(stack([turn(1, 2), turn(2, 0), turn(0, 1)], { axis: -1 }), -1, attrs.axisc) : turn(0, 1)];
  },
});

/** The three parts of vectors along an axis; what is missing is zero. */
function parts(x: Tensor, axis: number): Tensor[] {
  const last = moveaxis(x, axis, -1);
  const rest: Shape = last.shape.slice(0, -1);
  const at = (i: number): Tensor => reshape(sliceAxis(last, last.ndim - 1, i, i + 1), rest);
  return [0, 1, 2].map((i) => (i < last.shape.at(-1)! ? at(i) : zeros(rest, { dtype: x.dtype })));
}

/** Options of `cross`. */
export interface CrossOptions {
  /** Axis of the vectors of `x1`. Default -1. */
  readonly axisa?: number | undefined;
  /** Axis of the vectors of `x2`. Default -1. */
  readonly axisb?: number | undefined;
  /** Axis of the vectors of the result. Default -1. */
  readonly axisc?: number | undefined;
  /** All three in one. */
  readonly axis?: number | null | undefined;
}

/**
 * The cross product of vectors with three parts; with two parts the third counts as 0, and of two such vectors only the third part is
 * given, without the axis.
 *
 * @param x1 - Vectors along `axisa`; the other axes broadcast with those of `x2`.
 * @param x2 - Vectors along `axisb`.
 * @param options - `axisa`, `axisb`, `axisc`, or `axis` for all three.
 * @throws {ShapeError} when a vector axis has another size than 2 or 3, or the others do not broadcast.
 * @throws {DTypeError} for two booleans.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.cross([1, 0, 0], [0, 1, 0]).array()); // [0, 0, 1]
 * ```
 */
export function cross(x1: KerasTensor, x2: Other, options?: CrossOptions | number): KerasTensor;
export function cross(x1: Other, x2: KerasTensor, options?: CrossOptions | number): KerasTensor;
export function cross(x1: TensorLike, x2: TensorLike, options?: CrossOptions | number): Tensor;
export function cross(x1: Other, x2: Other, options: CrossOptions | number = {}): Tensor | KerasTensor {
  const { axisa = -1, axisb = -1, axisc = -1, axis = null } = typeof options === "number" ? { axis: options } : options;
  return apply(crossOp, [x1, x2], { axisa: axis ?? axisa, axisb: axis ?? axisb, axisc: axis ?? axisc })[0]!;
}
