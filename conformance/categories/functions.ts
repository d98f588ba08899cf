import { bind, callArguments } from "../call.ts";
import type { Check, Handler } from "../handler.ts";
import { alignEigenvectors, EIGENVECTOR_OPS } from "../phases.ts";
import type { Encoded } from "../row.ts";

/** Ops whose shapes depend on values, which dtype cases do not record. */
const DATA_DEPENDENT: ReadonlySet<string> = new Set(["nonzero", "bincount", "unique"]);

/** Calls of functions: ops, activations, losses, metrics, random, utils. */
export const functions: Handler = (row, { library, category }) => {
  const { symbol, fn } = library.func(category, row.op!);
  const args = callArguments(symbol, bind(symbol, row.a ?? [], row.k ?? {}), library.creators);
  const dtypesOnly = category === "dtypes/ops";
  const shapeOnly = row.random === true || dtypesOnly;
  const align = EIGENVECTOR_OPS.has(row.op!) ? { align: alignEigenvectors } : {};
  const rankOnly = dtypesOnly && DATA_DEPENDENT.has(row.op!);
  const draws = row["draws"] as readonly Encoded[] | undefined;
  // Calls that share one seed generator: the second must go on where the first left off.
  if (draws) return draws.map((expected, i): Check => ({ label: `draw ${i}`, actual: fn(...args), expected }));
  return [{ label: "output", actual: fn(...args), expected: row.o ?? null, shapeOnly, rankOnly, ...align }];
};
