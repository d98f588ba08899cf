import { Chart } from "./chart.ts";
import { drawGraph } from "./graph-view.ts";
import { DrawingPad } from "./pad.ts";
import type { EngineName, Request, Response } from "./protocol.ts";

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const say = (id: string, text: string, error = false): void => {
  find(id).textContent = text;
  find(id).classList.toggle("error", error);
};

const chart = new Chart(find("chart"));
const bars = Array.from({ length: 10 }, (_, digit) => {
  const row = document.createElement("li");
  row.innerHTML = `<span>${digit}</span><div><i style="width:0"></i></div><span></span>`;
  find("bars").append(row);
  return row;
});
let worker: Worker;
let training = false;
let digits = true;

const ask = (request: Request): void => worker.postMessage(request);

const pad = new DrawingPad(find("pad"), (pixels) => {
  if (digits) ask({ kind: "classify", pixels });
  else say("answer", "This model does not take images of digits.");
});

function enable(): void {
  for (const id of ["run", "export-keras", "export-onnx"]) find<HTMLButtonElement>(id).disabled = training;
  find<HTMLButtonElement>("train").disabled = training || !digits;
  find<HTMLButtonElement>("stop").disabled = !training;
}

function showProbabilities(values: readonly number[]): void {
  const best = values.indexOf(Math.max(...values));
  values.forEach((value, digit) => {
    const row = bars[digit]!;
    row.classList.toggle("best", digit === best);
    row.querySelector("i")!.style.width = `${(value * 100).toFixed(1)}%`;
    row.lastElementChild!.textContent = `${(value * 100).toFixed(1)} %`;
  });
  say("answer", `This looks like a ${best}.`);
}

function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  say("result", `${name}: ${(bytes.length / 1024).toFixed(0)} kB`);
}

function handle(message: Response): void {
  switch (message.kind) {
    case "loaded":
      ask({ kind: "start", engine: find<HTMLSelectElement>("backend").value as EngineName });
      break;
    case "started":
      say("engine", `Engine: ${message.engine}`);
      break;
    case "model":
      find("summary").textContent = message.summary;
      drawGraph(find("graph"), message.layers);
      digits = message.digits;
      enable();
      break;
    case "step":
      chart.add(message);
      say(
        "progress",
        `Step ${message.step}: loss ${message.loss.toFixed(3)}, accuracy ${(message.accuracy * 100).toFixed(1)} %`,
      );
      break;
    case "epoch":
      say(
        "progress",
        `Epoch ${message.epoch}: ${(message.accuracy * 100).toFixed(1)} % of unseen digits right, ${message.seconds.toFixed(1)} s`,
      );
      break;
    case "trained":
      training = false;
      enable();
      if (message.stopped) say("progress", "Stopped; what was learned stays.");
      if (digits) ask({ kind: "classify", pixels: pad.pixels() });
      break;
    case "probabilities":
      showProbabilities(message.values);
      break;
    case "result":
      say("result", message.text);
      break;
    case "file":
      download(message.name, message.bytes);
      break;
    case "failed":
      training = false;
      enable();
      say("result", message.message, true);
      break;
  }
}

/** A fresh worker on an engine: the old one goes with all it held. */
function startWorker(): void {
  worker?.terminate();
  training = false;
  chart.clear();
  say("engine", "Starting…");
  say("progress", "Not trained yet.");
  say("result", "");
  worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: find<HTMLSelectElement>("backend").value,
  });
  worker.addEventListener("message", ({ data }: MessageEvent<Response>) => handle(data));
  worker.addEventListener("error", (event) => say("result", event.message || "the worker could not be loaded", true));
}

const load = (file: File | undefined): void => {
  if (!file) return;
  say("result", `Loading ${file.name}…`);
  ask({ kind: "load", file });
};

find("train").addEventListener("click", () => {
  training = true;
  chart.clear();
  enable();
  say("progress", "Loading the digits and compiling the train step…");
  ask({
    kind: "train",
    epochs: find<HTMLInputElement>("epochs").valueAsNumber || 1,
    digits: new URL("digits.bin", document.baseURI).href,
  });
});
find("stop").addEventListener("click", () => ask({ kind: "stop" }));
find("clear").addEventListener("click", () => {
  pad.clear();
  say("answer", "Draw with the mouse or a finger.");
});
find("run").addEventListener("click", () => ask({ kind: "run" }));
find("export-keras").addEventListener("click", () => ask({ kind: "export", format: "keras" }));
find("export-onnx").addEventListener("click", () => ask({ kind: "export", format: "onnx" }));
find<HTMLInputElement>("file").addEventListener("change", (event) =>
  load((event.target as HTMLInputElement).files?.[0]),
);
const drop = find("drop");
for (const kind of ["dragenter", "dragover"] as const)
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  load(event.dataTransfer?.files[0]);
});
find("backend").addEventListener("change", startWorker);

find<HTMLSelectElement>("backend").value = new URLSearchParams(location.search).get("engine") ?? "wasm";
startWorker();
