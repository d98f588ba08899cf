import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  add,
  ArgumentError,
  cast,
  DTypeError,
  jit,
  mean,
  ones,
  random,
  reshape,
  ShapeError,
  sort,
  std,
  sum,
  toTensor,
  vjp,
  NDArray,
  type Tensor,
} from "@keras/ops";
import { keyWords, splitKey } from "../../src/random/key.ts";
import { MersenneTwister } from "../../src/random/mersenne-twister.ts";
import { randomBits } from "../../src/random/random-bits.ts";
import { flat, useReference } from "../numpy/support.ts";

beforeEach(useReference);
afterEach(() => random.setRandomSeed(0));

const key = (a: number, b: number): Tensor => toTensor(new NDArray(Uint32Array.of(a, b), [2], "uint32"));

// Expected numbers are those of Keras 3.15 on JAX 0.10.
describe("the same numbers as JAX", () => {
  it("bits and split keys", async () => {
    expect(await flat(randomBits(key(7, 9), [2, 3]))).toEqual([
      1009969109, 2381295782, 871240266, 2911490495, 4045921361, 407989030,
    ]);
    const split = splitKey(keyWords(key(7, 9)), 2);
    expect(await Promise.all(split.map(([a, b]) => Promise.all([a.item(), b.item()])))).toEqual([
      [1949403054, 1208180859],
      [1355769149, 3709916571],
    ]);
  });

  it("half precision floats", async () => {
    expect(await flat(cast(random.uniform([4], { seed: 5, dtype: "float16" }), "float32"))).toEqual([
      0.357421875, 0.923828125, 0.9521484375, 0.0537109375,
    ]);
    expect(await flat(cast(random.normal([4], { seed: 5, dtype: "bfloat16" }), "float32"))).toEqual([
      0.5859375, 0.365234375, 1.703125, 0.83984375,
    ]);
  });

  it("integers of all widths", async () => {
    expect(await flat(random.randint([5], -3, 4, { seed: 5, dtype: "int8" }))).toEqual([0, 1, 0, 1, 0]);
    expect(await flat(random.randint([5], 0, 200, { seed: 5, dtype: "uint8" }))).toEqual([120, 50, 183, 45, 123]);
    expect(await flat(random.randint([3], 5, 5, { seed: 5 }))).toEqual([5, 5, 5]);
  });

  it("gamma and binomial numbers", async () => {
    const gamma = await flat(random.gamma([3], 0.3, { seed: 5 }));
    [1.1059529781341553, 0.9108434319496155, 0.007981760427355766].forEach((x, i) =>
      expect(gamma[i]).toBeCloseTo(x, 6),
    );
    expect(await flat(random.binomial([4], 100, 0.4, { seed: 5 }))).toEqual([37, 46, 51, 36]);
  });

  it("without a seed, after setRandomSeed", async () => {
    random.setRandomSeed(7);
    const [a, b] = [await flat(random.uniform([3])), await flat(random.uniform([2]))];
    [0.9734453, 0.56380355, 0.36762047].forEach((x, i) => expect(a[i]).toBeCloseTo(x, 6));
    [0.8093163, 0.04158938].forEach((x, i) => expect(b[i]).toBeCloseTo(x, 6));
  });
});

describe("default seeds", () => {
  it("are those of Python's random module", () => {
    random.setRandomSeed(7);
    expect([1, 2, 3].map(() => random.makeDefaultSeed())).toEqual([347712783, 161973070, 423938500]);
    expect(new MersenneTwister(2 ** 33 + 5).randint(1, 1e9)).toBe(796319592);
  });

  it("differ from generator to generator", async () => {
    const [a, b] = [new random.SeedGenerator(), new random.SeedGenerator()];
    expect(a.initialSeed).toBeNull();
    expect(await flat(a.state.value)).not.toEqual(await flat(b.state.value));
  });
});

