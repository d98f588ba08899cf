import { ArgumentError } from "../errors.ts";
import { autoName } from "../naming.ts";
import { NDArray } from "../ndarray.ts";
import { add } from "../numpy/add.ts";
import { mod } from "../numpy/mod.ts";
import { multiply } from "../numpy/multiply.ts";
import { toTensor } from "../convert.ts";
import { runtime, scoped } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import { Variable } from "../variable.ts";
import { checkSeed, makeDefaultSeed } from "./seed.ts";

/** Configuration of a {@link SeedGenerator}. */
export interface SeedGeneratorConfig {
  /** Integer in [0, 2^32). Default: drawn from the state that `setRandomSeed` sets. */
  readonly seed?: number | null | undefined;
  /** Default: `seed_generator`, with a number. */
  readonly name?: string | null | undefined;
}

/**
 * Gives a new key to each random function it is passed to. Its state is a Variable, so that compiled functions advance it too.
 *
 * @throws {ArgumentError} when the seed is not an integer in [0, 2^32).
 * @example
 * ```ts
 * import { random } from "keras";
 * const seed = new random.SeedGenerator({ seed: 42 });
 * const a = await random.normal([2], { seed }).array();
 * const b = await random.normal([2], { seed }).array();
 * console.log(String(a) === String(b)); // false
 * ```
 */
export class SeedGenerator {
  static readonly className: string = "SeedGenerator";
  static readonly module: string = "keras.random";
  readonly kind: "seed_generator" = "seed_generator";
  readonly name: string;
  /** The seed that was asked for; null: one was drawn. */
  readonly initialSeed: number | null;
  /** uint32[2]: the seed, and the number of keys given so far. */
  readonly state: Variable;

  constructor(config: SeedGeneratorConfig = {}) {
    if (typeof config !== "object" || config === null)
      throw new ArgumentError(`a SeedGenerator takes an object: new SeedGenerator({ seed: ${String(config)} })`);
    const seed = config.seed ?? makeDefaultSeed();
    checkSeed(seed);
    this.name = config.name ?? autoName("seed_generator");
    this.initialSeed = config.seed ?? null;
    this.state = scoped(
      { scope: [...runtime().scope, this.name] },
      () =>
        new Variable(() => new NDArray(Uint32Array.of(seed, 0), [2], "uint32"), {
          shape: [2],
          dtype: "uint32",
          trainable: false,
          name: "seed_generator_state",
        }),
    );
  }

  /**
   * The key to use now, uint32[2]; the state moves on.
   *
   * @param options - `ordered`: count up (default); else scatter, as the global generator does.
   */
  next(options: { readonly ordered?: boolean | undefined } = {}): Tensor {
    // A hold of its own: the assignment lets go of the value.
    const key = this.state.value.alias();
    const one = (): Tensor => toTensor(new NDArray(Uint32Array.of(0, 1), [2], "uint32"));
    this.state.assign((options.ordered ?? true) ? add(key, one()) : mod(multiply(add(key, 1), 5387), 933199));
    return key;
  }

  getConfig(): { seed: number | null; name: string } {
    return { seed: this.initialSeed, name: this.name };
  }

  static fromConfig(config: SeedGeneratorConfig): SeedGenerator {
    return new SeedGenerator(config);
  }
}

export function isSeedGenerator(x: unknown): x is SeedGenerator {
  return typeof x === "object" && x !== null && (x as SeedGenerator).kind === "seed_generator";
}
