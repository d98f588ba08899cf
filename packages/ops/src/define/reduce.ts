import { resultType, type DType } from "../dtype.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef, type OperandSpec, type Promotion, type VjpContext } from "../op.ts";
import type { Other } from "../operand.ts";
import { normalizeAxes, reducedShape } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { resolveOptions } from "./options.ts";

/** Attributes of ops that reduce axes. */
export interface ReduceAttrs {
  readonly [key: string]: unknown;
  /** Sorted, counted from 0. */
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

/** Options of ops that reduce axes. */
export interface ReduceOptions {
  /** The axis or axes to reduce; default (and `null`): all. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Whether the reduced axes stay, with size 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

/** Options of a reduction, or just its `axis`. */
export type ReduceArg = ReduceOptions | number | readonly number[];

/** Attributes of a reduction as they are given. */
export interface GivenReduceAttrs {
  readonly [key: string]: unknown;
  /** null: all. */
  readonly axis: number | readonly number[] | null;
  readonly keepdims: boolean;
}

/** A reduction. */
export type ReduceOp = OpDef<ReduceAttrs, GivenReduceAttrs>;

/** What a reduction needs to say. */
export interface ReduceDefinition {
  readonly name: string;
  readonly keras: string;
  readonly promote?: Promotion<GivenReduceAttrs> | undefined;
  /** dtype of the result, given the operand's; default: the same. May throw. */
  readonly result?: DType | ((dtype: DType) => DType) | undefined;
  readonly decompose?: ((x: Tensor, attrs: ReduceAttrs) => Tensor) | undefined;
  readonly vjp?: ((context: VjpContext<ReduceAttrs>) => readonly (Tensor | null)[]) | null | undefined;
}

/** An op that reduces axes of one operand. */
/* @__NO_SIDE_EFFECTS__ */
export function defineReduce({ name, keras, promote, result, decompose, vjp }: ReduceDefinition): ReduceOp {
  return defineOp<ReduceAttrs, GivenReduceAttrs>({
    name,
    keras,
    promote,
    resolve: ([x], { axis, keepdims }) => ({ axis: normalizeAxes(axis, x!.shape.length, name), keepdims }),
    infer: ([x], { axis, keepdims }) => [
      {
        shape: reducedShape(x!.shape, axis, keepdims),
        dtype: typeof result === "function" ? result(x!.dtype) : (result ?? x!.dtype),
      },
    ],
    decompose: decompose && (([x], attrs) => [decompose(x!, attrs)]),
    vjp,
  });
}

/** Applies a reduction to whatever the public op was given. */
export function reduce(op: ReduceOp, x: Other, options: ReduceArg | undefined): Tensor | KerasTensor {
  const { axis = null, keepdims = false } = resolveOptions<ReduceOptions>(options);
  return apply(op, [x], { axis, keepdims })[0]!;
}

/** Sums and products of small integers are 32 bits wide, those of booleans are integers. */
export function widened(inputs: readonly OperandSpec[]): readonly DType[] {
  return inputs.map((x) => {
    const dtype = resultType(x.dtype);
    if (dtype === "bool" || dtype === "int8" || dtype === "int16" || dtype === "int4") return "int32";
    return dtype === "uint8" || dtype === "uint16" || dtype === "uint4" ? "uint32" : dtype;
  });
}
