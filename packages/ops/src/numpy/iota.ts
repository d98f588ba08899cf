import type { Dim } from "../dim.ts";
import type { DType } from "../dtype.ts";
import { dispatch } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** Attributes of `iota`. */
export interface IotaAttrs {
  readonly [key: string]: unknown;
  readonly shape: readonly Dim[];
  readonly axis: number;
  readonly dtype: DType;
}

export const iotaOp: OpDef<IotaAttrs> = defineOp({
  name: "iota",
  infer: (_, { shape, dtype }) => [{ shape, dtype }],
  vjp: null,
});

/**
 * 0, 1, 2, … along one axis of a shape.
 *
 * @internal
 */
export function iotaTensor(shape: readonly Dim[], axis: number, dtype: DType): Tensor {
  return dispatch(iotaOp, [], { shape, axis, dtype })[0]!;
}
