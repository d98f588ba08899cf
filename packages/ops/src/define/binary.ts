import type { DType } from "../dtype.ts";
import { defineOp, type OpDef, type Promotion } from "../op.ts";
import { broadcastShapes } from "../shape.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import type { NoAttrs } from "./attrs.ts";
import { unbroadcast } from "./unbroadcast.ts";

type Gradient = (g: Tensor, x: Tensor, y: Tensor, z: Tensor) => Tensor;

/** What an elementwise op of two operands needs to say. */
export interface BinaryDefinition {
  readonly name: string;
  readonly keras?: string | undefined;
  /** Default `same`. */
  readonly promote?: Promotion<NoAttrs> | undefined;
  /** dtype of the result, given the operands'; default: the same. May throw. */
  readonly result?: DType | ((dtype: DType) => DType) | undefined;
  /** Throws on a dtype that values must not have. As in Keras a symbolic tensor is not asked: its values may get another one. */
  readonly check?: ((dtype: DType) => void) | undefined;
  readonly decompose?: ((x: Tensor, y: Tensor) => Tensor) | undefined;
  readonly inline?: boolean | undefined;
  /** Cotangents of the operands, before they are summed to the operands' shapes; a missing one is zero. null: neither flows. */
  readonly gradient?: { readonly x?: Gradient; readonly y?: Gradient } | null | undefined;
}

/** An elementwise op of two operands that broadcast. */
/* @__NO_SIDE_EFFECTS__ */
export function defineBinary({
  name,
  keras,
  promote = "same",
  result,
  check,
  decompose,
  inline,
  gradient,
}: BinaryDefinition): OpDef<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    keras,
    promote,
    inline,
    resolve:
      check &&
      (([x], attrs) => {
        if (isTensor(x)) check(x.dtype);
        return attrs;
      }),
    infer: ([x, y]) => {
      const dtype = typeof result === "function" ? result(x!.dtype) : (result ?? x!.dtype);
      return [{ shape: broadcastShapes([x!.shape, y!.shape], name), dtype }];
    },
    decompose: decompose && (([x, y]) => [decompose(x!, y!)]),
    vjp:
      gradient &&
      (({ inputs: [x, y], outputs: [z], grads: [g], needs }) => [
        gradient.x && needs(0) ? unbroadcast(gradient.x(g!, x!, y!, z!), x!.shape) : null,
        gradient.y && needs(1) ? unbroadcast(gradient.y(g!, x!, y!, z!), y!.shape) : null,
      ]),
  });
}
