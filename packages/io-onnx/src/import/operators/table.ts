import type { OperatorTable } from "../call.ts";
import { activations } from "./activations.ts";
import { attention } from "./attention.ts";
import { controlFlow } from "./control-flow.ts";
import { convolutions } from "./conv.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { linear } from "./linear.ts";
import { lossOperators } from "./losses.ts";
import { normalizations } from "./normalization.ts";
import { pools } from "./pool.ts";
import { quantization } from "./quantize.ts";
import { randomAndWindows } from "./random.ts";
import { recurrents } from "./recurrent.ts";
import { reductions } from "./reduce.ts";
import { resizing } from "./resize.ts";
import { sequences } from "./sequences.ts";
import { shapes } from "./shape.ts";

/** Every operator that is known, by name. */
export const OPERATORS: OperatorTable = {
  ...elementwise,
  ...activations,
  ...reductions,
  ...shapes,
  ...indexing,
  ...linear,
  ...convolutions,
  ...pools,
  ...normalizations,
  ...resizing,
  ...recurrents,
  ...attention,
  ...quantization,
  ...lossOperators,
  ...randomAndWindows,
  ...sequences,
  ...controlFlow,
};
