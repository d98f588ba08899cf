import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setBackend } from "keras";
import { afterAll, expect, test } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { exportOnnx } from "../src/index.ts";
import { MODELS } from "./models.ts";

const CHECK = `
import sys, onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
print("clean")
`;

const folder = mkdtempSync(join(tmpdir(), "keras-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("onnx.checker finds nothing wrong with exported models", async () => {
  await setBackend("ref");
  const paths: string[] = [];
  for (const [name, make] of Object.entries(MODELS)) {
    for (const opset of [18, 21]) {
      const path = join(folder, `${name}-${opset}.onnx`);
      await exportOnnx(make().model, path, { opset });
      paths.push(path);
    }
  }
  const { stdout, stderr } = spawnSync(pythonPath(), ["-c", CHECK, ...paths], { encoding: "utf8" });
  expect(stderr.replaceAll(/^.*warn.*$/gim, "").trim()).toBe("");
  expect(stdout.trim()).toBe("clean");
}, 120_000);
