import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setBackend } from "keras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { exportSavedModel } from "../src/index.ts";
import { casesOf } from "./cases.ts";
import { MODELS } from "./models.ts";

/** Loads each model in TensorFlow and calls it in every way; gives the largest differences, or what went wrong. */
const CHECK = `
import json, os, sys, traceback
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf

def arrays(items):
    return {a["name"]: tf.constant(np.array(a["values"], "float32").reshape(a["shape"])) for a in items}

def difference(found, wanted):
    assert found.shape == wanted.shape, (found.shape, wanted.shape)
    return float(np.abs(found.numpy() - wanted.numpy()).max())

def check(path, cases):
    loaded = tf.saved_model.load(path)
    signature = loaded.signatures["serving_default"]
    graph, session = tf.Graph(), None
    with graph.as_default():
        session = tf.compat.v1.Session()
        meta = tf.compat.v1.saved_model.load(session, ["serve"], path)
    definition = meta.signature_def["serve"]
    worst = {"signature": 0.0, "serve": 0.0, "session": 0.0, "lite": 0.0}
    converter = tf.lite.TFLiteConverter.from_saved_model(path)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    interpreter = tf.lite.Interpreter(model_content=converter.convert())
    select = sorted({o["op_name"] for o in interpreter._get_ops_details() if o["op_name"].startswith("Flex")})
    lite = None if select else interpreter.get_signature_runner("serving_default")
    for case in cases:
        inputs, outputs = arrays(case["inputs"]), arrays(case["outputs"])
        ways = {"signature": signature(**inputs)}
        if lite:
            ways["lite"] = {k: tf.constant(v) for k, v in lite(**{k: v.numpy() for k, v in inputs.items()}).items()}
        feeds = {definition.inputs[k].name: v.numpy() for k, v in inputs.items()}
        fetched = session.run({k: v.name for k, v in definition.outputs.items()}, feeds)
        ways["session"] = {k: tf.constant(v) for k, v in fetched.items()}
        args = list(inputs.values())
        for call in [lambda: loaded.serve(*args)] + ([lambda: loaded.serve(args), lambda: loaded.serve(inputs)] if len(args) > 1 else []):
            direct = call()
            if not isinstance(direct, dict):
                direct = dict(zip(outputs, direct if isinstance(direct, (list, tuple)) else [direct]))
            ways["serve"] = direct
            for way, found in ways.items():
                assert set(found) == set(outputs), (way, list(found), list(outputs))
                for name, wanted in outputs.items():
                    worst[way] = max(worst[way], difference(found[name], wanted))
    with tf.GradientTape() as tape:
        result = loaded.serve(*args)
        total = tf.add_n([tf.reduce_sum(y) for y in tf.nest.flatten(result)])
    variables = list(loaded.trainable_variables)
    try:
        gradients = tape.gradient(total, variables)
        lost = [v.name for v, g in zip(variables, gradients) if g is None]
    except tf.errors.InvalidArgumentError as error:
        lost = str(error)
    return {"worst": worst, "variables": [v.name for v in loaded.variables], "trainable": len(variables),
            "without_gradient": lost, "select": select}

said = {}
for path, cases in json.load(open(sys.argv[1])).items():
    try:
        said[path] = check(path, cases)
    except Exception:
        said[path] = {"error": traceback.format_exc()[-3000:]}
print(json.dumps(said))
`;

interface Said {
  readonly error?: string;
  readonly worst?: Readonly<Record<string, number>>;
  readonly variables?: readonly string[];
  readonly trainable?: number;
  /** Variables without a gradient, or why there is none. */
  readonly without_gradient?: readonly string[] | string;
  /** Operators that TensorFlow Lite borrows from TensorFlow: its interpreter alone cannot run them. */
  readonly select?: readonly string[];
}

const SELECT: Readonly<Record<string, readonly string[]>> = {
  convolutional: ["FlexErf"],
  volumes: ["FlexMaxPool3D"],
};
/** TensorFlow's convolutions have no gradient on a CPU when they are dilated. */
const WITHOUT_GRADIENT: Readonly<Record<string, RegExp>> = {
  "depthwise, dilated and grouped": /do not yet support dilation/,
};

const folder = mkdtempSync(join(tmpdir(), "keras-saved-model-"));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string): string => join(folder, name.replaceAll(/\W/g, "_"));

describe("TensorFlow computes what the model does, for any batch size, in every way a SavedModel is called", () => {
  let said: Record<string, Said> = {};
  const weights = new Map<string, number>();
  beforeAll(async () => {
    await setBackend("ref");
    const all: Record<string, unknown> = {};
    for (const [name, make] of Object.entries(MODELS)) {
      const made = make();
      const report = await exportSavedModel(made.model, pathOf(name));
      all[pathOf(name)] = await casesOf(made, report, [1, 5]);
      weights.set(name, (made.model as unknown as { variables: unknown[] }).variables.length);
    }
    const cases = join(folder, "cases.json");
    writeFileSync(cases, JSON.stringify(all));
    const { status, stdout, stderr } = spawnSync(pythonPath(), ["-c", CHECK, cases], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(`Python failed:\n${stderr}`);
    said = JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, Said>;
  }, 600_000);

  test.for(Object.keys(MODELS))("%s", (name) => {
    const { error, worst, variables, without_gradient: lost, select } = said[pathOf(name)]!;
    expect(error).toBeUndefined();
    for (const difference of Object.values(worst!)) expect(difference).toBeLessThan(1e-4);
    expect(variables).toHaveLength(weights.get(name)!);
    expect(select).toEqual(SELECT[name] ?? []);
    if (name in WITHOUT_GRADIENT) expect(lost).toMatch(WITHOUT_GRADIENT[name]!);
    else expect(lost).toEqual([]);
  });
});