describe("SeedGenerator", () => {
  it("gives its seed and a count, and counts up", async () => {
    const seed = new random.SeedGenerator({ seed: 42 });
    const keys = [seed.next(), seed.next()];
    expect(await Promise.all(keys.map(flat))).toEqual([
      [42, 0],
      [42, 1],
    ]);
    expect(await flat(seed.state.value)).toEqual([42, 2]);
  });

  it("wraps around in 32 bits", async () => {
    const seed = new random.SeedGenerator({ seed: 2 ** 32 - 1 });
    seed.state.assign(toTensor(new NDArray(Uint32Array.of(5, 2 ** 32 - 1), [2], "uint32")));
    seed.next();
    expect(await flat(seed.state.value)).toEqual([5, 0]);
  });

  it("advances inside compiled functions", async () => {
    const seed = new random.SeedGenerator({ seed: 3 });
    const draw = jit((x: Tensor) => add(x, random.uniform([2], { seed })));
    const results = [draw(toTensor([0, 0])), draw(toTensor([0, 0]))];
    expect(await flat(seed.state.value)).toEqual([3, 2]);
    const again = new random.SeedGenerator({ seed: 3 });
    for (const result of results) expect(await flat(result)).toEqual(await flat(random.uniform([2], { seed: again })));
  });

  it("keeps what it was made with", () => {
    const config = new random.SeedGenerator({ seed: 5, name: "mine" }).getConfig();
    expect(config).toEqual({ seed: 5, name: "mine" });
    expect(random.SeedGenerator.fromConfig(config).initialSeed).toBe(5);
  });

  it("has a state in the scope of its name", () => {
    expect(new random.SeedGenerator({ seed: 5, name: "mine" }).state.path).toBe("mine/seed_generator_state");
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])("refuses the seed %s", (seed) => {
    expect(() => new random.SeedGenerator({ seed })).toThrow(ArgumentError);
    expect(() => random.uniform([1], { seed })).toThrow(ArgumentError);
  });

  it("refuses a bare number", () => {
    expect(() => new random.SeedGenerator(5 as never)).toThrow(/seed: 5/);
  });
});

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 });
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("draws", () => {
  it("of equal seeds are equal, of different ones are not", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, seeds, async (a, b) => {
        fc.pre(a !== b);
        const [x, again, y] = await Promise.all([a, a, b].map((seed) => flat(random.normal([4], { seed }))));
        expect(again).toEqual(x);
        expect(y).not.toEqual(x);
      }),
      { numRuns: 25 },
    );
  });

  it("lie in their range", async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        seeds,
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 90 }),
        async (shape, seed, low, width) => {
          const size = shape.reduce((n, d) => n * d, 1);
          for (const x of [
            random.uniform(shape, { minval: low, maxval: low + width, seed }),
            random.randint(shape, low, low + width, { seed }),
          ]) {
            expect(x.shape).toEqual(shape);
            const all = await flat(x);
            expect(all).toHaveLength(size);
            expect(all.every((v) => v >= low && v <= low + width)).toBe(true);
          }
          expect((await flat(random.randint(shape, low, low + width, { seed }))).every((v) => v < low + width)).toBe(
            true,
          );
          expect((await flat(random.truncatedNormal(shape, { seed }))).every((v) => Math.abs(v) < 2)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("have the moments of their distribution", async () => {
    const n = 20000;
    const check = async (x: Tensor, center: number, spread: number): Promise<void> => {
      expect(Math.abs((await mean(x).item()) - center)).toBeLessThan((5 * spread) / Math.sqrt(n));
      expect((await std(x).item()) / spread).toBeCloseTo(1, 1);
    };
    await check(random.uniform([n], { seed: 1 }), 0.5, Math.sqrt(1 / 12));
    await check(random.normal([n], { mean: 3, stddev: 2, seed: 1 }), 3, 2);
    await check(random.gamma([2000], 4, { seed: 1 }), 4, 2);
    await check(random.beta([2000], 2, 2, { seed: 1 }), 0.5, Math.sqrt(1 / 20));
    await check(random.binomial([2000], 1000, 0.3, { seed: 1 }), 300, Math.sqrt(210));
  });

  it("of shuffle are permutations of every line", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0, 1, -1),
        seeds,
        async (rows, columns, axis, seed) => {
          const x = Array.from({ length: rows * columns }, (_, i) => i);
          const shuffled = random.shuffle(reshape(x, [rows, columns]), { axis, seed });
          expect(await flat(sort(shuffled, { axis }))).toEqual(x);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("of categorical follow the logits", async () => {
    const drawn = await flat(random.categorical([[Math.log(0.2), Math.log(0.8)]], 5000, { seed: 2 }));
    expect(drawn.filter((v) => v === 1).length / 5000).toBeCloseTo(0.8, 1);
  });
});

describe("dropout", () => {
  it("scales what it keeps, and its gradient follows the same mask", async () => {
    const x = ones([200]);
    const [y, pullback] = vjp((v) => random.dropout(v, 0.25, { seed: 4 }), [x]);
    const values = await flat(y);
    expect(new Set(values.map((v) => v.toFixed(5)))).toEqual(new Set(["0.00000", (4 / 3).toFixed(5)]));
    expect(values.filter((v) => v === 0).length / 200).toBeCloseTo(0.25, 1);
    expect(await flat(pullback(ones([200]))[0]!)).toEqual(values);
  });

  it("drops along axes of size 1 of the noise shape as a whole", async () => {
    const y = await random.dropout(ones([6, 4]), 0.5, { noiseShape: [null, 1], seed: 1 }).array<2>();
    for (const row of y) expect(new Set(row).size).toBe(1);
    expect(new Set(y.map((row) => row[0])).size).toBe(2);
  });

  it("keeps all at rate 0, nothing at rate 1", async () => {
    expect(await sum(random.dropout(ones([9]), 0, { seed: 1 })).item()).toBe(9);
    expect(await sum(random.dropout(ones([9]), 1, { seed: 1 })).item()).toBe(0);
  });

  it("keeps nearly all at a tiny rate", async () => {
    expect(await sum(random.dropout(ones([9]), 1e-9, { seed: 1 })).item()).toBeCloseTo(9, 5);
  });

  it("refuses wrong arguments", () => {
    expect(() => random.dropout([1], -0.1)).toThrow(ArgumentError);
    expect(() => random.dropout([1], Number.NaN)).toThrow(ArgumentError);
    expect(() => random.dropout(ones([2, 3]), 0.5, { noiseShape: [2, 2] })).toThrow(ShapeError);
    expect(() => random.dropout(ones([2], { dtype: "int32" }), 0.5)).toThrow(DTypeError);
  });
});

describe("wrong arguments", () => {
  it.each([
    ["integers from uniform", () => random.uniform([1], { dtype: "int32" }), DTypeError],
    ["8-bit floats", () => random.normal([1], { dtype: "float8_e5m2" }), DTypeError],
    ["floats from randint", () => random.randint([1], 0, 2, { dtype: "float32" }), DTypeError],
    ["bounds that do not broadcast", () => random.randint([3], [0, 1], 5), ShapeError],
    ["logits of another rank", () => random.categorical([1, 2], 3), ShapeError],
    ["a scalar to shuffle", () => random.shuffle(3), ArgumentError],
    ["a key of another shape", () => random.normal([1], { seed: ones([3]) }), ArgumentError],
    ["a fractional seed for all", () => random.setRandomSeed(0.5), ArgumentError],
  ])("%s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});
