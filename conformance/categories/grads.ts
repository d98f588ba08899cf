import { bind, callArguments } from "../call.ts";
import { hasValues, type Creators } from "../decode.ts";
import { gradients } from "../gradients.ts";
import type { Handler } from "../handler.ts";
import type { Encoded } from "../row.ts";

/** Gradients of ops with respect to every float32 tensor among the arguments, in the order Python meets them. */
export const grads: Handler = (row, { library, related }) => {
  const call = related("ops", row.id);
  if (!call) throw new Error(`the call of '${row.id}' is not among the cases of 'ops'`);
  const { symbol, fn } = library.func("ops", call.op!);
  const inputs: unknown[] = [];
  const creators: Creators = {
    ...library.creators,
    tensor: (payload, tag) => {
      const tensor = library.creators.tensor(payload, tag);
      if (tag !== null && tag.d === "float32" && tag.f !== "np0" && hasValues(tag)) inputs.push(tensor);
      return tensor;
    },
  };
  const args = callArguments(symbol, bind(symbol, call.a ?? [], call.k ?? {}), creators);
  const expected = row["g"] as readonly Encoded[];
  if (inputs.length !== expected.length) throw new Error(`the call has ${inputs.length} differentiable inputs, ${expected.length} were recorded`);
  const found = gradients(library, () => fn(...args), inputs);
  return expected.map((gradient, i) => ({ label: `gradient ${i}`, actual: found[i], expected: gradient }));
};
