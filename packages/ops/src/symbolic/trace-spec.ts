import { scoped } from "../runtime.ts";
import { isTensor } from "../tensor.ts";
import { traceFunction } from "../trace/trace.ts";
import { flatten, mapStructure, type Tree } from "../tree/structure.ts";
import { isVariable } from "../variable.ts";
import { isKerasTensor, KerasTensor } from "./keras-tensor.ts";

/** Runs `fn` on tracers that stand for the symbolic tensors in its arguments; its results as symbolic tensors. */
export function traceSpec(
  fn: (args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>) => unknown,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): unknown {
  const symbols = [...new Set(flatten([args as Tree<unknown>, kwargs as Tree<unknown>]).filter(isKerasTensor))];
  let result: unknown;
  scoped({ tapes: [], overlay: null }, () =>
    traceFunction(
      (...tracers) => {
        const byTensor = new Map(symbols.map((x, i) => [x, tracers[i]!]));
        const fill = (x: unknown): unknown => (isKerasTensor(x) ? byTensor.get(x)! : x);
        result = fn(
          mapStructure(fill, args as Tree<unknown>) as unknown[],
          mapStructure(fill, kwargs as Tree<unknown>) as Record<string, unknown>,
        );
        return [];
      },
      symbols.map((x) => x.spec),
      (none) => none,
    ),
  );
  return mapStructure(
    (y: unknown) => (isTensor(y) || isVariable(y) ? new KerasTensor(y.shape, y.dtype) : y),
    result as Tree<unknown>,
  );
}
