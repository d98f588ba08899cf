import {
  ArgumentError,
  deserializeKerasObject,
  isSerialized,
  serializeKerasObject,
  type SerializedObject,
} from "@keras/ops";
import * as random from "@keras/ops/random";
import { Initializer } from "./initializer.ts";

/** Options of initializers that draw random numbers. */
export interface RandomInitializerConfig {
  /**
   * An integer, or a generator. The same integer gives the same values each time. Default: an integer drawn from the state that
   * `setRandomSeed` sets.
   */
  readonly seed?: number | random.SeedGenerator | SerializedObject | null | undefined;
}

/** Base of the initializers that draw random numbers: an initializer gives equal values for equal shapes. */
export abstract class RandomInitializer extends Initializer {
  /** The seed that was asked for; null: one was drawn. */
  readonly initialSeed: number | random.SeedGenerator | null;
  readonly seed: number | random.SeedGenerator;

  constructor(config: RandomInitializerConfig = {}) {
    super();
    const seed = isSerialized(config.seed)
      ? (deserializeKerasObject(config.seed, { objects: [random.SeedGenerator] }) as random.SeedGenerator)
      : (config.seed ?? null);
    if (seed !== null && typeof seed !== "number" && !random.isSeedGenerator(seed))
      throw new ArgumentError("a seed is an integer, a SeedGenerator, or null");
    this.initialSeed = seed;
    this.seed = seed ?? random.makeDefaultSeed();
  }

  override getConfig(): Record<string, unknown> {
    return { seed: serializeKerasObject(this.initialSeed) };
  }
}
