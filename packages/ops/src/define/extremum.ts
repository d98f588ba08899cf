import { resultType } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { equal } from "../numpy/compare.ts";
import { divide } from "../numpy/divide.ts";
import { multiply } from "../numpy/multiply.ts";
import { sum } from "../numpy/sum.ts";
import { defineOp } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { asDType } from "./as-dtype.ts";
import { resolveOptions } from "./options.ts";
import type { GivenReduceAttrs, ReduceAttrs, ReduceOp, ReduceOptions } from "./reduce.ts";
import { spreadOver, withReducedAxes } from "./restore-axes.ts";

/** Options of `max` and `min`. */
export interface ExtremumOptions extends ReduceOptions {
  /** Takes part as if it were one of the elements. */
  readonly initial?: TensorLike | null | undefined;
}

/** Options of `max` and `min`, or just the axis. */
export type ExtremumArg = ExtremumOptions | number | readonly number[];

/** `max` or `min`. Equal extremes share the cotangent. */
/* @__NO_SIDE_EFFECTS__ */
export function defineExtremum(name: "max" | "min", keras: string): ReduceOp {
  return defineOp<ReduceAttrs, GivenReduceAttrs>({
    name,
    keras,
    resolve: ([x], given) => {
      const axis = normalizeAxes(given.axis, x!.shape.length, name);
      if (axis.some((a) => x!.shape[a] === 0) && !reducedShape(x!.shape, axis, false).includes(0)) {
        throw new ShapeError(
          `shape ${formatShape(x!.shape)} has no elements along axes [${axis.join(", ")}] to choose from: give \`initial\``,
          { op: name },
        );
      }
      return { axis, keepdims: given.keepdims };
    },
    infer: ([x], { axis, keepdims }) => [{ shape: reducedShape(x!.shape, axis, keepdims), dtype: x!.dtype }],
    vjp: ({ inputs: [x], outputs: [y], attrs: { axis }, grads: [g] }) => {
      const hits = asDType(equal(x!, withReducedAxes(y!, x!.shape, axis)), x!.dtype);
      const share = divide(withReducedAxes(g!, x!.shape, axis), sum(hits, { axis, keepdims: true }));
      return [multiply(hits, spreadOver(share, x!.shape, axis))];
    },
  });
}

/** `max` or `min` with an initial value as second operand. */
/* @__NO_SIDE_EFFECTS__ */
export function defineExtremumFrom(
  name: string,
  keras: string,
  parts: () => readonly [ReduceOp, (x: Tensor, y: Tensor) => Tensor],
): ReduceOp {
  return defineOp<ReduceAttrs, GivenReduceAttrs>({
    name,
    keras,
    configOperands: ["initial"],
    ownsConfig: ({ initial }) => initial !== null && initial !== undefined,
    promote: ([x]) => [resultType(x!.dtype), resultType(x!.dtype)],
    resolve: ([x], { axis, keepdims }) => ({ axis: normalizeAxes(axis, x!.shape.length, name), keepdims }),
    infer: ([x], { axis, keepdims }) => [{ shape: reducedShape(x!.shape, axis, keepdims), dtype: x!.dtype }],
    decompose: ([x, initial], attrs) => {
      const [op, pick] = parts();
      return [pick(dispatch(op as never, [x!], attrs)[0]!, initial!)];
    },
  });
}

/** Applies `max` or `min`, with or without an initial value. */
export function extremum(
  op: ReduceOp,
  fromOp: ReduceOp,
  x: Other,
  options: ExtremumArg | undefined,
): Tensor | KerasTensor {
  const { axis = null, keepdims = false, initial = null } = resolveOptions<ExtremumOptions>(options);
  return initial === null
    ? apply(op, [x], { axis, keepdims })[0]!
    : apply(fromOp, [x, initial], { axis, keepdims })[0]!;
}
