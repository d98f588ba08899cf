import { dim } from "../dim.ts";
import { notComplex } from "./kinds.ts";
import { ShapeError } from "../errors.ts";
import { apply, dispatch } from "../execution/dispatch.ts";
import { reshape } from "../numpy/reshape.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other } from "../operand.ts";
import { formatShape, normalizeAxis, reducedShape, type Spec } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { resolveOptions } from "./options.ts";

/** Attributes of `argmax` and `argmin`. */
export interface ArgExtremumAttrs {
  readonly [key: string]: unknown;
  readonly axis: number;
  readonly keepdims: boolean;
}

/** The attributes when all axes are searched. */
export interface FlatArgExtremumAttrs {
  readonly [key: string]: unknown;
  readonly axis: null;
  readonly keepdims: boolean;
}

/** Options of ops that find the place of an extreme. */
export interface ArgExtremumOptions {
  /** Default (and `null`): all elements in row-major order. */
  readonly axis?: number | null | undefined;
  /** Whether the axis stays, with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

/** Options of ops that find the place of an extreme, or just the axis. */
export type ArgExtremumArg = ArgExtremumOptions | number;

/** The op along an axis, and the one over all elements. */
export interface ArgExtremumOps {
  readonly along: OpDef<ArgExtremumAttrs>;
  readonly flat: OpDef<FlatArgExtremumAttrs>;
}

function checkSize(x: Spec, empty: boolean, op: string): void {
  if (empty) throw new ShapeError(`shape ${formatShape(x.shape)} has no elements to choose from`, { op });
}

/**
 * Index of an extreme along an axis. A primitive, unless it is decomposed.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineArgExtremum(
  name: string,
  keras: string,
  decompose?: (x: Tensor, attrs: ArgExtremumAttrs) => Tensor,
): OpDef<ArgExtremumAttrs> {
  return defineOp<ArgExtremumAttrs>({
    name,
    keras,
    resolve: ([x], { axis, keepdims }) => {
      const at = normalizeAxis(axis, x!.shape.length, name);
      checkSize(x!, x!.shape[at] === 0, name);
      return { axis: at, keepdims };
    },
    infer: ([x], { axis, keepdims }) => {
      notComplex(x!.dtype, name);
      return [{ shape: reducedShape(x!.shape, [axis], keepdims), dtype: "int32" }];
    },
    decompose: decompose && (([x], attrs) => [decompose(x!, attrs)]),
    vjp: null,
  });
}

/** Index of an extreme among all elements. */
/* @__NO_SIDE_EFFECTS__ */
export function defineFlatArgExtremum(
  name: string,
  keras: string,
  along: () => OpDef<ArgExtremumAttrs>,
): OpDef<FlatArgExtremumAttrs> {
  return defineOp<FlatArgExtremumAttrs>({
    name,
    keras,
    ownsConfig: ({ axis }) => axis === null,
    infer: ([x], { keepdims }) => {
      checkSize(x!, x!.shape.includes(0), name);
      notComplex(x!.dtype, name);
      return [{ shape: keepdims ? x!.shape.map(() => 1) : [], dtype: "int32" }];
    },
    decompose: ([x], { keepdims }) => {
      const flat = reshape(x!, [dim.product(x!.shape)]);
      const at = dispatch(along(), [flat], { axis: 0, keepdims: false })[0]!;
      return [
        keepdims
          ? reshape(
              at,
              x!.shape.map(() => 1),
            )
          : at,
      ];
    },
    vjp: null,
  });
}

/** Finds the place of an extreme. */
export function argExtremum(
  { along, flat }: ArgExtremumOps,
  x: Other,
  options: ArgExtremumArg | undefined,
): Tensor | KerasTensor {
  const { axis = null, keepdims = false } = resolveOptions<ArgExtremumOptions>(options);
  return axis === null ? apply(flat, [x], { axis, keepdims })[0]! : apply(along, [x], { axis, keepdims })[0]!;
}
