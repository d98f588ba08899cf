// The bench models with this project's API: the same as python/models.py.
import { Model, Sequential } from "keras";
import {
  Add,
  Conv2D,
  Dense,
  Flatten,
  GlobalAveragePooling1D,
  Input,
  LayerNormalization,
  LSTM,
  MaxPooling2D,
  MultiHeadAttention,
} from "keras/layers";
import { CLASSES } from "../cases.ts";
import type { BenchCase } from "../cases.ts";

function mlp(): Model {
  return new Sequential([
    Input({ shape: [784] }),
    new Dense({ units: 512, activation: "relu" }),
    new Dense({ units: 512, activation: "relu" }),
    new Dense({ units: CLASSES }),
  ]);
}

function cnn(): Model {
  return new Sequential([
    Input({ shape: [28, 28, 1] }),
    new Conv2D({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
    new MaxPooling2D(),
    new Conv2D({ filters: 64, kernelSize: 3, padding: "same", activation: "relu" }),
    new MaxPooling2D(),
    new Flatten(),
    new Dense({ units: 128, activation: "relu" }),
    new Dense({ units: CLASSES }),
  ]);
}

function lstm(): Model {
  return new Sequential([Input({ shape: [64, 32] }), new LSTM({ units: 128 }), new Dense({ units: CLASSES })]);
}

/** One pre-norm block, then a mean over the sequence. */
function transformer(): Model {
  const inputs = Input({ shape: [128, 256] });
  let hidden = new LayerNormalization({ epsilon: 1e-5 }).apply(inputs);
  hidden = new MultiHeadAttention({ numHeads: 4, keyDim: 64 }).apply(hidden, hidden);
  const attended = new Add().apply([inputs, hidden]);
  hidden = new LayerNormalization({ epsilon: 1e-5 }).apply(attended);
  hidden = new Dense({ units: 1024, activation: "gelu" }).apply(hidden);
  hidden = new Dense({ units: 256 }).apply(hidden);
  hidden = new Add().apply([attended, hidden]);
  hidden = new LayerNormalization({ epsilon: 1e-5 }).apply(hidden);
  hidden = new GlobalAveragePooling1D().apply(hidden);
  return new Model({ inputs, outputs: new Dense({ units: CLASSES }).apply(hidden) });
}

export const MODELS: Readonly<Record<BenchCase["model"], () => Model>> = { mlp, cnn, lstm, transformer };
