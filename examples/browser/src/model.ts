import { Input, layers, optimizers, Sequential, type Model } from "keras";

/** A small convolutional network for digits. */
export function digitModel(): Model {
  const model = new Sequential(
    [
      Input({ shape: [28, 28, 1], name: "image" }),
      new layers.Conv2D({ filters: 16, kernelSize: 3, activation: "relu" }),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.Conv2D({ filters: 32, kernelSize: 3, activation: "relu" }),
      new layers.MaxPooling2D({ poolSize: 2 }),
      new layers.Flatten(),
      new layers.Dropout({ rate: 0.3 }),
      new layers.Dense({ units: 10, activation: "softmax", name: "digit" }),
    ],
    { name: "digits" },
  );
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.002 }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  return model as never;
}
