import type { Attribute, Attributes } from "./attributes.ts";
import type { Operand, Result } from "./emitter.ts";
import { opSignature } from "./op-signatures.ts";
import type { Val } from "./value.ts";

const isList = (operand: Operand): operand is readonly Val[] => Array.isArray(operand);

/** The attributes given, and those that follow from the operands and results: types and counts. */
export function completeAttributes(
  op: string,
  inputs: readonly Operand[],
  given: Attributes,
  results: readonly Result[],
): Attributes {
  const { inputs: args, outputs } = opSignature(op);
  const attributes: Record<string, Attribute> = { ...given };
  args.forEach(({ typeAttr, numberAttr }, i) => {
    const operand = inputs[i]!;
    const first = isList(operand) ? operand[0]! : operand;
    if (numberAttr !== null) attributes[numberAttr] ??= (operand as readonly Val[]).length;
    if (typeAttr !== null) attributes[typeAttr] ??= { type: first.dtype };
  });
  outputs.forEach(({ typeAttr, numberAttr }, i) => {
    if (numberAttr !== null) attributes[numberAttr] ??= results.length;
    if (typeAttr !== null) attributes[typeAttr] ??= { type: results[i]!.dtype };
  });
  return attributes;
}

/** All operands in one list. */
export function flatOperands(inputs: readonly Operand[]): readonly Val[] {
  return inputs.flatMap((operand) => (isList(operand) ? operand : [operand]));
}
