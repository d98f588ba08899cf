import { dim, type Dim, type Shape } from "../../dim.ts";
import { dispatch } from "../../execution/dispatch.ts";
import type { ConvAttrs } from "../../nn/conv-attrs.ts";
import { reshape } from "../../numpy/reshape.ts";
import type { DotAttrs } from "../../numpy/dot-general.ts";
import type { Tensor } from "../../tensor.ts";
import { eachInTurn } from "../each-in-turn.ts";
import { joinFirst, materialize, moveAxis, rows, splitFirst, type BatchContext, type Mapped } from "../mapped.ts";

/** The axis of the examples runs in parallel where both operands have it; where one has, it is one of its free axes. @internal */
export function dotGeneralRule({ op, attrs, inputs: [a, b] }: BatchContext): readonly Mapped[] {
  const { contract, batch } = attrs as DotAttrs;
  const shift = (axes: readonly number[], mapped: boolean): readonly number[] =>
    mapped ? axes.map((i) => i + 1) : axes;
  const both = a!.mapped && b!.mapped;
  const pair = (axes: DotAttrs["contract"]): DotAttrs["contract"] => [
    shift(axes[0], a!.mapped),
    shift(axes[1], b!.mapped),
  ];
  const [x, y] = pair(batch);
  const [product] = dispatch(op, [a!.x, b!.x], {
    contract: pair(contract),
    batch: both
      ? [
          [0, ...x],
          [0, ...y],
        ]
      : [x, y],
  });
  if (both) return [rows(product!)];
  // The result has the parallel axes, the free ones of the first operand, then those of the second.
  const freeOfFirst = a!.x.ndim - batch[0].length - contract[0].length;
  return [rows(moveAxis(product!, batch[0].length + (a!.mapped ? 0 : freeOfFirst), 0))];
}

/** [examples, …, n] → […, examples · n]. */
function intoLast(x: Tensor): Tensor {
  const moved = moveAxis(x, 0, x.ndim - 2);
  const shape: Shape = moved.shape;
  return reshape(moved, [...shape.slice(0, -2), dim.mul(shape.at(-2)!, shape.at(-1)!)]);
}

/** […, examples · n] → [examples, …, n]. */
function outOfLast(x: Tensor, size: Dim): Tensor {
  const shape: Shape = x.shape;
  const apart = reshape(x, [...shape.slice(0, -1), size, dim.floordiv(shape.at(-1)!, size)]);
  return moveAxis(apart, apart.ndim - 2, 0);
}

const lastTimes = (shape: Shape, size: Dim): Shape => [...shape.slice(0, -1), dim.mul(shape.at(-1)!, size)];
const firstTimes = ([first, ...rest]: Shape, size: Dim): Shape => [dim.mul(first!, size), ...rest];

/** A convolution whose kernel is shared takes the examples as more images; one with a kernel for each takes them as groups of channels. @internal */
export function convRule(context: BatchContext): readonly Mapped[] {
  const { op, inputs, size } = context;
  const attrs = context.attrs as ConvAttrs;
  const [v, kernel] = inputs as [Mapped, Mapped];
  if (!kernel.mapped) return [rows(splitFirst(dispatch(op, [joinFirst(v.x), kernel.x], attrs)[0]!, size))];
  if (!v.mapped && attrs.groups === 1)
    return [rows(outOfLast(dispatch(op, [v.x, intoLast(kernel.x)], attrs)[0]!, size))];
  if (!dim.isStatic(size)) return eachInTurn(context);
  const [y] = dispatch(op, [intoLast(materialize(v, size)), intoLast(kernel.x)], {
    ...attrs,
    groups: attrs.groups * size,
  });
  return [rows(outOfLast(y!, size))];
}

/** @internal */
export function convInputGradRule(context: BatchContext): readonly Mapped[] {
  const { op, inputs, size } = context;
  const attrs = context.attrs as ConvAttrs & { readonly inputShape: Shape };
  const [g, kernel] = inputs as [Mapped, Mapped];
  if (!kernel.mapped) {
    const all = { ...attrs, inputShape: firstTimes(attrs.inputShape, size) };
    return [rows(splitFirst(dispatch(op, [joinFirst(g.x), kernel.x], all)[0]!, size))];
  }
  if (!dim.isStatic(size)) return eachInTurn(context);
  const grouped = { ...attrs, groups: attrs.groups * size, inputShape: lastTimes(attrs.inputShape, size) };
  return [rows(outOfLast(dispatch(op, [intoLast(materialize(g, size)), intoLast(kernel.x)], grouped)[0]!, size))];
}

/** @internal */
export function convKernelGradRule(context: BatchContext): readonly Mapped[] {
  const { op, inputs, size } = context;
  const attrs = context.attrs as ConvAttrs & { readonly kernelShape: Shape };
  if (!dim.isStatic(size)) return eachInTurn(context);
  const grouped = { ...attrs, groups: attrs.groups * size, kernelShape: lastTimes(attrs.kernelShape, size) };
  const operands = inputs.map((v) => intoLast(materialize(v, size)));
  return [rows(outOfLast(dispatch(op, operands, grouped)[0]!, size))];
}

/** Pooling takes the examples as more images. @internal */
export function poolRule({ op, attrs, inputs, size }: BatchContext): readonly Mapped[] {
  const operands = inputs.map((v) => joinFirst(materialize(v, size)));
  const { inputShape } = attrs as { readonly inputShape?: Shape };
  const all = inputShape ? { ...attrs, inputShape: firstTimes(inputShape, size) } : attrs;
  return dispatch(op, operands, all).map((y) => rows(splitFirst(y, size)));
}
