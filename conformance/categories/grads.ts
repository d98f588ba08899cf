import { bind, callArguments } from "../call.ts";
import { hasValues, type Creators } from "../decode.ts";
import { withEnvironment } from "../environment.ts";
import { gradientsByTensors } from "../gradients.ts";
import type { Handler } from "../handler.ts";
import type { Encoded, TensorTag } from "../row.ts";

/** Whether Python's gradient was taken by this argument. */
const isInput = (tag: TensorTag | null): boolean =>
  tag !== null && tag.d === "float32" && tag.f !== "np0" && hasValues(tag);

/** Gradients of ops by every float32 tensor among the arguments, in the order Python meets them. */
export const grads: Handler = async (row, { library, related }) => {
  const call = related("ops", row.id);
  if (!call) throw new Error(`the call of '${row.id}' is not among the cases of 'ops'`);
  const { symbol, fn } = library.func("ops", call.op!);
  const bound = bind(symbol, call.a ?? [], call.k ?? {});
  /** The call's arguments, with what `replace` makes of each input in its place. */
  const argumentsWith = (replace: (tensor: unknown, i: number) => unknown): unknown[] => {
    let met = 0;
    const creators: Creators = {
      ...library.creators,
      tensor: (payload, tag) => {
        const tensor = library.creators.tensor(payload, tag);
        return isInput(tag) ? replace(tensor, met++) : tensor;
      },
    };
    return callArguments(symbol, bound, creators);
  };
  const inputs: unknown[] = [];
  argumentsWith((tensor) => inputs.push(tensor));
  const expected = row["g"] as readonly Encoded[];
  if (inputs.length !== expected.length)
    throw new Error(`the call has ${inputs.length} differentiable inputs, ${expected.length} were recorded`);
  const gradients = () => gradientsByTensors(library, (...xs) => fn(...argumentsWith((_, i) => xs[i])), inputs);
  const found = await withEnvironment(library, call.env, gradients);
  return expected.map((gradient, i) => ({ label: `gradient ${i}`, actual: found[i], expected: gradient }));
};
