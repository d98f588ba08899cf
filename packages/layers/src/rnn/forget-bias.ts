import { concatenate } from "@keras/ops";
import { FunctionInitializer, type Initializer } from "../initializers/initializer.ts";

/**
 * The bias of the four gates of a long short-term memory (input, forget, cell, output): 1 for the forget gate, so that the memory is
 * kept at first, and as `given` for the others. Jozefowicz et al. 2015.
 *
 * @internal
 */
export function forgetGateBias(given: Initializer, units: number): Initializer {
  return new FunctionInitializer((_, { dtype }) =>
    concatenate([
      given.apply([units], { dtype }),
      new Array<number>(units).fill(1),
      given.apply([units * 2], { dtype }),
    ]),
  );
}
