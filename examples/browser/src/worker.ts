// The model lives here: the page stays responsive while it trains.
import "./provider.ts";
import { callbacks, config, NDArray, saving, type Model } from "keras";
import { onnxStatus } from "@keras/backend-onnx";
import { layersOf, summaryOf } from "./describe.ts";
import { fetchDigits } from "./digits.ts";
import { digitModel } from "./model.ts";
import type { EngineName, Request, Response } from "./protocol.ts";

const send = (message: Response): void => self.postMessage(message);

let model: Model;
let stopping: AbortController | null = null;

/** Whether the model takes images of digits and tells ten classes apart. */
const takesDigits = (): boolean => inputShape().reduce((n, d) => n * d, 1) === 784 && String(outputShape()) === "10";

const shapeOf = (spec: unknown): number[] =>
  ((spec as { shape: readonly (number | null)[] }).shape ?? []).slice(1).map((d) => d ?? 1);
const inputShape = (): number[] => shapeOf([(model as never as { inputs: unknown }).inputs].flat()[0]);
const outputShape = (): number[] => shapeOf([(model as never as { outputs: unknown }).outputs].flat()[0]);

function show(): void {
  send({ kind: "model", summary: summaryOf(model), layers: layersOf(model), digits: takesDigits() });
}

async function start(engine: EngineName): Promise<void> {
  await config.setBackend(engine === "ref" ? "ref" : "onnx");
  model = digitModel();
  const detail = engine === "ref" ? "" : `, ${onnxStatus().runtime}`;
  send({ kind: "started", engine: `${config.backend()}${detail}${self.crossOriginIsolated ? ", threads" : ""}` });
  show();
}

async function train(epochs: number, url: string): Promise<void> {
  const { train: digits, test } = await fetchDigits(url, 500);
  stopping = new AbortController();
  let step = 0;
  let began = performance.now();
  const report = new callbacks.LambdaCallback({
    onEpochBegin: () => void (began = performance.now()),
    onTrainBatchEnd: (_, logs) =>
      send({ kind: "step", step: ++step, loss: Number(logs?.["loss"]), accuracy: Number(logs?.["accuracy"]) }),
    onEpochEnd: (epoch, logs) =>
      send({
        kind: "epoch",
        epoch: epoch + 1,
        accuracy: Number(logs?.["val_accuracy"]),
        seconds: (performance.now() - began) / 1000,
      }),
  });
  const { signal } = stopping;
  try {
    await model.fit(digits.images as never, digits.labels as never, {
      epochs,
      batchSize: 64,
      verbose: 0,
      validationData: [test.images, test.labels],
      callbacks: [report],
      signal,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  stopping = null;
  send({ kind: "trained", stopped: signal.aborted });
}

async function classify(pixels: Float32Array<ArrayBuffer>): Promise<void> {
  const x = new NDArray(pixels, [1, ...inputShape()], "float32");
  const { values } = (await model.predict(x as never)) as NDArray;
  send({ kind: "probabilities", values: Array.from(values as Float32Array) });
}

/** One sample of numbers drawn at random, whatever the model takes. */
async function run(): Promise<void> {
  const inputs = [(model as never as { inputs: unknown }).inputs].flat() as {
    shape: (number | null)[];
    dtype: string;
  }[];
  const samples = inputs.map(({ shape }) => {
    const sizes = [1, ...shape.slice(1).map((d) => d ?? 8)];
    const values = Float32Array.from({ length: sizes.reduce((n, d) => n * d, 1) }, () => Math.random());
    return new NDArray(values, sizes, "float32");
  });
  const began = performance.now();
  const outputs = [await model.predict((samples.length === 1 ? samples[0] : samples) as never)].flat() as NDArray[];
  const milliseconds = (performance.now() - began).toFixed(1);
  const shown = outputs.map(({ values, shape }) => {
    const some = Array.from(values as Float32Array)
      .slice(0, 6)
      .map((v) => Number(v).toPrecision(3));
    return `[${shape.join(", ")}]: ${some.join(", ")}${values.length > 6 ? ", …" : ""}`;
  });
  send({ kind: "result", text: `${shown.join("; ")} (${milliseconds} ms)` });
}

async function exportAs(format: "keras" | "onnx"): Promise<void> {
  const name = `${model.name}.${format}`;
  if (format === "keras") {
    send({ kind: "file", name, bytes: await saving.saveModel(model) });
    return;
  }
  const { files } = await model.export(undefined, { format: "onnx", verbose: false });
  send({ kind: "file", name, bytes: files[0]!.bytes });
}

async function answer(request: Request): Promise<void> {
  switch (request.kind) {
    case "start":
      return start(request.engine);
    case "train":
      return train(request.epochs, request.digits);
    case "stop":
      return stopping?.abort();
    case "classify":
      return classify(request.pixels);
    case "load":
      model = await saving.loadModel(request.file);
      return show();
    case "run":
      return run();
    case "export":
      return exportAs(request.format);
  }
}

self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  answer(data).catch((error: unknown) => {
    console.error(error);
    send({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  });
});

send({ kind: "loaded" });
