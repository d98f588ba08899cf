import { readFileSync } from "node:fs";
import { decodeSmallFloats } from "@keras/ops";
import { layers, losses, metrics, Model, NDArray, ops, optimizers, saving, setBackend } from "keras";
import { beforeAll, describe, expect, test } from "vitest";
import { loadModel, saveModel } from "../src/index.ts";
import { runPython, temporaryFolder } from "./run-python.ts";

// Each model is made and trained in Python, loaded and trained on here, saved here, and loaded and trained on there.
const SCRIPT = readFileSync(new URL("models.py", import.meta.url), "utf8");

interface Report {
  readonly outputs: number[][];
  readonly losses: number[];
}

class Block extends Model {
  readonly units: number;
  readonly denseOne: layers.Dense;
  readonly blocks: readonly layers.Dense[];
  readonly zLast: layers.LayerNormalization;

  constructor(config: layers.LayerConfig & { readonly units?: number } = {}) {
    super(config);
    this.units = config.units ?? 3;
    this.denseOne = new layers.Dense({ units: this.units, activation: "tanh" });
    this.blocks = [0, 1].map(() => new layers.Dense({ units: this.units }));
    this.zLast = new layers.LayerNormalization();
  }

  override call(inputs: ops.Tensor): ops.Tensor {
    const x = this.blocks.reduce((h, block) => ops.add(block.apply(h), h), this.denseOne.apply(inputs));
    return this.zLast.apply(x);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), units: this.units };
  }
}
saving.registerKerasSerializable({ package: "tests", name: "Block" })(Block);

const count = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
const wave = (shape: readonly number[], k = 1): NDArray =>
  new NDArray(
    Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(i * k)),
    shape,
    "float32",
  );
const integers = (shape: readonly number[], f: (i: number) => number): NDArray =>
  new NDArray(
    Int32Array.from({ length: count(shape) }, (_, i) => f(i)),
    shape,
    "int32",
  );

const DATA: Readonly<Record<string, readonly [x: unknown, y: unknown]>> = {
  mlp: [wave([8, 4]), wave([8, 2], 2)],
  graph: [
    { a: wave([8, 4]), b: wave([8, 4], 3) },
    { y: wave([8, 1]), z: wave([8, 2]) },
  ],
  subclassed: [wave([8, 5]), wave([8, 5], 2)],
  recurrent: [integers([8, 5], (i) => (i * 7) % 10), wave([8, 1])],
  attention: [wave([8, 6, 8]), wave([8, 1])],
  convolutional: [wave([8, 8, 8, 2]), integers([8], (i) => i % 3)],
  half: [wave([8, 4]), wave([8, 2], 2)],
  raw_ops: [[wave([8, 3, 4]), wave([8, 3, 4], 2)], null],
};

/** Half precision is exact to three digits only. */
const tolerance = (name: string): number => (name === "half" ? 2e-3 : 1e-5);

function compare(name: string, actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(actual.map((a) => a.length)).toEqual(expected.map((e) => e.length));
  const worst = Math.max(
    ...actual.flatMap((values, i) =>
      values.map((v, j) => Math.abs(v - expected[i]![j]!) / Math.max(1, Math.abs(expected[i]![j]!))),
    ),
  );
  expect(worst).toBeLessThan(tolerance(name));
}

async function predictions(model: Model, x: unknown): Promise<number[][]> {
  const out: unknown = await model.predict(x as never);
  const arrays = (out instanceof NDArray ? [out] : Object.values(out as object)) as NDArray[];
  return arrays.map((a) =>
    a.dtype === "float16"
      ? [...decodeSmallFloats(a.values as Uint16Array, "float16")]
      : Array.from(a.values as Float32Array, Number),
  );
}

describe("models of Python Keras", () => {
  const folder = temporaryFolder();
  let theirs: Record<string, Report> = {};
  let back: Record<string, Report> = {};
  const here: Record<string, Report> = {};

  beforeAll(async () => {
    await setBackend("ref");
    theirs = JSON.parse(runPython(SCRIPT, "make", folder.path(""))) as typeof theirs;
    for (const [name, [x, y]] of Object.entries(DATA)) {
      const model = await loadModel(folder.path(`${name}.keras`), {
        objects: [layers, losses, metrics, optimizers, optimizers.schedules, Block],
      });
      // Saved before training goes on: Python starts from the same state.
      await saveModel(model, folder.path(`${name}.keras`));
      const outputs = await predictions(model, x);
      const history =
        y === null ? null : await model.fit(x as never, y, { batchSize: 3, epochs: 2, shuffle: false, verbose: 0 });
      here[name] = { outputs, losses: (history?.history["loss"] ?? []) as number[] };
    }
    back = JSON.parse(runPython(SCRIPT, "load", folder.path(""))) as typeof back;
    return () => folder[Symbol.dispose]();
  }, 900_000);

  test.for(Object.keys(DATA))("%s: predicts the same here", (name) =>
    compare(name, here[name]!.outputs, theirs[name]!.outputs),
  );
  test.for(Object.keys(DATA).filter((n) => DATA[n]![1] !== null))(
    "%s: training goes on here as it does there",
    (name) => {
      compare(name, [here[name]!.losses], [theirs[name]!.losses]);
    },
  );
  test.for(Object.keys(DATA))("%s: saved here, Python predicts the same", (name) =>
    compare(name, back[name]!.outputs, theirs[name]!.outputs),
  );
  test.for(Object.keys(DATA).filter((n) => DATA[n]![1] !== null))(
    "%s: saved here, training goes on in Python",
    (name) => {
      compare(name, [back[name]!.losses], [theirs[name]!.losses]);
    },
  );
});
