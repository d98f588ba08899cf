import type { EmitterTable } from "./emit/table.ts";
import { casts } from "./families/cast.ts";
import { composites } from "./families/composites.ts";
import { constants } from "./families/constant.ts";
import { controlFlow } from "./families/control-flow.ts";
import { convolutions } from "./families/conv.ts";
import { contractions } from "./families/dot.ts";
import { elementwise } from "./families/elementwise.ts";
import { indexing } from "./families/indexing.ts";
import { linear } from "./families/linalg.ts";
import { pools } from "./families/pool.ts";
import { randoms } from "./families/random.ts";
import { reductions } from "./families/reduce.ts";
import { shapes } from "./families/shape.ts";
import { sorting } from "./families/sort.ts";

/** Every op that this lowering knows, by name. */
export const EMITTERS: EmitterTable = {
  ...elementwise,
  ...casts,
  ...composites,
  ...constants,
  ...reductions,
  ...shapes,
  ...indexing,
  ...contractions,
  ...convolutions,
  ...pools,
  ...sorting,
  ...linear,
  ...randoms,
  ...controlFlow,
};
