// Trains a small convolutional network on handwritten digits, saves it, loads it back, and exports it to ONNX.
import { mkdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { config, Input, layers, optimizers, saving, Sequential, utils } from "keras";
import * as ort from "onnxruntime-node";
import { firstImages, loadDigits } from "./data.ts";
import { drawPredictions } from "./draw.ts";
import { parseOptions } from "./options.ts";

const TEST_IMAGES = 1500;
const BATCH = 64;
const SHOWN = 4;

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.backend !== null) await config.setBackend(options.backend);
  utils.setRandomSeed(42);
  const { train, test } = loadDigits(TEST_IMAGES);
  console.log(
    `Training on ${train.labels.shape[0]} handwritten digits with the '${config.backend()}' engine, testing on ${TEST_IMAGES} others.\n`,
  );

  const model = new Sequential(
    [
      Input({ shape: [28, 28, 1], name: "image" }),
      new layers.Conv2D({ filters: 32, kernelSize: 3, activation: "relu" }),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.BatchNormalization(),
      new layers.Conv2D({ filters: 64, kernelSize: 3, activation: "relu" }),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.BatchNormalization(),
      new layers.Flatten(),
      new layers.Dropout({ rate: 0.4 }),
      new layers.Dense({ units: 10, activation: "softmax", name: "digit" }),
    ],
    { name: "digits" },
  );
  model.summary();
  console.log();

  // Long strides at first, small ones at the end.
  const steps = options.epochs * Math.ceil(train.labels.shape[0]! / BATCH);
  const learningRate = new optimizers.schedules.CosineDecay({ initialLearningRate: 0.003, decaySteps: steps });
  model.compile({
    optimizer: new optimizers.Adam({ learningRate }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  const started = performance.now();
  await model.fit(train.images, train.labels, { epochs: options.epochs, batchSize: BATCH });
  const { accuracy = 0 } = await model.evaluate(test.images, test.labels, { batchSize: 250, verbose: 0 });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\nTest accuracy ${(accuracy * 100).toFixed(2)} % after ${seconds} s of training.\n`);

  const shown = firstImages(test, SHOWN);
  const predictions = await model.predict(shown.images);
  console.log(`${drawPredictions(shown, predictions.values as Float32Array)}\n`);

  mkdirSync(options.out, { recursive: true });
  const [kerasFile, onnxFile] = [join(options.out, "digits.keras"), join(options.out, "digits.onnx")];
  await model.save(kerasFile);
  const loaded = await saving.loadModel(kerasFile);
  const again = await loaded.predict(shown.images as never);
  report("saved and loaded again", kerasFile, difference(predictions.values, (again as typeof predictions).values));

  await model.export(onnxFile, { format: "onnx" });
  const session = await ort.InferenceSession.create(onnxFile);
  const feeds = {
    [session.inputNames[0]!]: new ort.Tensor("float32", shown.images.values, shown.images.shape as number[]),
  };
  const outputs = await session.run(feeds);
  report(
    "exported, run by ONNX Runtime",
    onnxFile,
    difference(predictions.values, outputs[session.outputNames[0]!]!.data),
  );

  console.log(`
What to try next
  python -c "import keras; keras.saving.load_model('${kerasFile}').summary()"   the same model in Python Keras
  npm start -- --epochs 20                                        train longer
  npm start -- --backend ref                                      another engine: plain TypeScript, slower
  docs/README.md                                                  how it works, and how to add to it`);
}

/** Largest difference between two arrays of numbers. */
function difference(a: unknown, b: unknown): number {
  const [x, y] = [a as ArrayLike<number>, b as ArrayLike<number>];
  let largest = x.length === y.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]! - y[i]!));
  return largest;
}

function report(what: string, file: string, largest: number): void {
  const kilobytes = (statSync(file).size / 1024).toFixed(0);
  const verdict = largest <= 1e-5 ? "equal predictions" : "DIFFERENT predictions";
  console.log(
    `${relative(process.cwd(), file)} (${kilobytes} kB): ${what}: ${verdict} (largest difference ${largest.toExponential(1)})`,
  );
  if (largest > 1e-5) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof Error && process.env["DEBUG"] === undefined ? `${error.name}: ${error.message}` : error,
  );
  process.exitCode = 1;
}
