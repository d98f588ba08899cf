import * as ops from "@keras/ops";
import { getBackend, random, setBackend, type Variable } from "@keras/ops";
import { Dense, Dropout, Input } from "@keras/layers";
import { Sequential } from "@keras/models";
import { Adam } from "@keras/optimizers";
import { beforeEach, describe, expect, it } from "vitest";
import "./engines.ts";

const xs = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(i), i % 3]);
const ys = Array.from({ length: 24 }, (_, i) => [Math.sin(i) * (i % 3)]);

function fresh(): Sequential {
  random.setRandomSeed(4);
  const model = new Sequential([
    Input({ shape: [3] }),
    new Dense({ units: 8, activation: "tanh" }),
    new Dropout({ rate: 0.2 }),
    new Dense({ units: 1 }),
  ]);
  model.compile({ optimizer: new Adam({ learningRate: 0.02 }), loss: "mse", metrics: ["mae"] });
  return model;
}

const bits = async (variables: readonly Variable[]): Promise<Uint8Array[]> =>
  Promise.all(variables.map(async (v) => new Uint8Array(((await v.value.data()) as Float32Array).buffer)));
const places = (variables: readonly Variable[]): string[] => [...new Set(variables.map((v) => v.value.backend.name))];

/** Losses of eight steps, the model being moved before some of them. */
async function losses(moves: Readonly<Record<number, string>>): Promise<number[]> {
  const model = fresh();
  const seen: number[] = [];
  for (let step = 0; step < 8; step++) {
    if (moves[step]) await model.to(moves[step]!);
    seen.push((await model.trainOnBatch(xs, ys)).loss);
  }
  return seen;
}

beforeEach(async () => {
  await setBackend("ref");
  await setBackend("onnx");
});

describe("model.to", () => {
  it("moves weights, slots, metrics and seeds bit for bit, there and back", async () => {
    const model = fresh();
    await model.fit(xs, ys, { epochs: 2, verbose: 0 });
    const state = model.stateVariables();
    // Two kernels and biases, a seed; momenta, velocities, iterations and rate of Adam; totals and counts of two means.
    expect(state.length).toBeGreaterThanOrEqual(5 + 8 + 2 + 4);
    expect(state.some((v) => v.dtype === "uint32")).toBe(true);
    const before = await bits(state);
    expect(places(state)).toEqual(["onnx"]);
    for (const name of ["ref", "onnx", "ref"]) {
      expect(await model.to(name)).toBe(model);
      expect(places(state)).toEqual([name]);
      expect(await bits(state)).toEqual(before);
    }
  });

  it("training goes on with the same losses on the other backend, and back on the first", async () => {
    const stayed = await losses({});
    for (const moves of [{ 3: "ref" }, { 0: "ref", 4: "onnx" }, { 2: "ref", 3: "onnx", 5: "ref" }] as const) {
      const moved = await losses(moves);
      moved.forEach((loss, i) => expect(Math.abs(loss - stayed[i]!)).toBeLessThan(1e-5 * Math.max(1, stayed[i]!)));
    }
    expect(stayed.at(-1)).toBeLessThan(stayed[0]!);
  });

  it("the model runs where it was put, whichever backend is active", async () => {
    const model = fresh();
    const expected = (await model.predict(xs)).values;
    await model.to("ref");
    expect(model.apply(ops.array(xs)).backend.name).toBe("ref");
    const there = (await model.predict(xs)).values;
    there.forEach((v, i) => expect(v).toBeCloseTo(Number(expected[i]), 5));
    expect(ops.array([1]).backend.name).toBe("onnx");
    await model.evaluate(xs, ys, { verbose: 0 });
    expect(places(model.variables)).toEqual(["ref"]);
    // Its result meets a value of the active backend.
    expect(ops.add(model.apply(ops.array(xs)), 1).backend.name).toBe("onnx");
  });

  it("two models train side by side on two backends", async () => {
    const [a, b] = [await fresh().to("ref"), await fresh().to("onnx")];
    const [first, second] = await Promise.all([
      a.fit(xs, ys, { epochs: 3, verbose: 0, shuffle: false }),
      b.fit(xs, ys, { epochs: 3, verbose: 0, shuffle: false }),
    ]);
    const [one, other] = [first, second].map(({ history }) => history["loss"] as number[]);
    one!.forEach((loss, i) => expect(loss).toBeCloseTo(other![i]!, 5));
    expect([places(a.weights), places(b.weights)]).toEqual([["ref"], ["onnx"]]);
  });

  it("with null the model follows the active backend again", async () => {
    const model = await fresh().to("ref");
    await model.to(null);
    await model.trainOnBatch(xs, ys);
    expect(places(model.weights)).toEqual(["onnx"]);
  });

  it("a model that is not built yet is built there", async () => {
    const model = new Sequential([new Dense({ units: 2 })]);
    await model.to("ref");
    await model.predict(xs);
    expect(places(model.weights)).toEqual(["ref"]);
    await expect(model.to("nowhere")).rejects.toThrow(/no backend 'nowhere'.*'ref'/s);
    expect(getBackend("ref").name).toBe("ref");
  });
});
