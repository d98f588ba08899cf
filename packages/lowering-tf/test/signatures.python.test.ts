import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { pythonPath } from "../../../scripts/python-env.ts";
import { opTable } from "../src/index.ts";

/** Arguments and results as TensorFlow has them, in the notation of the table. */
const READ = `
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
from tensorflow.python.framework import op_def_registry

def text(arg):
    kind = arg.type_attr or tf.as_dtype(arg.type).name.upper()
    return f"{arg.name}:{arg.number_attr + '*' if arg.number_attr else ''}{kind}"

found = {}
for name in json.load(sys.stdin):
    op = op_def_registry.get(name)
    found[name] = " ".join([*map(text, op.input_arg), "->", *map(text, op.output_arg)])
print(json.dumps(found))
`;

test("operators take and give what TensorFlow says", () => {
  const { status, stdout, stderr } = spawnSync(pythonPath(), ["-c", READ], {
    encoding: "utf8",
    input: JSON.stringify(Object.keys(opTable())),
  });
  if (status !== 0) throw new Error(`Python failed:\n${stderr}`);
  expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toEqual(opTable());
}, 120_000);
