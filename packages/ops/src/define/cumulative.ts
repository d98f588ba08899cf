import { resultType, standardizeDType, type DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef, type VjpContext } from "../op.ts";
import { ravel } from "../numpy/reshape.ts";
import type { Other, TensorLike } from "../operand.ts";
import { normalizeAxis } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { resolveOptions } from "./options.ts";

/** Attributes of running sums and products. */
export interface CumulativeAttrs {
  readonly [key: string]: unknown;
  readonly axis: number;
  /** From the end. */
  readonly reverse: boolean;
  /** Without the element itself. */
  readonly exclusive: boolean;
}

/** As they are given. */
interface GivenCumulativeAttrs {
  readonly [key: string]: unknown;
  readonly axis: number;
  readonly dtype: DType | null;
}

/** A running sum or product. */
export type CumulativeOp = OpDef<CumulativeAttrs, GivenCumulativeAttrs>;

/** Options of running sums and products. */
export interface CumulativeOptions {
  /** Default (and `null`): all elements in row-major order. */
  readonly axis?: number | null | undefined;
  /** dtype to compute in; default: that of `x`, int32 for booleans. */
  readonly dtype?: DType | null | undefined;
}

/** Options of running sums and products, or just the axis. */
export type CumulativeArg = CumulativeOptions | number;

/** What a running sum or product needs to say. */
export interface CumulativeDefinition {
  readonly name: string;
  readonly keras: string;
  readonly decompose?: ((x: Tensor, attrs: CumulativeAttrs) => Tensor) | undefined;
  readonly vjp?: ((context: VjpContext<CumulativeAttrs>) => readonly (Tensor | null)[]) | undefined;
}

/** A running sum or product along one axis. */
/* @__NO_SIDE_EFFECTS__ */
export function defineCumulative({ name, keras, decompose, vjp }: CumulativeDefinition): CumulativeOp {
  return defineOp<CumulativeAttrs, GivenCumulativeAttrs>({
    name,
    keras,
    promote: (inputs, { dtype }) =>
      inputs.map((x) => {
        const own = dtype ?? resultType(x.dtype);
        return own === "bool" ? "int32" : own;
      }),
    resolve: ([x], { axis }) => ({
      axis: normalizeAxis(axis, x!.shape.length, name),
      reverse: false,
      exclusive: false,
    }),
    infer: ([x]) => [x!],
    decompose: decompose && (([x], attrs) => [decompose(x!, attrs)]),
    vjp,
  });
}

/** Applies a running sum or product. */
export function cumulative(op: CumulativeOp, x: Other, options: CumulativeArg | undefined): Tensor | KerasTensor {
  const { axis, dtype } = resolveOptions<CumulativeOptions>(options);
  const over = axis === null || axis === undefined ? ravel(x as TensorLike) : x;
  return apply(op, [over], { axis: axis ?? 0, dtype: dtype ? standardizeDType(dtype) : null })[0]!;
}
