import type { EmitterTable } from "./emit/table.ts";
import { casts } from "./families/cast.ts";
import { contractions } from "./families/dot.ts";
import { elementwise } from "./families/elementwise.ts";
import { reductions } from "./families/reduce.ts";
import { shapes } from "./families/shape.ts";

/** Every op that this lowering knows, by name. */
export const EMITTERS: EmitterTable = { ...elementwise, ...casts, ...reductions, ...shapes, ...contractions };
