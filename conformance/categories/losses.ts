import { decode } from "../decode.ts";
import type { Handler } from "../handler.ts";
import { callObject, revive, type Serialized } from "../objects.ts";
import { tagOf, type Encoded, type EncodedObject, type Row } from "../row.ts";

/** The config with the dtype that the loss had: Keras leaves it out of the config, the result shows it. */
function withDType({ cfg, o, env }: Row): unknown {
  const dtype = tagOf(o ?? null) === "t" ? (o as EncodedObject)["d"] : undefined;
  const { config, ...rest } = cfg as Serialized;
  return dtype === undefined || dtype === (env?.floatx ?? "float32") ? cfg : { ...rest, config: { ...config, dtype } };
}

/** Loss classes: `loss(y_true, y_pred, sample_weight)`. */
export const losses: Handler = (row, { library }) => {
  const loss = revive(library, "@keras/losses", "losses", withDType(row));
  const operand = (value: Encoded): unknown => decode(value, "operand", library.creators);
  const [yTrue, yPred, third] = [...(row.a ?? [])];
  const kwargs = row.k ?? {};
  const sampleWeight = kwargs["sample_weight"] ?? third;
  const args = [operand(kwargs["y_true"] ?? yTrue!), operand(kwargs["y_pred"] ?? yPred!)];
  if (sampleWeight !== undefined) args.push({ sampleWeight: operand(sampleWeight) });
  return [{ label: "loss", actual: callObject(loss, ...args), expected: row.o ?? null }];
};
