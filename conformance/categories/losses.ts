import { decode } from "../decode.ts";
import type { Handler } from "../handler.ts";
import { callObject, revive } from "../objects.ts";
import type { Encoded } from "../row.ts";

/** Loss classes: `loss(y_true, y_pred, sample_weight)`. */
export const losses: Handler = (row, { library }) => {
  const loss = revive(library, "@keras/losses", "losses", row["cfg"]);
  const operand = (value: Encoded): unknown => decode(value, "operand", library.creators);
  const [yTrue, yPred, third] = [...(row.a ?? [])];
  const kwargs = row.k ?? {};
  const sampleWeight = kwargs["sample_weight"] ?? third;
  const args = [operand(kwargs["y_true"] ?? yTrue!), operand(kwargs["y_pred"] ?? yPred!)];
  if (sampleWeight !== undefined) args.push({ sampleWeight: operand(sampleWeight) });
  return [{ label: "loss", actual: callObject(loss, ...args), expected: row.o ?? null }];
};
