import "@keras/backend-ref";
import { NotFoundError, registerKerasSerializable, type Tensor } from "@keras/ops";
import { expect, test } from "vitest";
import * as losses from "../src/index.ts";

test("every name gives a function or an object", () => {
  for (const name of ["mse", "MAE", "sparse_categorical_crossentropy", "kl_divergence", "ctc"] as const)
    expect(typeof losses.get(name)).toBe("function");
  expect(losses.get("mse")).toBe(losses.meanSquaredError);
  expect(losses.get("Huber")).toBeInstanceOf(losses.Huber);
  expect(losses.get(losses.Huber)).toBeInstanceOf(losses.Huber);
  expect(losses.get(null)).toBeNull();
});

test("an unknown name says what may have been meant", () => {
  expect(() => losses.get("sparse_categorical_crossentropyy" as never)).toThrow(NotFoundError);
  expect(() => losses.get("sparse_categorical_crossentropyy" as never)).toThrow("'sparse_categorical_crossentropy'");
  expect(() => losses.get("zzz" as never)).toThrow("'mean_squared_error'");
});

test("objects come back from their configs", () => {
  const loss = new losses.BinaryCrossentropy({ fromLogits: true, labelSmoothing: 0.1, reduction: "sum" });
  const config = losses.serialize(loss);
  expect(config).toEqual({
    module: "keras.losses",
    class_name: "BinaryCrossentropy",
    config: { name: "binary_crossentropy", reduction: "sum", from_logits: true, label_smoothing: 0.1, axis: -1 },
    registered_name: null,
  });
  expect((losses.deserialize(config as never) as losses.Loss).getConfig()).toEqual(loss.getConfig());
  expect(losses.serialize(losses.meanSquaredError)).toBe("mean_squared_error");
});

test("a registered function is found among the objects", async () => {
  const off = (t: Tensor, p: Tensor): Tensor => t.subtract(p);
  registerKerasSerializable({ package: "demo", name: "off" })(off);
  expect(losses.get("demo>off", { objects: [off] })).toBe(off);
  expect(() => losses.get("demo>off")).toThrow(NotFoundError);
  const wrapped = losses.serialize(new losses.LossFunctionWrapper({ fn: off, name: "off" }));
  const again = losses.deserialize(wrapped as never, { objects: [off] }) as losses.Loss;
  expect(await again.apply([[3]], [[1]]).item()).toBe(2);
});

test("a wrapped function of Keras is found by its name in files", async () => {
  const config = losses.serialize(new losses.LossFunctionWrapper({ fn: losses.huber, delta: 2 }));
  expect(config).toMatchObject({ config: { fn: "huber", delta: 2 } });
  const loss = losses.deserialize({
    ...(config as object),
    config: { fn: "mean_squared_error" },
  } as never) as losses.Loss;
  expect(await loss.apply([[3]], [[1]]).item()).toBe(4);
});

test("compile's crossentropy follows the shapes", () => {
  expect(losses.resolveLoss("ce", [8, 1], [8, 1])).toBeInstanceOf(losses.BinaryCrossentropy);
  expect(losses.resolveLoss("crossentropy", [8], [8, 3])).toBeInstanceOf(losses.SparseCategoricalCrossentropy);
  expect(losses.resolveLoss("ce", [8, 1], [8, 3])).toBeInstanceOf(losses.SparseCategoricalCrossentropy);
  expect(losses.resolveLoss("ce", [8, 3], [8, 3])).toBeInstanceOf(losses.CategoricalCrossentropy);
  expect(losses.resolveLoss("mse", [8, 3], [8, 3]).name).toBe("mse");
});
