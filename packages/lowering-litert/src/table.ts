import type { EmitterTable } from "./emit/table.ts";
import { composites } from "./families/composites.ts";
import { controlFlow } from "./families/control-flow.ts";
import { convolutions } from "./families/conv.ts";
import { contractions } from "./families/dot.ts";
import { elementwise } from "./families/elementwise.ts";
import { reductions } from "./families/reduce.ts";
import { shapes } from "./families/shape.ts";

/** Every op that this lowering knows, by name. */
export const EMITTERS: EmitterTable = {
  ...elementwise,
  ...composites,
  ...reductions,
  ...shapes,
  ...contractions,
  ...convolutions,
  ...controlFlow,
};
