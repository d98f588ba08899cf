import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { lowerToOnnx, onnxSupports, type LowerOptions } from "../src/index.ts";
import { CASES, graphOf, graphs } from "./cases.ts";

/** onnx's own checker with full shape inference, over all models of a folder; gives what it says of each. */
const CHECK = `
import json, os, sys, onnx
said = {}
for name in sorted(os.listdir(sys.argv[1])):
    try:
        onnx.checker.check_model(os.path.join(sys.argv[1], name), full_check=True)
        said[name] = ""
    except Exception as error:
        said[name] = str(error)
print(json.dumps(said))
`;

const TARGETS: readonly (readonly [string, LowerOptions])[] = [
  ["portable", {}],
  ["portable-18", { opset: 18 }],
  ["runtime", { target: "runtime" }],
];

/** Runs models of two operands of a type that JavaScript cannot pass, and compares with NumPy. */
const RUN = `
import json, os, sys, ml_dtypes, numpy as np, onnxruntime as ort
said = {}
random = np.random.default_rng(0)
for name in sorted(os.listdir(sys.argv[1])):
    op, dtype = name.removesuffix(".onnx").split("-")
    session = ort.InferenceSession(os.path.join(sys.argv[1], name))
    x = random.uniform(-4, 4, (2, 5)).astype(dtype)
    y = random.uniform(1, 4, 5).astype(dtype)
    actual = session.run(None, {"x0": x, "x1": y})[0]
    said[name] = str(actual.dtype) == dtype and bool(np.allclose(actual, getattr(np, op)(x, y), rtol=2e-3))
print(json.dumps(said))
`;

function python<T>(code: string, folder: string): T {
  const { status, stdout, stderr } = spawnSync(pythonPath(), ["-c", code, folder], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`Python failed:\n${stderr}`);
  return JSON.parse(stdout) as T;
}

it("float16 models compute in float16", () => {
  const folder = mkdtempSync(join(tmpdir(), "onnx-"));
  const cases = CASES.filter((c) => c.inputs.length === 2 && c.inputs[0]!.dtype === "float16");
  for (const c of cases) writeFileSync(join(folder, `${c.op}-float16.onnx`), lowerToOnnx(graphOf(c)));
  const said = python<Record<string, boolean>>(RUN, folder);
  rmSync(folder, { recursive: true });
  expect(said).toEqual(Object.fromEntries(cases.map((c) => [`${c.op}-float16.onnx`, true])));
});

describe("models pass onnx.checker", () => {
  const folder = mkdtempSync(join(tmpdir(), "onnx-"));
  const names = new Map<string, string>();
  let said: Record<string, string> = {};
  for (const [target, options] of TARGETS) {
    for (const c of CASES) {
      if (!onnxSupports({ name: c.op, infer: () => [] }, c.inputs, c.attrs, options)) continue;
      names.set(`${names.size}.onnx`, `${target}: ${c.name} ${JSON.stringify(c.attrs)}`);
      writeFileSync(join(folder, `${names.size - 1}.onnx`), lowerToOnnx(graphOf(c), options));
    }
    for (const [name, graph] of graphs()) {
      names.set(`${names.size}.onnx`, `${target}: ${name}`);
      writeFileSync(join(folder, `${names.size - 1}.onnx`), lowerToOnnx(graph, options));
    }
  }
  beforeAll(() => {
    said = python(CHECK, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  it("covers every case", () => expect(names.size).toBeGreaterThan(CASES.length * 2));
  for (const [file, name] of names) it(name, () => expect(said[file]).toBe(""));
});
