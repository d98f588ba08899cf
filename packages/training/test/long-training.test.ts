import { engines } from "./engines.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { LambdaCallback } from "@keras/callbacks";
import { BatchNormalization, Dense, Dropout, Input } from "@keras/layers";
import { Sequential } from "@keras/models";
import { liveBytes, NDArray, setBackend } from "@keras/ops";
import "../src/index.ts";

const samples = 3200;
const x = new NDArray(
  Float32Array.from({ length: samples * 4 }, (_, i) => Math.sin(i)),
  [samples, 4],
  "float32",
);
const y = new NDArray(
  Float32Array.from({ length: samples }, (_, i) => Math.cos(i)),
  [samples, 1],
  "float32",
);

function regression(): Sequential {
  const model = new Sequential([
    Input({ shape: [4] }),
    new Dense({ units: 8, activation: "relu" }),
    new BatchNormalization(),
    new Dropout({ rate: 0.1, seed: 1 }),
    new Dense({ units: 1 }),
  ]);
  model.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
  return model;
}

describe.each(engines)("long training on %s", (engine) => {
  beforeEach(() => setBackend(engine));

  it("holds no more memory after 10,000 steps than after 1,000", async () => {
    const model = regression();
    await model.fit(x, y, { verbose: 0, epochs: 10 });
    const live = liveBytes();
    const { rss } = process.memoryUsage();
    await model.fit(x, y, { verbose: 0, epochs: 100 });
    // What the collector has not seen yet is a few kB; one scalar kept per step would be 40 kB, one weight 1 MB.
    expect(liveBytes() - live).toBeLessThan(16 * 1024);
    expect(process.memoryUsage().rss - rss).toBeLessThan(192 * 2 ** 20);
  }, 120_000);

  it("lets timers have their turn", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    let epochs = 0;
    const count = new LambdaCallback({ onEpochEnd: () => void epochs++ });
    await regression().fit(x, y, { verbose: 0, epochs: 10_000, signal: stop.signal, callbacks: [count] });
    expect(epochs).toBeLessThan(10_000);
  }, 120_000);
});
