import "@keras/backend-ref";
import {
  Input,
  Layer,
  Dense,
  Dropout,
  BatchNormalization,
  type CallOptions,
  type LayerConfig,
  type LayerShape,
} from "@keras/layers";
import {
  add,
  jit,
  KerasTensor,
  mean,
  multiply,
  matmul,
  ones,
  setBackend,
  square,
  sum,
  valueAndGrad,
  Variable,
  withNameScope,
  random,
  setMask,
  getMask,
  array,
  notEqual,
  type Tensor,
} from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(() => setBackend("ref"));

class Linear extends Layer<LayerConfig & { units: number; gain?: number }> {
  declare w: Variable;
  override build(inputShape: LayerShape): void {
    this.w = this.addWeight({ name: "w", shape: [inputShape.at(-1)!, this.config.units], initializer: "ones" });
  }
  override call(x: Tensor): Tensor {
    return multiply(matmul(x, this.w), this.config.gain ?? 1);
  }
}

/** Two layers in fields, one in a dictionary, a variable of its own. */
class Block extends Layer {
  first = new Dense({ units: 4, name: "first" });
  offset = new Variable([1, 2], { name: "offset" });
  rest = { last: new Dense({ units: 2, name: "last" }), drop: [new Dropout({ rate: 0.5 })] };
  override call(x: Tensor): Tensor {
    return add(this.rest.last.apply(this.rest.drop[0]!.apply(this.first.apply(x))), this.offset);
  }
}

