import type { DType } from "../dtype.ts";
import { defineOp, type OpDef, type Promotion } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import type { NoAttrs } from "./attrs.ts";

/** What an elementwise op of one operand needs to say. */
export interface UnaryDefinition {
  readonly name: string;
  readonly keras?: string | undefined;
  /** Default `float`. */
  readonly promote?: Promotion<NoAttrs> | undefined;
  /** dtype of the result, given the operand's; default: the same. May throw. */
  readonly result?: DType | ((dtype: DType) => DType) | undefined;
  readonly decompose?: ((x: Tensor) => Tensor) | undefined;
  readonly inline?: boolean | undefined;
  /** Cotangent of `x`, given that of `y`. null: none flows. */
  readonly gradient?: ((g: Tensor, x: Tensor, y: Tensor) => Tensor) | null | undefined;
}

/** An elementwise op of one operand. */
export function defineUnary({ name, keras, promote = "float", result, decompose, inline, gradient }: UnaryDefinition): OpDef<NoAttrs> {
  return defineOp<NoAttrs>({
    name,
    keras,
    promote,
    inline,
    infer: ([x]) => [{ shape: x!.shape, dtype: typeof result === "function" ? result(x!.dtype) : (result ?? x!.dtype) }],
    decompose: decompose && (([x]) => [decompose(x!)]),
    vjp: gradient && (({ inputs: [x], outputs: [y], grads: [g] }) => [gradient(g!, x!, y!)]),
  });
}
