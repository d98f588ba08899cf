import { classNameOf, type Variable } from "@keras/ops";
import type { Saveable } from "../weights/saveable.ts";
import { assignVariables } from "./assign-variables.ts";

/** What saving needs of an optimizer. */
export interface OptimizerLike {
  readonly name: string;
  readonly variables: readonly Variable[];
  readonly built: boolean;
  /** Of one that scales the loss: the optimizer inside, whose state comes last in its own. */
  readonly innerOptimizer?: OptimizerLike;
  build(variables: readonly Variable[]): void;
}

/** What Keras's loss-scaling optimizer stores before the state of the one inside: iteration, rate, steps since the last change, scale. */
const LOSS_SCALE_STATE = 4;

/**
 * State of an optimizer: iteration, learning rate (unless a schedule decides), then averages and slots in the order in which they were
 * made.
 */
export function optimizerSaveable(optimizer: OptimizerLike, warn: (message: string) => void): Saveable {
  return {
    className: classNameOf(optimizer.constructor),
    name: optimizer.name,
    children: () =>
      optimizer.innerOptimizer ? [["inner_optimizer", optimizerSaveable(optimizer.innerOptimizer, warn)]] : [],
    saveOwnVariables: (store) => optimizer.variables.forEach((v, i) => (store[String(i)] = v)),
    loadOwnVariables(store) {
      const { variables, name } = optimizer;
      const count = Object.keys(store).length;
      if (count === variables.length) return assignVariables(variables, store, `the optimizer '${name}'`);
      // Mixed precision in Keras: a loss-scaling optimizer around this one, whose state comes last.
      if (count === variables.length + LOSS_SCALE_STATE) {
        return assignVariables(
          variables,
          Object.fromEntries(variables.map((_, i) => [i, store[String(i + LOSS_SCALE_STATE)]!])),
          `the optimizer '${name}'`,
        );
      }
      // Saved without the loss being scaled: the state of the one inside alone.
      if (optimizer.innerOptimizer && count === optimizer.innerOptimizer.variables.length)
        return assignVariables(optimizer.innerOptimizer.variables, store, `the optimizer '${name}'`);
      // Keras does the same: a model saved before its first step has no slots.
      if (count > 0)
        warn(
          `the state of the optimizer '${name}' is left as it is: it has ${variables.length} variables, the file ${count}`,
        );
      return undefined;
    },
  };
}