describe("weights", () => {
  it("are made once, however often the layer is built or called", () => {
    const layer = new Linear({ units: 2 });
    layer.build([null, 3]);
    layer.build([null, 3]);
    layer.apply([[1, 2, 3]]);
    expect(layer.weights).toHaveLength(1);
    expect(layer.built).toBe(true);
  });

  it("have paths of the layers around them", () => {
    const block = new Block({ name: "block" });
    block.apply(ones([1, 3]));
    expect(block.weights.map((w) => w.path)).toEqual([
      "offset",
      "block/first/kernel",
      "block/first/bias",
      "block/last/kernel",
      "block/last/bias",
    ]);
    const alone = new Dense({ units: 1, name: "alone" });
    withNameScope("outer", () => alone.build([null, 2]));
    expect(alone.kernel.path).toBe("outer/alone/kernel");
    expect(alone.path).toBe("outer/alone");
  });

  it("are found in fields, arrays, dictionaries, maps and what is tracked by hand", () => {
    class Holder extends Layer {
      map = new Map([["a", new Variable(1, { name: "in_map" })]]);
      #hidden = new Dense({ units: 1 });
      constructor() {
        super();
        this.track(this.#hidden);
      }
      override call(x: Tensor): Tensor {
        return this.#hidden.apply(x);
      }
    }
    const holder = new Holder();
    holder.apply(ones([1, 2]));
    expect(holder.weights.map((w) => w.name)).toEqual(["in_map", "kernel", "bias"]);
  });

  it("of a layer that nobody holds are refused", () => {
    class Careless extends Layer {
      #inner = new Dense({ units: 1, name: "lost" });
      override call(x: Tensor): Tensor {
        return this.#inner.apply(x);
      }
    }
    expect(() => new Careless({ name: "careless" }).apply(ones([1, 2]))).toThrow(
      /'lost' is called inside 'careless'.*this\.track\(layer\)/,
    );
  });

  it("list trained ones first, and the states of generators only among variables", () => {
    const norm = new BatchNormalization();
    norm.build([null, 2]);
    expect(norm.weights.map((w) => w.name)).toEqual(["gamma", "beta", "moving_mean", "moving_variance"]);
    expect(norm.trainableWeights).toHaveLength(2);
    const drop = new Dropout({ rate: 0.5, seed: 3 });
    expect(drop.weights).toHaveLength(0);
    expect(drop.variables).toHaveLength(1);
    expect(drop.nonTrainableVariables).toHaveLength(1);
  });

  it("freeze and thaw with the layer; statistics stay as they are", () => {
    const norm = new BatchNormalization({ trainable: false });
    norm.build([null, 2]);
    expect(norm.trainableWeights).toHaveLength(0);
    expect(norm.nonTrainableWeights).toHaveLength(4);
    norm.trainable = true;
    expect(norm.trainableWeights.map((w) => w.name)).toEqual(["gamma", "beta"]);
    const block = new Block();
    block.apply(ones([1, 3]));
    block.trainable = false;
    expect(block.first.trainable).toBe(false);
    expect(block.trainableWeights).toHaveLength(0);
  });

  it("cannot be added to a built layer", () => {
    const layer = new Linear({ units: 1 });
    layer.build([null, 1]);
    expect(() => layer.addWeight({ name: "late" })).toThrow(/'late' must be made in the constructor or in build/);
  });

  it("are set and read as host arrays", async () => {
    const layer = new Linear({ units: 1 });
    expect(() => layer.countParams()).toThrow(/not built yet/);
    expect(() => layer.setWeights([[1]])).toThrow(/has 0 weights, but 1 values were given: it is not built yet/);
    layer.build([null, 2]);
    layer.setWeights([[[3], [4]]]);
    expect(layer.countParams()).toBe(2);
    expect((await layer.getWeights())[0]!.toNested()).toEqual([[3], [4]]);
  });

  it("are left as they were when build fails, and made when it succeeds", () => {
    let fail = true;
    class Moody extends Layer {
      override build(): void {
        this.addWeight({ name: "a" });
        if (fail) throw new Error("not now");
      }
      override call(x: Tensor): Tensor {
        return x;
      }
    }
    const layer = new Moody();
    expect(() => layer.apply([1])).toThrow("not now");
    fail = false;
    layer.apply([1]);
    expect(layer.weights).toHaveLength(1);
  });

  it("made inside a traced function outlive the trace", async () => {
    const layer = new Linear({ units: 1 });
    const f = jit((x: Tensor) => layer.apply(x) as Tensor);
    expect(await f(array([[1, 2]])).array()).toEqual([[3]]);
    layer.w.assign([[10], [0]]);
    expect(await f(array([[1, 2]])).array()).toEqual([[10]]);
  });

  it("get gradients through apply", async () => {
    const layer = new Linear({ units: 1 });
    layer.build([null, 2]);
    const { grads } = valueAndGrad(() => sum(square(layer.apply([[1, 2]]) as Tensor)), layer.trainableWeights);
    expect(await grads[0]!.array()).toEqual([[6], [12]]);
  });
});

describe("training", () => {
  class Probe extends Layer {
    seen: unknown[] = [];
    override call(x: Tensor, { training = "own default" as never }: CallOptions = {}): Tensor {
      this.seen.push(training);
      return x;
    }
  }
  class Outer extends Layer {
    inherits = new Probe();
    fixed = new Probe();
    override call(x: Tensor, _options?: CallOptions): Tensor {
      return this.inherits.apply(this.fixed.apply(x, { training: false }));
    }
  }

  it("is what was given, else the layers' around, else a layer's own default", () => {
    const outer = new Outer();
    outer.apply([1], { training: true });
    outer.apply([1]);
    outer.apply([1], { training: null });
    // What was given to the sibling does not leak.
    expect(outer.fixed.seen).toEqual([false, false, false]);
    expect(outer.inherits.seen).toEqual([true, "own default", "own default"]);
  });

  it("reaches through layers that know nothing of it", () => {
    class Middle extends Layer {
      probe = new Probe();
      override call(x: Tensor): Tensor {
        return this.probe.apply(x);
      }
    }
    class Top extends Layer {
      middle = new Middle();
      override call(x: Tensor, _options?: CallOptions): Tensor {
        return this.middle.apply(x);
      }
    }
    const top = new Top();
    top.apply([1], { training: true });
    expect(top.middle.probe.seen).toEqual([true]);
  });

  it("has companions: context arguments of one's own", () => {
    class Inner extends Layer {
      static override readonly contextArguments: readonly string[] = ["training", "phase"];
      seen: unknown = null;
      override call(x: Tensor, options: CallOptions & { phase?: string } = {}): Tensor {
        this.seen = options.phase;
        return x;
      }
    }
    class Whole extends Layer {
      static override readonly contextArguments: readonly string[] = ["training", "phase"];
      inner = new Inner();
      override call(x: Tensor, _options?: CallOptions & { phase?: string }): Tensor {
        return this.inner.apply(x);
      }
    }
    const whole = new Whole();
    whole.apply([1], { phase: "warmup" });
    expect(whole.inner.seen).toBe("warmup");
  });
});

describe("calls", () => {
  it("on symbolic tensors give symbolic tensors, and a node", () => {
    const x = Input({ shape: [3] });
    const layer = new Linear({ units: 5 });
    const y: KerasTensor = layer.apply(x);
    expect(y.shape).toEqual([null, 5]);
    expect(layer.inboundNodes).toHaveLength(1);
    expect(y.history).toMatchObject({ operation: layer, nodeIndex: 0, tensorIndex: 0 });
    expect(layer.input).toBe(x);
    expect(layer.output).toBe(y);
    expect(layer.computeOutputShape([7, 3])).toEqual([7, 5]);
  });

  it("keep unknown sizes unknown, and arithmetic on them exact", () => {
    class Double extends Layer {
      override call(x: Tensor): Tensor {
        return add(x, x);
      }
    }
    const y = new Double().apply(Input({ shape: [null, 3] }));
    expect(y.shape).toEqual([null, null, 3]);
  });

  it("must be synchronous", () => {
    class Async extends Layer {
      override async call(x: Tensor): Promise<Tensor> {
        return x;
      }
    }
    expect(() => new Async({ name: "later" }).applyAny([1])).toThrow(/call must be synchronous.*'later'/);
  });

  it("say which layer wants what when shapes do not fit", () => {
    const layer = new Dense({ units: 2, name: "head" });
    layer.build([null, 3]);
    expect(() => layer.apply([[1, 2]])).toThrow(/shape \[1, 2\].*size 3 on axis -1 \(in layer 'head'\)/);
    expect(() => new Dense({ units: 2, name: "flat" }).apply([1, 2])).toThrow(/at least 2 axes \(in layer 'flat'\)/);
    expect(() => new Dense({ units: 2, name: "open" }).apply(Input({ shape: [null] }))).toThrow(
      /axis -1 of the input must have a known size.*'open'/,
    );
  });

  it("cast floats to the compute dtype, read weights in it, and leave integers alone", async () => {
    const layer = new Linear({ units: 1, dtype: "mixed_float16" });
    const y = layer.apply([[1, 2]]) as Tensor;
    expect([y.dtype, layer.w.dtype, layer.variableDtype, layer.computeDtype]).toEqual([
      "float16",
      "float32",
      "float32",
      "float16",
    ]);
    class Keep extends Layer {
      override call(x: Tensor): Tensor {
        return x;
      }
    }
    expect(new Keep().apply(array([1, 2], { dtype: "int32" })).dtype).toBe("int32");
    expect(new Keep({ dtype: "float16" }).apply([1]).dtype).toBe("float16");
  });

  it("of a float32 layer inside a mixed one compute in float32", () => {
    class Mixed extends Layer {
      exact = new Linear({ units: 1, dtype: "float32" });
      override call(x: Tensor): Tensor {
        const y = this.exact.apply(x) as Tensor;
        expect(y.dtype).toBe("float32");
        return y;
      }
    }
    new Mixed({ dtype: "mixed_float16" }).apply([[1]]);
  });

  it("without state leave the layer as it was", async () => {
    const norm = new BatchNormalization({ momentum: 0 });
    norm.build([null, 1]);
    const state = { trainableVariables: [[2], [0]], nonTrainableVariables: [[0], [1]] };
    const result = norm.statelessCall(state, array([[1], [3]]), { training: true });
    expect(await result.nonTrainableVariables[0]!.array()).toEqual([2]);
    expect(await norm.movingMean.value.array()).toEqual([0]);
    expect(() => norm.statelessCall({ ...state, trainableVariables: [] }, ones([1, 1]))).toThrow(
      /has 2 trainable variables, but 0 values/,
    );
    expect(() => new BatchNormalization().statelessCall(state, ones([1, 1]))).toThrow(/needs a built layer/);
  });

  it("advance random generators", async () => {
    const drop = new Dropout({ rate: 0.5, seed: 1 });
    const [a, b] = [drop.apply(ones([64]), { training: true }), drop.apply(ones([64]), { training: true })];
    expect(await a.array()).not.toEqual(await b.array());
    expect(await (drop.apply(ones([3])) as Tensor).array()).toEqual([1, 1, 1]);
  });
});

describe("losses", () => {
  it("are what layers added in the last call, then the weights' regularizers", async () => {
    class Penal extends Layer {
      override call(x: Tensor): Tensor {
        this.addLoss(mean(x));
        return x;
      }
    }
    class Twice extends Layer {
      shared = new Penal();
      dense = new Dense({ units: 1, kernelInitializer: "ones", kernelRegularizer: "l2", activityRegularizer: "l1" });
      override call(x: Tensor): Tensor {
        return this.dense.apply(this.shared.apply(this.shared.apply(x)));
      }
    }
    const twice = new Twice();
    twice.apply([
      [1, 3],
      [1, 3],
    ]);
    twice.apply([
      [1, 3],
      [1, 3],
    ]);
    const values = await Promise.all(twice.losses.map((x) => x.item()));
    // Two calls of the shared layer, the activity per sample, the kernel.
    expect(values.map((v) => Number(v.toFixed(4)))).toEqual([2, 2, 0.04, 0.02]);
    twice.clearLosses();
    expect(twice.losses).toHaveLength(1);
    expect(() => new Penal().addLoss(1)).toThrow(/addLoss belongs into `call`/);
  });

  it("of symbolic calls leave nothing behind", () => {
    const dense = new Dense({ units: 1, activityRegularizer: "l2" });
    dense.apply(Input({ shape: [2] }));
    expect(dense.losses).toHaveLength(0);
  });
});

describe("masks", () => {
  const masked = (): Tensor => {
    const x = array([[1, 0]]);
    setMask(x, notEqual(x, 0));
    return x;
  };
  class Through extends Layer {
    override call(x: Tensor): Tensor {
      return add(x, 1);
    }
  }

  it("pass layers that support them, and stop at others", async () => {
    const yes = new Through();
    yes.supportsMasking = true;
    expect(await (getMask(yes.apply(masked())) as Tensor).array()).toEqual([[true, false]]);
    expect(getMask(new Through().apply(masked()))).toBe(null);
  });

  it("are given to call, and changed by computeMask", () => {
    let seen: unknown = null;
    class Reads extends Through {
      override call(x: Tensor, options: CallOptions = {}): Tensor {
        seen = options.mask;
        return add(x, 1);
      }
      override computeMask(): null {
        return null;
      }
    }
    const x = masked();
    expect(getMask(new Reads().apply(x))).toBe(null);
    expect(seen).toBe(getMask(x));
  });

  it("of an input that is given back stay what they were", () => {
    class Same extends Layer {
      override call(x: Tensor): Tensor {
        return x;
      }
      override computeMask(): unknown {
        return ones([1, 2]);
      }
    }
    const x = masked();
    const before = getMask(x);
    expect(getMask(new Same().apply(x))).toBe(before);
  });

  it("survive a cast of the input", () => {
    const layer = new Through({ dtype: "float16" });
    layer.supportsMasking = true;
    expect(getMask(layer.apply(masked()))).not.toBe(null);
  });
});

describe("names", () => {
  it("follow the class, and may not hold a slash", () => {
    expect(new Linear({ units: 1 }).name).toMatch(/^linear(_\d+)?$/);
    expect(() => new Linear({ units: 1, name: "a/b" })).toThrow(/without '\/'/);
  });
  it("of generators are unique", () => {
    expect(new random.SeedGenerator().name).not.toBe(new random.SeedGenerator().name);
  });
});
