import {
  Activation,
  Add,
  BatchNormalization,
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  GlobalAveragePooling1D,
  GRU,
  Input,
  LayerNormalization,
  LSTM,
  MaxPooling2D,
  MultiHeadAttention,
} from "@keras/layers";
import { Model, Sequential } from "@keras/models";
import { NDArray, random, sizeOf, type KerasTensor, type Tensor } from "@keras/ops";
import { Adam, AdamW, RMSprop, SGD, type Optimizer } from "@keras/optimizers";
import "@keras/training";

const CLASSES = 4;
type Trained = Model<Tensor, Tensor>;

/** A small model, the shape of a batch for it, and what trains it. The same as in data/make_training.py. */
export interface TestModel {
  readonly batch: readonly number[];
  readonly build: () => Trained;
  readonly optimizer: () => Optimizer;
}

function mlp(): Trained {
  return new Sequential([
    Input({ shape: [12] }),
    new Dense({ units: 16, activation: "relu" }),
    new Dropout({ rate: 0.25, seed: 11 }),
    new Dense({ units: CLASSES, activation: "softmax" }),
  ]);
}

function cnn(): Trained {
  return new Sequential([
    Input({ shape: [8, 8, 2] }),
    new Conv2D({ filters: 6, kernelSize: 3, padding: "same", useBias: false }),
    new BatchNormalization(),
    new Activation({ activation: "relu" }),
    new MaxPooling2D(),
    new Conv2D({ filters: 4, kernelSize: 3, strides: 2, activation: "relu" }),
    new Flatten(),
    new Dense({ units: CLASSES, activation: "softmax" }),
  ]);
}

function lstm(): Trained {
  return new Sequential([
    Input({ shape: [7, 5] }),
    new LSTM({ units: 8, returnSequences: true }),
    new GRU({ units: 6 }),
    new Dense({ units: CLASSES, activation: "softmax" }),
  ]);
}

function transformer(): Trained {
  const inputs = Input({ shape: [6, 8] });
  let hidden: KerasTensor = new LayerNormalization().apply(inputs);
  hidden = new MultiHeadAttention({ numHeads: 2, keyDim: 4 }).apply(hidden, hidden);
  const attended = new Add().apply([inputs, hidden]);
  hidden = new LayerNormalization().apply(attended);
  hidden = new Dense({ units: 16, activation: "gelu" }).apply(hidden);
  hidden = new Dense({ units: 8 }).apply(hidden);
  hidden = new Add().apply([attended, hidden]);
  hidden = new GlobalAveragePooling1D().apply(hidden);
  const outputs: KerasTensor = new Dense({ units: CLASSES, activation: "softmax" }).apply(hidden);
  const config = { inputs, outputs };
  const model = new Model(config);
  return model;
}

export const MODELS: Readonly<Record<string, TestModel>> = {
  mlp: { batch: [10, 12], build: mlp, optimizer: () => new Adam({ learningRate: 0.01 }) },
  cnn: {
    batch: [6, 8, 8, 2],
    build: cnn,
    optimizer: () => new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  },
  lstm: { batch: [6, 7, 5], build: lstm, optimizer: () => new RMSprop({ learningRate: 0.01 }) },
  transformer: {
    batch: [5, 6, 8],
    build: transformer,
    optimizer: () => new AdamW({ learningRate: 0.01, weightDecay: 0.01, clipnorm: 1 }),
  },
};

/** A model that begins where Python's began. */
export function freshModel({ build, optimizer }: TestModel): Trained {
  random.setRandomSeed(7);
  const model = build();
  model.compile({ optimizer: optimizer(), loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return model;
}

/** The batch of a step: waves, and labels in turn. */
export function batchOf({ batch }: TestModel, step: number): { x: NDArray<"float32">; y: NDArray<"int32"> } {
  const x = Float32Array.from({ length: sizeOf(batch) }, (_, i) => Math.sin(i * 0.7 + step));
  const y = Int32Array.from({ length: batch[0]! }, (_, i) => (i * 7) % CLASSES);
  return { x: new NDArray(x, batch, "float32"), y: new NDArray(y, [batch[0]!], "int32") };
}
