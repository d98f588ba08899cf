import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExportArchive } from "@keras/models";
import { Input, layers, ops, Sequential, setBackend, Variable } from "keras";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { savedModel } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "keras-saved-model-"));
beforeAll(() => setBackend("ref"));
afterAll(() => rmSync(folder, { recursive: true }));

function python<T>(code: string, ...args: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(pythonPath(), ["-c", code, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Python failed:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
}

const CALL = `
import json, os, subprocess, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
import numpy as np, tensorflow as tf, keras
path = sys.argv[1]
x = np.arange(6, dtype="float32").reshape(2, 3)
loaded = tf.saved_model.load(path)
said = {"signatures": sorted(loaded.signatures), "start": float(loaded.step()), "scores": loaded.score(x).numpy().tolist()}
losses = [float(loaded.train(x, np.ones((2, 1), "float32"))) for _ in range(3)]
said["losses"] = losses
said["steps"] = float(loaded.step())
said["after"] = loaded.score(x).numpy().tolist()
loaded.reset()
said["reset"] = float(loaded.step())
said["variables"] = [v.name for v in loaded.variables]
said["extra"] = [v.name for v in loaded.extra]
layer = keras.layers.TFSMLayer(path, call_endpoint="serving_default")
said["layer"] = np.asarray(layer(x)["output_0"]).tolist()
said["layer_trainable"] = len(layer.trainable_weights)
# Saved again by TensorFlow, with what was trained.
tf.saved_model.save(loaded, path + "_again", signatures=loaded.signatures)
again = tf.saved_model.load(path + "_again")
said["again"] = again.score(x).numpy().tolist()
cli = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli"]
shown = subprocess.run(cli + ["show", "--dir", path, "--tag_set", "serve", "--signature_def", "score"], capture_output=True, text=True)
said["cli"] = shown.stdout + shown.stderr
print(json.dumps(said))
`;

interface Said {
  readonly signatures: readonly string[];
  readonly start: number;
  readonly steps: number;
  readonly reset: number;
  readonly scores: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  readonly again: readonly (readonly number[])[];
  readonly layer: readonly (readonly number[])[];
  readonly layer_trainable: number;
  readonly losses: readonly number[];
  readonly variables: readonly string[];
  readonly extra: readonly string[];
  readonly cli: string;
}

test("several endpoints share variables, and one of them trains in TensorFlow", async () => {
  const dense = new layers.Dense({ units: 1, name: "dense" });
  const model = new Sequential([Input({ shape: [3], name: "x" }), dense]);
  const steps = new Variable(ops.array(4), { name: "steps", trainable: false });
  const archive = new ExportArchive({ name: "trained" });
  archive.track(model);
  archive.track(steps);
  const x = { shape: [null, 3], name: "x" };
  await archive.addEndpoint("score", (v: ops.Tensor) => ops.sigmoid(model.apply(v)), { inputSignature: [x] });
  await archive.addEndpoint("step", () => steps.value, { inputSignature: [] });
  await archive.addEndpoint(
    "train",
    (v: ops.Tensor, y: ops.Tensor) => {
      const difference = ops.subtract(model.apply(v), y);
      const kernel = dense.trainableVariables[0]!;
      const gradient = ops.matmul(ops.transpose(v), difference);
      kernel.assign(ops.subtract(kernel.value, ops.multiply(gradient, 0.02)));
      steps.assign(ops.add(steps.value, 1));
      return ops.mean(ops.square(difference));
    },
    { inputSignature: [x, { shape: [null, 1], name: "y" }] },
  );
  await archive.addEndpoint(
    "reset",
    () => {
      steps.assign(ops.array(0));
      return [];
    },
    { inputSignature: [] },
  );
  archive.addVariableCollection("extra", [steps]);
  const path = join(folder, "trained");
  const report = await archive.writeOut(path, { format: savedModel });
  expect(report.files.map((f) => f.name)).toEqual([
    "variables/variables.data-00000-of-00001",
    "variables/variables.index",
    "fingerprint.pb",
    "saved_model.pb",
  ]);
  const said = python<Said>(CALL, path);
  const data = ops.reshape(ops.arange(0, 6), [2, 3]);
  const near = (a: readonly (readonly number[])[], b: unknown): void =>
    (b as number[][]).forEach((row, i) => row.forEach((v, j) => expect(a[i]![j]).toBeCloseTo(v, 5)));
  expect(said.signatures).toEqual(["reset", "score", "serving_default", "step", "train"]);
  near(said.scores, await ops.sigmoid(model.apply(ops.cast(data, "float32"))).array());
  expect([said.start, said.steps, said.reset]).toEqual([4, 7, 0]);
  expect(said.losses[2]).toBeLessThan(said.losses[0]!);
  expect(said.variables).toEqual(["dense/kernel:0", "dense/bias:0", "steps:0"]);
  expect(said.extra).toEqual(["steps:0"]);
  expect(said.again).toEqual(said.after);
  expect(said.after).not.toEqual(said.scores);
  near(said.layer, said.scores);
  expect(said.layer_trainable).toBe(2);
  expect(said.cli).toMatch(/inputs\['x'\] tensor_info:\s+dtype: DT_FLOAT\s+shape: \(-1, 3\)/);
}, 300_000);
