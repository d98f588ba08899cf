import { toTensor } from "../convert.ts";
import { ArgumentError } from "../errors.ts";
import { NDArray } from "../ndarray.ts";
import { runtime } from "../runtime.ts";
import { formatShape } from "../shape.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { MersenneTwister } from "./mersenne-twister.ts";
import { isSeedGenerator, SeedGenerator } from "./seed-generator.ts";

/**
 * What may seed a random function: an integer (equal calls give equal numbers), a {@link SeedGenerator} (each call gives new ones), a
 * key uint32[2], or null for the global generator.
 */
export type Seed = number | SeedGenerator | Tensor | null;

/** Where numbers without a seed come from; shared by all copies of this package. @internal */
export interface RandomState {
  /** The seed given to `setRandomSeed`, or null. */
  readonly seed: number | null;
  /** A seed for whoever was given none. */
  readonly draw: () => number;
  generator: SeedGenerator | null;
}

function randomState(): RandomState {
  return (runtime().random ??= { seed: null, draw: entropy, generator: null });
}

/** Largest seed that is drawn, as in Keras. */
const MAX_DRAWN = 1e9;

function entropy(): number {
  const word = globalThis.crypto?.getRandomValues(new Uint32Array(1))[0] ?? Math.floor(Math.random() * 2 ** 32);
  return 1 + (word % MAX_DRAWN);
}

/**
 * Makes everything that is random from here on repeatable: weights, dropout, shuffling. The same seed gives a model the same initial
 * weights as in Python Keras on JAX.
 *
 * @param seed - An integer.
 * @throws {ArgumentError} when it is not one.
 * @example
 * ```ts
 * import { random, utils } from "keras";
 * utils.setRandomSeed(1);
 * const a = await random.normal([2]).array();
 * utils.setRandomSeed(1);
 * const b = await random.normal([2]).array();
 * console.log(String(a) === String(b)); // true
 * ```
 */
export function setRandomSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new ArgumentError(`a random seed must be an integer, got ${String(seed)}`);
  const twister = new MersenneTwister(seed);
  runtime().random = { seed, draw: () => twister.randint(1, MAX_DRAWN), generator: null };
}

/** The seed given to {@link setRandomSeed}, or null. @internal */
export function randomSeed(): number | null {
  return runtime().random?.seed ?? null;
}

/** A seed for whoever was given none: drawn from the state that {@link setRandomSeed} sets. */
export function makeDefaultSeed(): number {
  return randomState().draw();
}

/** The generator behind random functions that are called without a seed. */
export function globalSeedGenerator(): SeedGenerator {
  return (randomState().generator ??= new SeedGenerator({ name: "global_seed_generator" }));
}

/**
 * The key uint32[2] that a seed stands for; a generator moves on.
 *
 * @throws {ArgumentError} when `seed` is none of the kinds of {@link Seed}.
 */
export function drawSeed(seed: Seed | undefined): Tensor {
  if (seed === null || seed === undefined) return globalSeedGenerator().next({ ordered: false });
  if (isSeedGenerator(seed)) return seed.next();
  if (isTensor(seed)) {
    if (seed.shape.length !== 1 || seed.shape[0] !== 2)
      throw new ArgumentError(`a random key has shape [2], got ${formatShape(seed.shape)}`);
    return toTensor(seed, "uint32");
  }
  checkSeed(seed);
  return toTensor(new NDArray(Uint32Array.of(seed, 0), [2], "uint32"));
}

/** @throws {ArgumentError} unless `seed` is an integer in [0, 2^32). @internal */
export function checkSeed(seed: unknown): asserts seed is number {
  if (!Number.isInteger(seed) || (seed as number) < 0 || (seed as number) >= 2 ** 32) {
    throw new ArgumentError(
      `a seed must be an integer in [0, 2^32), a SeedGenerator, a key uint32[2] or null; got ${describe(seed)}`,
    );
  }
}

function describe(x: unknown): string {
  return typeof x === "object" && x !== null ? (x.constructor?.name ?? "object") : String(x);
}
