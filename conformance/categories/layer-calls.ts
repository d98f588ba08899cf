import type { Check, Handler } from "../handler.ts";
import {
  applyLayer,
  layerCall,
  reviveLayer,
  setWeights,
  symbolic,
  weightValues,
  type RecordedWeight,
} from "../layer.ts";
import { withRecordedMasks } from "../recorded-masks.ts";
import type { Encoded, EncodedObject } from "../row.ts";

/** Whether a layer, or one inside it, keeps its states between calls. */
const isStateful = (config: unknown): boolean => JSON.stringify(config).includes('"stateful":true');

/** Single calls of layers, on values or on symbols, with the weights they had. */
export const layerCalls: Handler = (row, { library }) => {
  const layer = reviveLayer(library, row["cfg"]);
  const [a, k] = [row.a ?? [], row.k ?? {}];
  const recorded = (row["w"] as readonly RecordedWeight[] | undefined) ?? [];
  if (recorded.length > 0) {
    const symbols = Object.fromEntries(
      Object.entries(k).map(([name, value]) => [name, symbolic(value)]),
    ) as EncodedObject;
    applyLayer(
      layer,
      layerCall(
        row.cls!,
        a.map((value) => symbolic(value)),
        symbols,
        library,
      ),
    );
    setWeights(layer, recorded, library);
  }
  const call = withRecordedMasks(layerCall(row.cls!, a, k, library), row, library);
  // A stateful layer that was built before had run on the same input before.
  if (row["w_post"] !== true && recorded.length > 0 && isStateful(row["cfg"])) applyLayer(layer, call);
  const actual = applyLayer(layer, call);
  // Drawn from a seed that Python's test did not fix.
  const shapeOnly = row["seeded"] === true && k["training"] === true;
  const checks: Check[] = [{ label: "output", actual, expected: row.o ?? null, shapeOnly }];
  if (row["w_after"] && !shapeOnly) {
    checks.push({ label: "weights after the call", actual: weightValues(layer), expected: row["w_after"] as Encoded });
  }
  return checks;
};
