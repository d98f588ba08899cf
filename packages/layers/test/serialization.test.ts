import "@keras/backend-ref";
import * as layers from "@keras/layers";
import { Dense, Dropout, Layer, LSTM, RNN, LSTMCell } from "@keras/layers";
import {
  deserializeKerasObject,
  float,
  multiply,
  registerKerasSerializable,
  serializeKerasObject,
  setBackend,
  type SerializedObject,
  type Tensor,
} from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(() => setBackend("ref"));

const twice = registerKerasSerializable({ package: "demo", name: "twice" })((x: Tensor): Tensor => multiply(x, 2));
const json = (x: unknown): SerializedObject => JSON.parse(JSON.stringify(serializeKerasObject(x))) as SerializedObject;

describe("configs", () => {
  it("make an equal layer through fromConfig, without anything registered", () => {
    const dense = new Dense({
      units: 3,
      activation: "gelu",
      kernelInitializer: new layers.initializers.HeNormal({ seed: 4 }),
      kernelRegularizer: "l2",
      biasConstraint: "non_neg",
    });
    const copy = Dense.fromConfig(dense.getConfig()) as Dense;
    expect(copy).toBeInstanceOf(Dense);
    expect(json(copy)).toEqual(json(dense));
  });

  it("spell top-level keys as Keras does", () => {
    expect(Object.keys(json(new LSTM({ units: 1 })).config)).toContain("recurrent_initializer");
    expect(Object.keys(new LSTM({ units: 1 }).getConfig())).toContain("recurrentInitializer");
  });

  it("keep activations by their name in files, whatever a bundler calls the function", () => {
    expect(new Dense({ units: 1 }).getConfig()["activation"]).toBe("linear");
    expect(new Dense({ units: 1, activation: "hard_swish" }).getConfig()["activation"]).toBe("hard_silu");
    expect(new Dense({ units: 1, activation: layers.activations.relu }).getConfig()["activation"]).toBe("relu");
  });

  it("name registered functions, which are looked up in `objects`", () => {
    const config = json(new Dense({ units: 1, activation: twice, name: "d" }));
    expect(config.config["activation"]).toMatchObject({ registered_name: "demo>twice" });
    const copy = deserializeKerasObject(config, { objects: [layers, twice] }) as Dense;
    expect(copy.activation).toBe(twice);
    expect(() => deserializeKerasObject(config, { objects: [layers] })).toThrow(/'twice' is not known|demo>twice/);
    const byName = Dense.fromConfig({ units: 1, activation: "demo>twice" }, { objects: [twice] }) as Dense;
    expect(byName.activation).toBe(twice);
  });

  it("of custom classes carry their registered name", () => {
    class Scale extends Layer<layers.LayerConfig & { factor: number }> {
      override call(x: Tensor): Tensor {
        return multiply(x, this.config.factor);
      }
    }
    registerKerasSerializable({ package: "demo", name: "Scale" })(Scale);
    const config = json(new Scale({ factor: 3 }));
    expect(config).toMatchObject({
      module: null,
      class_name: "Scale",
      registered_name: "demo>Scale",
      config: { factor: 3 },
    });
    expect((deserializeKerasObject(config, { objects: [Scale] }) as Scale).config.factor).toBe(3);
    expect(() => deserializeKerasObject(config, {})).toThrow(/Scale/);
  });

  it("keep integral floats that a file had", () => {
    const drop = new Dropout({ rate: float(0) as unknown as number });
    expect(drop.config.rate).toBe(0);
    expect(drop.getConfig()["rate"]).toEqual(float(0));
  });

  it("find the class of the right module where two have one name", () => {
    const config = json(new layers.initializers.Identity());
    expect(deserializeKerasObject(config, { objects: [layers] })).toBeInstanceOf(layers.initializers.Identity);
    expect(deserializeKerasObject(json(new layers.Identity()), { objects: [layers] })).toBeInstanceOf(layers.Identity);
  });

  it("hold cells and layers inside", () => {
    const rnn = new RNN({ cell: [new LSTMCell({ units: 2 }), new LSTMCell({ units: 3 })] });
    const copy = deserializeKerasObject(json(rnn), { objects: [layers] }) as RNN;
    expect(json(copy)).toEqual(json(rnn));
  });

  it("build the layer again where the file says on what", () => {
    const dense = new Dense({ units: 2 });
    dense.build([null, 3]);
    expect(dense.getBuildConfig()).toEqual({ inputShape: [null, 3] });
    const copy = deserializeKerasObject(
      { ...json(dense), build_config: { input_shape: [null, 3] } },
      { objects: [layers] },
    ) as Dense;
    expect(copy.kernel.shape).toEqual([3, 2]);
    const attention = new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2 });
    attention.build([null, 4, 8], [null, 5, 6], null);
    const shapes = attention.getBuildConfig();
    expect(Object.keys(shapes!["shapesDict"] as object).slice(0, 2)).toEqual(["query_shape", "value_shape"]);
    const again = new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2 });
    again.buildFromConfig(shapes!);
    expect(again.weights.map((w) => w.shape)).toEqual(attention.weights.map((w) => w.shape));
  });
});

describe("wrong options", () => {
  it("are refused with what there is", () => {
    expect(() => new Dense({ units: 1, unit: 2 } as never)).toThrow(
      /Dense has no option 'unit': it takes units, activation/,
    );
    expect(() => new Dense({} as never)).toThrow(/Dense needs the option 'units'/);
    expect(() => new Dense({ units: 1, inputShape: [3] } as never)).toThrow(/put Input\(\{ shape \}\) before/);
    expect(() => new Dense({ units: 0.5 })).toThrow(/units must be a positive integer, got 0.5/);
    expect(() => new Dense({ units: 1, activation: "rellu" as never })).toThrow(
      /unknown activation 'rellu': there are .*'relu'/,
    );
    expect(() => new Dense({ units: 1, kernelInitializer: "zeroes" as never })).toThrow(/unknown initializer 'zeroes'/);
    expect(() => new Dense({ units: 1, kernelRegularizer: "l3" as never })).toThrow(/unknown regularizer 'l3'/);
    expect(() => new Dense({ units: 1, kernelConstraint: "small" as never })).toThrow(/unknown constraint 'small'/);
    expect(() => new Dense({ units: 1, trainable: "yes" as never })).toThrow(/trainable is true or false/);
    expect(() => new layers.Conv2D({ filters: 2, kernelSize: 0 })).toThrow(/kernelSize must be a positive integer/);
    expect(() => new layers.Conv2D({ filters: 2, kernelSize: 3, strides: 2, dilationRate: 2 })).toThrow(
      /strides above 1/,
    );
    expect(() => new layers.Conv2D({ filters: 3, kernelSize: 3, groups: 2 })).toThrow(
      /3 filters do not divide into 2 groups/,
    );
    expect(() => layers.Input({} as never)).toThrow(/needs a `shape`/);
    expect(() => layers.Input({ shape: [1], batchShape: [1, 1] })).toThrow(/not both/);
  });
});
