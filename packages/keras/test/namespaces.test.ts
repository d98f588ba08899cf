// What the umbrella's small namespaces give: configuration, trees, and objects by name or config.
import { afterEach, describe, expect, it } from "vitest";
import {
  activations,
  backend,
  config,
  constraints,
  FloatDTypePolicy,
  initializers,
  Input,
  layers,
  Operation,
  Optimizer,
  optimizers,
  ops,
  regularizers,
  tree,
  utils,
} from "keras";

describe("config", () => {
  const before = { floatx: config.floatx(), epsilon: config.epsilon(), format: config.imageDataFormat() };
  afterEach(() => {
    config.setFloatx(before.floatx);
    config.setEpsilon(before.epsilon);
    config.setImageDataFormat(before.format);
    config.setDtypePolicy(null);
  });

  it("sets the default dtype, epsilon and data format", () => {
    config.setFloatx("float16");
    config.setEpsilon(1e-3);
    config.setImageDataFormat("channels_first");
    expect([config.floatx(), config.epsilon(), config.imageDataFormat()]).toEqual(["float16", 1e-3, "channels_first"]);
    expect(ops.array([1]).dtype).toBe("float16");
    expect(() => config.setFloatx("int32" as never)).toThrow(/floatx/);
    expect(() => config.setImageDataFormat("last" as never)).toThrow(/channels_last/);
  });

  it("sets the dtype policy of new layers", () => {
    config.setDtypePolicy("mixed_float16");
    expect(config.dtypePolicy().name).toBe("mixed_float16");
    expect(new layers.Dense({ units: 1 }).computeDtype).toBe("float16");
    expect(new FloatDTypePolicy({ name: "mixed_bfloat16" }).variableDtype).toBe("float32");
  });
});

describe("tree", () => {
  const nested = { b: [1, { c: 2 }], a: 3 };

  it("walks dictionaries by key", () => {
    expect(tree.flatten(nested)).toEqual([3, 1, 2]);
    expect(tree.flattenWithPath(nested)).toEqual([
      [["a"], 3],
      [["b", 0], 1],
      [["b", 1, "c"], 2],
    ]);
    expect(tree.isNested(nested)).toBe(true);
    expect(tree.isNested(3)).toBe(false);
  });

  it("rebuilds and maps", () => {
    expect(tree.packSequenceAs(nested, [30, 10, 20])).toEqual({ b: [10, { c: 20 }], a: 30 });
    expect(tree.mapStructure((x: number, y: number) => x + y, [1, [2]], [10, [20]])).toEqual([11, [22]]);
    expect(tree.mapStructureUpTo([0, 0], (x: number[]) => x.length, [[1, 2], [3]])).toEqual([2, 1]);
    expect(tree.mapShapeStructure((s) => s.length, { x: [null, 2], y: [[1], [2, 3]] })).toEqual({ x: 2, y: [1, 2] });
    expect(tree.listsToTuples([1, [2]])).toEqual([1, [2]]);
    expect(tree.traverse((x) => (x === 2 ? tree.MAP_TO_NONE : null), [1, [2]])).toEqual([1, [null]]);
    expect(() => tree.packSequenceAs([0, 0], [1])).toThrow(/leaves/);
  });

  it("compares structures and paths", () => {
    tree.assertSameStructure([1, [2]], [3, [4]]);
    tree.assertSamePaths([1, 2], { 0: 1, 1: 2 });
    expect(() => tree.assertSameStructure([1, [2]], [3, 4])).toThrow(/differ/);
    expect(() => tree.assertSamePaths([1], [1, 2])).toThrow(/differ/);
  });
});

describe("objects by name and config", () => {
  it("initializers", () => {
    const made = initializers.get("glorot_uniform")!;
    const again = initializers.deserialize(initializers.serialize(made) as never);
    expect(initializers.serialize(again as never)).toEqual(initializers.serialize(made));
    expect(() => initializers.get("no_such_thing" as never)).toThrow(/no_such_thing/);
  });

  it("regularizers", () => {
    const made = regularizers.get("l2")!;
    const again = regularizers.deserialize(regularizers.serialize(made) as never);
    expect(regularizers.serialize(again as never)).toEqual(regularizers.serialize(made));
    expect(() => regularizers.get("no_such_thing" as never)).toThrow(/no_such_thing/);
  });

  it("constraints", () => {
    const made = constraints.get("max_norm")!;
    const again = constraints.deserialize(constraints.serialize(made) as never);
    expect(constraints.serialize(again as never)).toEqual(constraints.serialize(made));
    expect(() => constraints.get("no_such_thing" as never)).toThrow(/no_such_thing/);
  });

  it("activations are functions with names", () => {
    const relu = activations.get("relu");
    expect(activations.serialize(relu as never)).toBe("relu");
    expect(activations.deserialize("relu" as never)).toBe(relu);
  });

  it("has the bases of its classes", () => {
    expect(new layers.Dense({ units: 1 }) instanceof Operation).toBe(true);
    expect(new optimizers.SGD() instanceof Optimizer).toBe(true);
    class Half extends optimizers.schedules.LearningRateSchedule {
      override call(): ops.Tensor {
        return ops.array(0.5);
      }
      override getConfig(): Record<string, unknown> {
        return {};
      }
    }
    expect(new optimizers.SGD({ learningRate: new Half() }).learningRate.dtype).toBe("float32");
    expect(new layers.InputLayer({ shape: [2] }).name).toMatch(/^input_layer/);
    const cells = [new layers.LSTMCell({ units: 2 }), new layers.GRUCell({ units: 3 })];
    expect(new layers.StackedRNNCells({ cells }).cells).toHaveLength(2);
  });

  it("counts names and promotes dtypes", () => {
    const first = backend.getUid("thing");
    expect(backend.getUid("thing")).toBe(first + 1);
    expect(backend.resultType("int32", "float32")).toBe("float32");
    expect(utils.isKerasTensor(Input({ shape: [1] }))).toBe(true);
    expect(utils.isKerasTensor(ops.array([1]))).toBe(false);
  });
});
