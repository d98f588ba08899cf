import type { DType } from "../dtype.ts";
import { defineOp, type OpDef, type Promotion } from "../op.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import type { NoAttrs } from "./attrs.ts";

/** What an elementwise op of one operand needs to say. */
export interface UnaryDefinition {
  readonly name: string;
  readonly keras?: string | undefined;
  /** Default `float`. */
  readonly promote?: Promotion<NoAttrs> | undefined;
  /** dtype of the result, given the operand's; default: the same. May throw. */
  readonly result?: DType | ((dtype: DType) => DType) | undefined;
  /** See `OpDef.declare`. */
  readonly declare?: OpDef["declare"];
  /** Throws on a dtype that values must not have. As in Keras a symbolic tensor is not asked: its values may get another one. */
  readonly check?: ((dtype: DType) => void) | undefined;
  readonly decompose?: ((x: Tensor) => Tensor) | undefined;
  readonly inline?: boolean | undefined;
  /** Cotangent of `x`, given that of `y`. null: none flows. */
  readonly gradient?: ((g: Tensor, x: Tensor, y: Tensor) => Tensor) | null | undefined;
}

/** An elementwise op of one operand. */
/* @__NO_SIDE_EFFECTS__ */
export function defineUnary({
  name,
  keras,
  promote = "float",
  result,
  declare,
  check,
  decompose,
  inline,
  gradient,
}: UnaryDefinition): OpDef<NoAttrs> {
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
    infer: ([x]) => [
      { shape: x!.shape, dtype: typeof result === "function" ? result(x!.dtype) : (result ?? x!.dtype) },
    ],
    declare,
    decompose: decompose && (([x]) => [decompose(x!)]),
    vjp: gradient && (({ inputs: [x], outputs: [y], grads: [g] }) => [gradient(g!, x!, y!)]),
  });
}
