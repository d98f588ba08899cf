import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readHdf5 } from "../src/hdf5/read.ts";
import { h5Find } from "../src/hdf5/types.ts";
import { encodeHdf5 } from "../src/hdf5/write.ts";
import { readZip } from "../src/zip/read.ts";
import { zipBytes, zipInput, type ZipInput } from "../src/zip/write.ts";
import { runPython, temporaryFolder } from "./run-python.ts";

const SAVE = `
import sys, json
import keras, numpy as np
from keras import layers
keras.utils.set_random_seed(3)
model = keras.Sequential([
    layers.Input((4,)), layers.Dense(3, activation="relu"), layers.BatchNormalization(), layers.Dense(2, dtype="bfloat16"),
])
model.layers[2].set_weights([w.astype("bfloat16") for w in model.layers[2].get_weights()])
model.compile(keras.optimizers.Adam(0.01), "mse")
model.optimizer.build(model.trainable_variables)
model.save(sys.argv[1])
`;

const REPORT = `
x = np.linspace(-1, 1, 8).reshape(2, 4)
print(json.dumps({"y": np.array(model.predict(x, verbose=0)).astype("f4").tolist(),
    "slots": [np.array(v).astype("f4").tolist() for v in model.optimizer.variables]}))
`;

test("a .keras file is taken apart and put together again, and Keras finds it the same", async () => {
  using folder = temporaryFolder();
  const [theirs, ours] = [folder.path("theirs.keras"), folder.path("ours.keras")];
  const expected = JSON.parse(runPython(SAVE + REPORT, theirs));

  const entries = await readZip(readFileSync(theirs));
  expect([...entries.keys()]).toEqual(["metadata.json", "config.json", "model.weights.h5"]);
  const root = await readHdf5(await entries.get("model.weights.h5")!.source());
  const kernel = h5Find(root, "layers/dense_1/vars/0");
  expect(kernel).toMatchObject({ kind: "dataset", shape: [3, 2], dtype: "bfloat16" });

  const inputs: ZipInput[] = [];
  for (const name of ["metadata.json", "config.json"]) inputs.push(zipInput(name, await entries.get(name)!.bytes()));
  const { size, parts } = encodeHdf5(root);
  inputs.push({ name: "model.weights.h5", size, parts });
  writeFileSync(ours, await zipBytes(inputs));

  const load = "import sys, json, keras, numpy as np\nmodel = keras.saving.load_model(sys.argv[1])";
  expect(JSON.parse(runPython(load + REPORT, ours))).toEqual(expected);
});
