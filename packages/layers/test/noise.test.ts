import "@keras/backend-ref";
import { ArgumentError, mean, setBackend, std, subtract, type Tensor } from "@keras/ops";
import * as random from "@keras/ops/random";
import { beforeAll, describe, expect, it } from "vitest";
import { AlphaDropout, GaussianDropout } from "../src/index.ts";

beforeAll(() => setBackend("ref"));

const x = (): Tensor => random.normal([20_000], { seed: 1 });
const spread = async (y: Tensor): Promise<readonly [number, number]> => [await mean(y).item(), await std(y).item()];

describe("AlphaDropout", () => {
  it("keeps mean and variance in training, and everything else outside of it", async () => {
    const layer = new AlphaDropout({ rate: 0.3, seed: 7 });
    const [average, deviation] = await spread(layer.apply(x(), { training: true }));
    expect(average).toBeCloseTo(0, 1);
    expect(deviation).toBeCloseTo(1, 1);
    expect(await layer.apply([1, 2]).array()).toEqual([1, 2]);
  });

  it("drops whole rows with a noise shape", async () => {
    const layer = new AlphaDropout({ rate: 0.5, noiseShape: [null, 1], seed: 7 });
    const y = (await layer.apply(random.uniform([64, 4], { seed: 2 }), { training: true }).array()) as number[][];
    const dropped = y.filter((row) => row.every((v) => v === row[0]));
    expect(dropped.length).toBeGreaterThan(10);
    expect(dropped.length).toBeLessThan(54);
  });
});

describe("GaussianDropout", () => {
  it("multiplies by noise around 1 in training", async () => {
    const layer = new GaussianDropout({ rate: 0.2, seed: 7 });
    const ones = subtract(x(), subtract(x(), 1));
    const [average, deviation] = await spread(layer.apply(ones, { training: true }));
    expect(average).toBeCloseTo(1, 1);
    expect(deviation).toBeCloseTo(Math.sqrt(0.2 / 0.8), 1);
    expect(await layer.apply([1, 2]).array()).toEqual([1, 2]);
  });

  it("refuses rates outside [0, 1]", () => {
    expect(() => new GaussianDropout({ rate: 2 })).toThrow(ArgumentError);
    expect(() => new AlphaDropout({ rate: -1 })).toThrow(ArgumentError);
  });
});
