import "@keras/backend-ref";
import { readFileSync } from "node:fs";
import { BatchNormalization, Concatenate, Conv2D, Dense, Flatten, Input, LSTM, MaxPooling2D } from "@keras/layers";
import { ones, resetUids, setBackend, sum, tanh, type KerasTensor, type Tensor } from "@keras/ops";
import { beforeEach, describe, expect, it } from "vitest";
import { Model, Sequential, type SummaryOptions } from "../src/index.ts";

beforeEach(async () => {
  await setBackend("ref");
  resetUids();
});

function printed(model: { summary(options: SummaryOptions): void }, options: SummaryOptions = {}): string {
  let text = "";
  model.summary({ ...options, printFn: (part) => void (text += part) });
  return text.trim().split("\n").map((line) => line.trimEnd()).join("\n"); // prettier-ignore
}

/** What Keras 3.15.1 prints for the same model. */
const recorded = (name: string): string =>
  readFileSync(new URL(`summaries/${name}.txt`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");

function twoInputs(): Model {
  const [a, b] = [Input({ shape: [null, 8], name: "a" }), Input({ shape: [4], name: "b" })];
  const x = new LSTM({ units: 4, name: "lstm" }).apply(a) as KerasTensor;
  const inner = new Sequential([Input({ shape: [4] }), new Dense({ units: 4, name: "d" })], { name: "inner" });
  inner.trainable = false;
  const y = new Concatenate({ name: "join" }).apply([x, inner.apply(b) as KerasTensor]) as KerasTensor;
  const head = new Dense({ units: 2, name: "head" }).apply(y);
  return new Model({ inputs: [a, b], outputs: [head, tanh(x)], name: "two" }) as unknown as Model;
}

describe("summary prints what Keras prints", () => {
  it("of a Sequential", () => {
    const model = new Sequential(
      [
        Input({ shape: [28, 28, 1] }),
        new Conv2D({ filters: 32, kernelSize: 3, activation: "relu" }),
        new BatchNormalization(),
        new MaxPooling2D(),
        new Flatten(),
        new Dense({ units: 10 }),
      ],
      { name: "digits" },
    );
    expect(printed(model)).toBe(recorded("sequential"));
  });

  it("of a graph with several inputs and outputs, an op and a model inside", () => {
    const model = twoInputs();
    expect(printed(model)).toBe(recorded("functional"));
    expect(printed(model, { expandNested: true })).toBe(recorded("nested"));
  });

  it("of a model that is not built", () => {
    expect(printed(new Sequential([new Dense({ units: 3, name: "d3" })], { name: "unbuilt" }))).toBe(
      recorded("unbuilt"),
    );
  });

  it("of a subclass, before and after its first call", () => {
    class Own extends Model {
      readonly a = new Dense({ units: 4, name: "a" });
      readonly b = new LSTM({ units: 3, returnState: true, name: "b" });
      override call(x: Tensor): Tensor {
        return (this.b.apply(this.a.apply(x) as Tensor) as Tensor[])[0]!;
      }
    }
    const model = new Own({ name: "own" });
    expect(printed(model)).toBe(recorded("subclass-unbuilt"));
    model.apply(ones([2, 5, 3]));
    expect(printed(model)).toBe(recorded("subclass"));
    expect(printed(model, { showTrainable: true })).toMatch(/Trainable .*\n.*\n.* Y /u);
  });

  it("of a layer with several outputs, and of vectors", () => {
    const x = Input({ shape: [5, 3], name: "x" });
    const [y, h] = new LSTM({ units: 3, returnState: true, name: "b" }).apply(x) as unknown as KerasTensor[];
    const model = new Model({ inputs: x, outputs: [y!, sum(h!, { axis: 1 })], name: "states" });
    expect(printed(model)).toBe(recorded("states"));
  });

  it("keeps to the lines asked for, and to a range of layers", () => {
    const model = twoInputs();
    const wide = printed(model, { lineLength: 120 }).split("\n");
    expect(Math.max(...wide.map((line) => line.length))).toBeGreaterThan(100);
    const some = printed(model, { layerRange: ["inner", "join"] });
    expect(some).toContain("join (Concatenate)");
    expect(some).not.toContain("head (Dense)");
  });
});
