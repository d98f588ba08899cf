import { Input, layers, Model, ops, Sequential } from "keras";

/** Models that are exported in tests, with the shapes of one sample of each input. */
export const MODELS: Readonly<
  Record<
    string,
    () => { readonly model: Model<never, unknown>; readonly inputs: Readonly<Record<string, readonly number[]>> }
  >
> = {
  mlp: () => ({
    model: new Sequential([
      Input({ shape: [4], name: "x" }),
      new layers.Dense({ units: 3, activation: "relu" }),
      new layers.Dense({ units: 2, name: "y" }),
    ]),
    inputs: { x: [4] },
  }),
  graph: () => {
    const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
    const shared = new layers.Dense({ units: 4 });
    const x = ops.concatenate([ops.add(shared.apply(a), ops.multiply(shared.apply(b), 2)), a], { axis: -1 });
    const y = ops.mean(ops.getItem(x, {}, { stop: 2 }), { axis: 1, keepdims: true });
    return {
      model: new Model({ inputs: { a, b }, outputs: [y, ops.reshape(x, [-1, 2, 4]), ops.softmax(x)] }) as never,
      inputs: { a: [4], b: [4] },
    };
  },
  convolutional: () => ({
    model: new Sequential([
      Input({ shape: [12, 12, 1], name: "image" }),
      new layers.Conv2D({ filters: 4, kernelSize: 3, activation: "relu" }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.Dropout({ rate: 0.5 }),
      new layers.Flatten(),
      new layers.Dense({ units: 3, activation: "softmax" }),
    ]),
    inputs: { image: [12, 12, 1] },
  }),
  recurrent: () => ({
    model: new Sequential([
      Input({ shape: [null, 3], name: "steps" }),
      new layers.LSTM({ units: 4, returnSequences: true }),
      new layers.GRU({ units: 3 }),
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
