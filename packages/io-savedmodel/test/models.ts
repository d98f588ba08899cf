import { Input, layers, Model, ops, Sequential } from "keras";

/** A model that is exported in tests, with the shapes of one sample of each input. */
export interface Exported {
  readonly model: Model<never, unknown>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
}

const image = (...parts: readonly layers.Layer[]): Exported => ({
  model: new Sequential([Input({ shape: [12, 10, 3], name: "image" }), ...parts]) as never,
  inputs: { image: [12, 10, 3] },
});

/** Models of every family of layers. */
export const MODELS: Readonly<Record<string, () => Exported>> = {
  dense: () => ({
    model: new Sequential([
      Input({ shape: [4], name: "x" }),
      new layers.Dense({ units: 3, activation: "relu" }),
      new layers.Dense({ units: 2, name: "y" }),
    ]),
    inputs: { x: [4] },
  }),
  graph: () => {
    const [b, a] = [Input({ shape: [4], name: "b" }), Input({ shape: [4], name: "a" })];
    const shared = new layers.Dense({ units: 4 });
    const x = ops.concatenate([ops.add(shared.apply(a), ops.multiply(shared.apply(b), 2)), a], { axis: -1 });
    const y = ops.mean(ops.getItem(x, {}, { stop: 2 }), { axis: 1, keepdims: true });
    return {
      model: new Model({ inputs: { b, a }, outputs: [y, ops.reshape(x, [-1, 2, 4]), ops.softmax(x)] }) as never,
      inputs: { b: [4], a: [4] },
    };
  },
  convolutional: () =>
    image(
      new layers.Conv2D({ filters: 4, kernelSize: 3, activation: "relu" }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.Conv2D({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "gelu" }),
      new layers.Dropout({ rate: 0.5 }),
      new layers.Flatten(),
      new layers.Dense({ units: 3, activation: "softmax" }),
    ),
  "depthwise, dilated and grouped": () =>
    image(
      new layers.DepthwiseConv2D({ kernelSize: 3, depthMultiplier: 2, dilationRate: 2, padding: "same" }),
      new layers.Conv2D({ filters: 6, kernelSize: 3, groups: 2, dilationRate: 2, padding: "same" }),
      new layers.AveragePooling2D({ poolSize: 3, strides: 2, padding: "same" }),
      new layers.GlobalAveragePooling2D(),
    ),
  "transposed convolution": () => {
    const x = Input({ shape: [6, 5, 3], name: "image" });
    const wave = ops.sin(ops.arange(0, 108));
    const y = ops.convTranspose(x, ops.reshape(wave, [3, 3, 4, 3]), { strides: 2, padding: "same" });
    return { model: new Model({ inputs: x, outputs: y }) as never, inputs: { image: [6, 5, 3] } };
  },
  "any image size": () => {
    const x = Input({ shape: [null, null, 3], name: "image" });
    const y = new layers.Conv2D({ filters: 4, kernelSize: 3, strides: 2, padding: "same" }).apply(x);
    const z = new layers.MaxPooling2D({ poolSize: 2, padding: "same" }).apply(y);
    return {
      model: new Model({ inputs: x, outputs: new layers.GlobalMaxPooling2D().apply(z) }) as never,
      inputs: { image: [9, 7, 3] },
    };
  },
  sequences: () => ({
    model: new Sequential([
      Input({ shape: [null, 3], name: "steps" }),
      new layers.Conv1D({ filters: 4, kernelSize: 3, padding: "causal" }),
      new layers.AveragePooling1D({ poolSize: 2 }),
      new layers.GlobalMaxPooling1D(),
    ]),
    inputs: { steps: [8, 3] },
  }),
  volumes: () => ({
    model: new Sequential([
      Input({ shape: [6, 6, 6, 2], name: "volume" }),
      new layers.Conv3D({ filters: 3, kernelSize: 2, dilationRate: 2 }),
      new layers.MaxPooling3D({ poolSize: 2 }),
      new layers.Flatten(),
    ]),
    inputs: { volume: [6, 6, 6, 2] },
  }),
  recurrent: () => ({
    model: new Sequential([
      Input({ shape: [null, 3], name: "steps" }),
      new layers.LSTM({ units: 4, returnSequences: true }),
      new layers.GRU({ units: 3, goBackwards: true }),
    ]),
    inputs: { steps: [7, 3] },
  }),
  attention: () => {
    const x = Input({ shape: [null, 8], name: "tokens" });
    const y = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 }).apply(x, x);
    const z = new layers.LayerNormalization().apply(new layers.Add().apply([x, y]));
    return {
      model: new Model({ inputs: x, outputs: { hidden: z, mean: ops.mean(z, { axis: 1 }) } }) as never,
      inputs: { tokens: [6, 8] },
    };
  },
};
