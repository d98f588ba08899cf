import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExportArchive, exportModel } from "@keras/models";
import { Input, layers, NDArray, ops, Sequential, setBackend } from "keras";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { litert } from "../src/index.ts";

/** Runs a signature of a model in LiteRT's interpreter on 4 rows of input and prints the first output. */
const RUN = `
import json, sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter
path, key, source, shape = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
runner = Interpreter(path).get_signature_runner(key)
x = np.fromfile(source, "float32").reshape(shape)
name = list(runner.get_input_details())[0]
print(json.dumps(next(iter(runner(**{name: x}).values())).ravel().tolist()))
`;

const folder = mkdtempSync(join(tmpdir(), "keras-litert-"));
beforeAll(() => setBackend("ref"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(path: string, key: string, x: NDArray): number[] {
  const source = join(folder, "x");
  writeFileSync(source, x.values as Float32Array);
  const { status, stdout, stderr } = spawnSync(pythonPath(), ["-c", RUN, path, key, source, JSON.stringify(x.shape)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as number[];
}

const image = new NDArray(
  Float32Array.from({ length: 4 * 10 * 10 * 3 }, (_, i) => Math.sin(i)),
  [4, 10, 10, 3],
  "float32",
);
const network = (): Sequential =>
  new Sequential([
    Input({ shape: [10, 10, 3], name: "x" }),
    new layers.Conv2D({ filters: 16, kernelSize: 3, activation: "relu" }),
    new layers.DepthwiseConv2D({ kernelSize: 3 }),
    new layers.Flatten(),
    new layers.Dense({ units: 10, activation: "softmax" }),
  ]);

test.for([
  ["float32", 1e-6],
  ["float16", 1e-3],
  ["int8", 2e-2],
] as const)("weights as %s", async ([weights, tolerance]) => {
  const model = network();
  const ours = (await model.predict(image)).values as Float32Array;
  const path = join(folder, `${weights}.tflite`);
  await exportModel(model, path, { format: litert, weights });
  const theirs = run(path, "serving_default", image);
  const worst = Math.max(...theirs.map((v, i) => Math.abs(v - ours[i]!)));
  expect(theirs).toHaveLength(ours.length);
  expect(worst).toBeLessThan(tolerance);
});

test("each function is a signature", async () => {
  const model = network();
  const archive = new ExportArchive();
  await archive.addEndpoint("serve", model);
  await archive.addEndpoint("mean", (x: ops.Tensor) => ops.mean(x, { axis: [1, 2, 3] }), {
    inputSignature: [{ shape: [null, 10, 10, 3], name: "x" }],
  });
  const path = join(folder, "two.tflite");
  await archive.writeOut(path, { format: litert });
  const means = run(path, "mean", image);
  const values = image.values as Float32Array;
  expect(means[1]).toBeCloseTo(values.slice(300, 600).reduce((a, b) => a + b, 0) / 300, 5);
  expect(run(path, "serving_default", image)).toHaveLength(40);
});
