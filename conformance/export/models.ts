// The models of the export matrix: every layer by itself, and what is built of layers. A layer joins by standing in CASES below, or by
// itself where it needs no arguments.
import { Input, Model, ops, Sequential } from "keras";
import * as layers from "keras/layers";

/** A model with the shape of one sample of each input. */
export interface ExportCase {
  readonly model: Model<never, unknown>;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Inputs that hold numbers from 0 up to this in place of waves. */
  readonly integers?: Readonly<Record<string, number>>;
  /** Where the runtime itself is approximate. Default 1e-4. */
  readonly tolerance?: number;
}

type Make = () => ExportCase;
type L = layers.Layer;
type T = ops.KerasTensor;

const one =
  (shape: readonly (number | null)[], ...parts: readonly L[]): Make =>
  () => ({
    model: new Sequential([Input({ shape: shape as number[], name: "x" }), ...parts]) as never,
    inputs: { x: shape.map((d) => d ?? 7) },
  });
const graph =
  (shape: readonly (number | null)[], build: (x: T) => T | readonly T[] | Record<string, T>): Make =>
  () => {
    const x = Input({ shape: shape as number[], name: "x" });
    return {
      model: new Model({ inputs: x, outputs: build(x) as T }) as never,
      inputs: { x: shape.map((d) => d ?? 7) },
    };
  };

const image = [12, 12, 3];
const steps = [null, 4];
const conv = (filters: number, options: object = {}): layers.Conv2D =>
  new layers.Conv2D({ filters, kernelSize: 3, padding: "same", ...options });

/** Layers by name, each in the smallest model. */
const LAYERS: Readonly<Record<string, Make>> = {
  Dense: one([5], new layers.Dense({ units: 3, activation: "tanh" })),
  "Dense on sequences": one([null, 5], new layers.Dense({ units: 3, activation: "gelu" })),
  EinsumDense: one([6, 5], new layers.EinsumDense({ equation: "abc,cd->abd", outputShape: [null, 4], biasAxes: "d" })),
  Embedding: () => ({
    model: new Sequential([
      Input({ shape: [6], dtype: "int32", name: "x" }),
      new layers.Embedding({ inputDim: 10, outputDim: 4 }),
    ]) as never,
    inputs: { x: [6] },
    integers: { x: 10 },
  }),
  Rescaling: one(image, new layers.Rescaling({ scale: 0.5, offset: 1 })),
  Flatten: one(image, new layers.Flatten()),
  Reshape: one(image, new layers.Reshape({ targetShape: [6, -1] })),
  Permute: one([3, 4, 5], new layers.Permute({ dims: [3, 1, 2] })),
  RepeatVector: one([5], new layers.RepeatVector({ n: 3 })),
  Conv1D: one([9, 3], new layers.Conv1D({ filters: 4, kernelSize: 3, padding: "causal" })),
  Conv2D: one(
    image,
    new layers.Conv2D({ filters: 4, kernelSize: [3, 2], strides: 2, padding: "same", activation: "relu" }),
  ),
  "Conv2D dilated": one(image, new layers.Conv2D({ filters: 4, kernelSize: 3, dilationRate: 2 })),
  "Conv2D grouped": one([8, 8, 4], new layers.Conv2D({ filters: 6, kernelSize: 3, groups: 2 })),
  "Conv2D any size": one([null, null, 3], conv(4), conv(2, { strides: 2 })),
  Conv3D: one([5, 6, 7, 2], new layers.Conv3D({ filters: 3, kernelSize: 2 })),
  DepthwiseConv1D: one([9, 3], new layers.DepthwiseConv1D({ kernelSize: 3 })),
  DepthwiseConv2D: one(image, new layers.DepthwiseConv2D({ kernelSize: 3, depthMultiplier: 2, padding: "same" })),
  ZeroPadding2D: one(
    image,
    new layers.ZeroPadding2D({
      padding: [
        [1, 2],
        [0, 3],
      ],
    }),
  ),
  Cropping2D: one(
    image,
    new layers.Cropping2D({
      cropping: [
        [1, 2],
        [0, 3],
      ],
    }),
  ),
  MaxPooling1D: one([9, 3], new layers.MaxPooling1D({ poolSize: 2 })),
  MaxPooling2D: one(image, new layers.MaxPooling2D({ poolSize: 3, strides: 2, padding: "same" })),
  MaxPooling3D: one([4, 6, 6, 2], new layers.MaxPooling3D({ poolSize: 2 })),
  AveragePooling1D: one([9, 3], new layers.AveragePooling1D({ poolSize: 2 })),
  AveragePooling2D: one(image, new layers.AveragePooling2D({ poolSize: 3, strides: 2, padding: "same" })),
  AveragePooling3D: one([4, 6, 6, 2], new layers.AveragePooling3D({ poolSize: 2 })),
  GlobalAveragePooling2D: one(image, new layers.GlobalAveragePooling2D()),
  GlobalMaxPooling2D: one(image, new layers.GlobalMaxPooling2D({ keepdims: true })),
  GlobalAveragePooling1D: one([null, 3], new layers.GlobalAveragePooling1D()),
  GlobalMaxPooling1D: one([null, 3], new layers.GlobalMaxPooling1D()),
  BatchNormalization: one(image, conv(4), new layers.BatchNormalization()),
  LayerNormalization: one([null, 6], new layers.LayerNormalization()),
  RMSNormalization: one([6], new layers.RMSNormalization()),
  Dropout: one([6], new layers.Dropout({ rate: 0.5 }), new layers.GaussianNoise({ stddev: 1 })),
  LSTM: one(steps, new layers.LSTM({ units: 5 })),
  "LSTM sequences": one(steps, new layers.LSTM({ units: 5, returnSequences: true })),
  GRU: one(steps, new layers.GRU({ units: 5 })),
  "GRU reset before": one([6, 4], new layers.GRU({ units: 5, resetAfter: false, returnSequences: true })),
  SimpleRNN: one(steps, new layers.SimpleRNN({ units: 5 })),
  "RNN backwards": one([6, 4], new layers.LSTM({ units: 5, goBackwards: true, returnSequences: true })),
  "RNN stacked": one(steps, new layers.LSTM({ units: 4, returnSequences: true }), new layers.GRU({ units: 3 })),
  Softmax: one([6], new layers.Softmax()),
  ReLU: one([6], new layers.ReLU({ maxValue: 0.5, negativeSlope: 0.1 })),
  ELU: one([6], new layers.ELU()),
  LeakyReLU: one([6], new layers.LeakyReLU()),
  Masking: one([5, 3], new layers.Masking({ maskValue: 0 }), new layers.LSTM({ units: 4 })),
};

const ACTIVATIONS = ["celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh"] as const; // prettier-ignore

function merging(): ExportCase {
  const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
  const merged = [layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum].map(
    (C) => new (C as typeof layers.Add)().apply([a, b]),
  );
  return {
    model: new Model({ inputs: { a, b }, outputs: new layers.Concatenate().apply(merged as never) as T }) as never,
    inputs: { a: [4], b: [4] },
  };
}

function sharedAndSeveral(): ExportCase {
  const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
  const shared = new layers.Dense({ units: 3 });
  const [p, q] = [shared.apply(a), shared.apply(b)] as [T, T];
  return {
    model: new Model({
      inputs: { a, b },
      outputs: { sum: ops.add(p, q), product: ops.multiply(p, q), same: p },
    }) as never,
    inputs: { a: [4], b: [4] },
  };
}

const residual = (x: T, filters: number, stride = 1): T => {
  let y = conv(filters, { strides: stride, useBias: false }).apply(x) as T;
  y = new layers.BatchNormalization().apply(y) as T;
  y = conv(filters, { useBias: false }).apply(ops.relu(y)) as T;
  y = new layers.BatchNormalization().apply(y) as T;
  const skip = stride === 1 ? x : (new layers.Conv2D({ filters, kernelSize: 1, strides: stride }).apply(x) as T);
  return ops.relu(ops.add(y, skip));
};

const mobile = (x: T, filters: number): T => {
  let y = new layers.Conv2D({ filters: filters * 2, kernelSize: 1, useBias: false }).apply(x) as T;
  y = ops.relu6(new layers.BatchNormalization().apply(y) as T);
  y = new layers.DepthwiseConv2D({ kernelSize: 3, padding: "same", useBias: false }).apply(y) as T;
  y = ops.relu6(new layers.BatchNormalization().apply(y) as T);
  y = new layers.Conv2D({ filters, kernelSize: 1, useBias: false }).apply(y) as T;
  return ops.add(x, new layers.BatchNormalization().apply(y) as T);
};

const attention = (x: T, causal: boolean): T => {
  const y = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 }).apply(x, x, {
    useCausalMask: causal,
  } as never) as T;
  const z = new layers.LayerNormalization().apply(ops.add(x, y)) as T;
  const inner = new layers.Dense({ units: 16, activation: "gelu" }).apply(z) as T;
  return new layers.LayerNormalization().apply(ops.add(z, new layers.Dense({ units: 8 }).apply(inner) as T)) as T;
};

class Clipped extends Model {
  readonly hidden = new layers.Dense({ units: 6, activation: "relu" });
  readonly out = new layers.Dense({ units: 2 });
  override call(x: ops.Tensor): ops.Tensor {
    const y = this.out.apply(this.hidden.apply(x)) as ops.Tensor;
    return ops.cond(
      ops.greater(ops.sum(y), 0),
      () => ops.multiply(y, 2),
      () => ops.negative(y),
    ) as ops.Tensor;
  }
}

/** A function of tensors as a layer: it sees sizes, and may loop. */
class Computed extends layers.Layer {
  readonly fn: (x: ops.Tensor) => ops.Tensor;
  constructor(fn: (x: ops.Tensor) => ops.Tensor) {
    super({});
    this.fn = fn;
  }
  override call(x: ops.Tensor): ops.Tensor {
    return this.fn(x);
  }
}

const computed = (shape: readonly (number | null)[], fn: (x: ops.Tensor) => ops.Tensor): Make =>
  one(shape, new Computed(fn));

class Loop extends layers.Layer {
  override call(x: ops.Tensor): ops.Tensor {
    const [, y] = ops.whileLoop(
      ((i: ops.Tensor) => ops.less(i, 3)) as never,
      ((i: ops.Tensor, v: ops.Tensor) => [ops.add(i, 1), ops.tanh(ops.add(v, 0.5))]) as never,
      [ops.cast(ops.array(0), "int32"), x] as never,
    ) as unknown as [ops.Tensor, ops.Tensor];
    return y;
  }
}

/** What is built of layers. */
const STACKS: Readonly<Record<string, Make>> = {
  "multi-layer perceptron": one(
    [8],
    new layers.Dense({ units: 16, activation: "relu" }),
    new layers.BatchNormalization(),
    new layers.Dense({ units: 4, activation: "softmax" }),
  ),
  "VGG-like": one(
    image,
    conv(4, { activation: "relu" }),
    conv(4, { activation: "relu" }),
    new layers.MaxPooling2D(),
    conv(8, { activation: "relu" }),
    new layers.MaxPooling2D(),
    new layers.Flatten(),
    new layers.Dense({ units: 5, activation: "softmax" }),
  ),
  "ResNet-like": graph(image, (x) => {
    const y = residual(residual(conv(4).apply(x) as T, 4), 8, 2);
    return new layers.Dense({ units: 3 }).apply(new layers.GlobalAveragePooling2D().apply(y)) as T;
  }),
  "MobileNet-like": graph(
    image,
    (x) => new layers.GlobalAveragePooling2D().apply(mobile(mobile(conv(4, { strides: 2 }).apply(x) as T, 4), 4)) as T,
  ),
  "U-Net-like": graph([16, 16, 3], (x) => {
    const a = conv(4, { activation: "relu" }).apply(x) as T;
    const b = conv(8, { activation: "relu" }).apply(new layers.MaxPooling2D().apply(a)) as T;
    const up = ops.repeat(ops.repeat(b, 2, { axis: 1 }), 2, { axis: 2 });
    return conv(2, { activation: "sigmoid" }).apply(new layers.Concatenate().apply([up, a] as never)) as T;
  }),
  "transformer encoder": graph([null, 8], (x) => attention(attention(x, false), false)),
  "transformer decoder": graph([null, 8], (x) => new layers.Dense({ units: 5 }).apply(attention(x, true)) as T),
  "token classifier": () => {
    const x = Input({ shape: [null], dtype: "int32", name: "x" });
    const y = attention(new layers.Embedding({ inputDim: 12, outputDim: 8 }).apply(x) as T, false);
    return {
      model: new Model({
        inputs: x,
        outputs: new layers.Dense({ units: 3, activation: "softmax" }).apply(ops.mean(y, { axis: 1 })) as T,
      }) as never,
      inputs: { x: [6] },
      integers: { x: 12 },
    };
  },
  "bidirectional by hand": graph([6, 4], (x) => {
    const [a, b] = [
      new layers.GRU({ units: 3, returnSequences: true }).apply(x),
      new layers.GRU({ units: 3, returnSequences: true, goBackwards: true }).apply(x),
    ];
    return new layers.Concatenate().apply([a, ops.flip(b as T, { axis: 1 })] as never) as T;
  }),
  "merging layers": merging,
  "shared layer, several outputs": sharedAndSeveral,
  "raw ops": graph([6], (x) => {
    const y = ops.concatenate([ops.sin(x), ops.square(x), ops.where(ops.greater(x, 0), x, ops.multiply(x, 0.1))], {
      axis: -1,
    });
    return ops.reshape(ops.transpose(ops.reshape(y, [-1, 3, 6]), [0, 2, 1]), [-1, 18]);
  }),
  "slices and reductions": graph([5, 6], (x) => {
    const y = ops.getItem(x, {}, { start: 1, step: 2 }, { stop: -1 });
    return [
      ops.sum(y, { axis: 1 }),
      ops.max(y, { axis: [1, 2], keepdims: true }),
      ops.cumsum(x, { axis: 2 }),
      ops.logsumexp(x, { axis: -1 }),
    ] as never;
  }),
  sorting: graph(
    [7],
    (x) => [ops.sort(x), ops.topK(x, 3)[0], ops.cast(ops.argmax(x, { axis: -1 }), "float32")] as never,
  ),
  einsum: graph([4, 6], (x) => ops.einsum("bij,bkj->bik", x, x) as T),
  "pad and roll": graph([5, 4], (x) =>
    ops.roll(
      ops.pad(
        x,
        [
          [0, 0],
          [1, 2],
          [0, 1],
        ],
        { mode: "reflect" },
      ),
      1,
      { axis: 1 },
    ),
  ),
  "take and one-hot": graph([5], (x) =>
    ops.concatenate(
      [ops.take(x, ops.array([0, 2, 4], { dtype: "int32" }), { axis: 1 }), ops.oneHot(ops.argmax(x, { axis: 1 }), 5)],
      { axis: 1 },
    ),
  ),
  "subclassed with a condition": () => {
    const model = new Clipped();
    return { model: model as never, inputs: { x: [5] } };
  },
  "while loop": graph([4], (x) => new Loop().apply(x) as T),
};

/** Ops of one operand, by where they are defined: everywhere, between -1 and 1, for positive numbers. */
const OPS: Readonly<Record<"any" | "inside" | "positive", readonly string[]>> = {
  any: ["absolute", "arcsinh", "arctan", "ceil", "cos", "cosh", "deg2rad", "erf", "exp", "exp2", "expm1", "floor", "isfinite", "logsumexp", "negative", "round", "sign", "sinc", "sinh", "sparsemax", "square", "tan", "tanh", "trunc", "ravel", "std", "var", "median", "argsort", "softShrink", "hardShrink", "hardTanh", "tanhShrink", "logSigmoid", "sparsePlus", "squareplus", "nanToNum", "mean", "prod", "min", "argmin", "diff", "fliplr"], // prettier-ignore
  inside: ["arccos", "arcsin", "arctanh"],
  positive: ["log", "log10", "log1p", "log2", "reciprocal", "rsqrt", "sqrt", "arccosh"],
};

function opCases(): Record<string, Make> {
  const table = ops as unknown as Record<string, (x: T) => T>;
  const into = {
    any: (x: T): T => x,
    inside: (x: T): T => ops.multiply(x, 0.9),
    positive: (x: T): T => ops.add(ops.absolute(x), 1.5),
  };
  return Object.fromEntries(
    (["any", "inside", "positive"] as const).flatMap((domain) =>
      OPS[domain].map(
        (name) => [`op ${name}`, graph([3, 4], (x) => ops.cast(table[name]!(into[domain](x)), "float32"))] as const,
      ),
    ),
  );
}

/** What hides in corners: ops that are built of others, sizes that are computed, precision, masks. */
const CORNERS: Readonly<Record<string, Make>> = {
  "op convTranspose": graph([6, 6, 3], (x) =>
    ops.convTranspose(x, wave([3, 3, 4, 3]), { strides: 2, padding: "same" }),
  ),
  "op convTranspose any size": graph([null, null, 3], (x) =>
    ops.convTranspose(x, wave([3, 3, 4, 3]), { strides: 2, padding: "valid" }),
  ),
  "op separableConv": graph([8, 8, 3], (x) => ops.separableConv(x, wave([3, 3, 3, 2]), wave([1, 1, 6, 4]))),
  "op conv with channels first": graph([3, 8, 8], (x) =>
    ops.conv(x, wave([3, 3, 3, 4]), { dataFormat: "channels_first", padding: "same" }),
  ),
  "op image.resize": graph([6, 6, 3], (x) => ops.image.resize(x, [9, 12])),
  "op image.resize nearest": graph([6, 6, 3], (x) => ops.image.resize(x, [12, 12], { interpolation: "nearest" })),
  "op dotProductAttention": graph(
    [null, 2, 4],
    (x) => ops.dotProductAttention(x, x, x, { isCausal: true } as never) as T,
  ),
  "op averagePool padded": graph([7, 7, 2], (x) => ops.averagePool(x, 2, { strides: 2, padding: "same" })),
  "op depthToSpace": graph([4, 4, 8], (x) => ops.depthToSpace(x, 2)),
  "op rmsNormalization": graph([null, 6], (x) => ops.rmsNormalization(x)),
  "op scatterUpdate": graph([4], (x) =>
    ops.scatterUpdate(ops.transpose(x), [[1], [3]] as never, ops.transpose(ops.getItem(x, {}, { stop: 2 }))),
  ),
  "op sliceUpdate": graph([5, 4], (x) =>
    ops.sliceUpdate(x, [0, 1, 2] as never, ops.getItem(x, {}, { stop: 2 }, { stop: 2 })),
  ),
  "op searchsorted": graph([5], (x) =>
    ops.cast(ops.searchsorted(ops.array([-1, 0, 1]), ops.reshape(x, [-1])), "float32"),
  ),
  "op cumprod and threshold": graph([6, 2], (x) => ops.add(ops.cumprod(x, { axis: 1 }), ops.threshold(x, 0.2, -1))),
  "op scan": computed([5, 3], (x) => {
    const steps = ops.swapaxes(x, 0, 1);
    const add = (c: ops.Tensor, v: ops.Tensor): readonly [ops.Tensor, ops.Tensor] => [
      ops.add(c, v),
      ops.multiply(c, v),
    ];
    return ops.swapaxes(ops.scan(add, ops.zerosLike(ops.getItem(steps, 0)), steps)[1], 0, 1);
  }),
  "op logical and comparison": graph([6], (x) =>
    ops.cast(ops.logicalOr(ops.less(x, -0.5), ops.logicalAnd(ops.greater(x, 0), ops.notEqual(x, 1))), "float32"),
  ),
  "op floorDivide and mod": graph([6], (x) => ops.add(ops.floorDivide(x, 0.3), ops.mod(x, 0.7))),
  "op power and arctan2": graph([6], (x) =>
    ops.add(ops.power(ops.add(ops.absolute(x), 0.5), 1.7), ops.arctan2(x, ops.add(x, 2))),
  ),
  "integers in and out": () => {
    const x = Input({ shape: [5], dtype: "int32", name: "x" });
    const y = ops.add(ops.multiply(x, 3), ops.floorDivide(x, 2));
    return {
      model: new Model({
        inputs: x,
        outputs: { sum: ops.sum(y, { axis: 1 }), rest: ops.mod(y, 4), largest: ops.max(y, { axis: -1 }) },
      }) as never,
      inputs: { x: [5] },
      integers: { x: 9 },
    };
  },
  "masked tokens": () => ({
    model: new Sequential([
      Input({ shape: [6], dtype: "int32", name: "x" }),
      new layers.Embedding({ inputDim: 5, outputDim: 4, maskZero: true }),
      new layers.LSTM({ units: 3 }),
    ]) as never,
    inputs: { x: [6] },
    integers: { x: 5 },
  }),
  "flatten of any batch and sequence": graph([null, 4], (x) =>
    ops.reshape(ops.multiply(ops.reshape(x, [-1, 4]), 2), [-1, 2, 2]),
  ),
  "sizes from shapes": computed([null, 4], (x) =>
    ops.add(x, ops.broadcastTo(ops.arange(4, { dtype: "float32" }), [x.shape[0]!, x.shape[1]!, 4])),
  ),
  "nested model": graph([6], (x) => {
    const inner = new Sequential([
      Input({ shape: [6] }),
      new layers.Dense({ units: 5, activation: "relu" }),
      new layers.BatchNormalization(),
    ]);
    return new layers.Dense({ units: 2 }).apply(ops.add(inner.apply(x) as T, 1)) as T;
  }),
  "unused input": () => {
    const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
    return {
      model: new Model({ inputs: { a, b }, outputs: ops.add(ops.multiply(b, 0), a) }) as never,
      inputs: { a: [4], b: [4] },
    };
  },
  "input as output": graph([4], (x) => ({ same: x, twice: ops.multiply(x, 2) })),
  "half precision": () => ({
    ...one(
      [6],
      new layers.Dense({ units: 4, dtype: "mixed_float16" } as never),
      new layers.Dense({ units: 2, dtype: "float32" } as never),
    )(),
    tolerance: 2e-3,
  }),
  "pooling of any size": graph([null, null, 3], (x) => ({
    max: new layers.MaxPooling2D({ poolSize: 3, strides: 2, padding: "same" }).apply(x),
    mean: new layers.AveragePooling2D({ poolSize: 2 }).apply(x),
    all: new layers.GlobalMaxPooling2D().apply(x),
  })),
  "average pooling of any size, padded": graph(
    [null, null, 3],
    (x) => new layers.AveragePooling2D({ poolSize: 3, strides: 2, padding: "same" }).apply(x) as T,
  ),
  "cross attention": () => {
    const [a, b] = [Input({ shape: [null, 8], name: "a" }), Input({ shape: [null, 8], name: "b" })];
    const y = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 }).apply(a, b) as T;
    return {
      model: new Model({ inputs: { a, b }, outputs: ops.mean(y, { axis: -1 }) }) as never,
      inputs: { a: [5, 8], b: [7, 8] },
    };
  },
  "masked tokens of any length": () => ({
    model: new Sequential([
      Input({ shape: [null], dtype: "int32", name: "x" }),
      new layers.Embedding({ inputDim: 5, outputDim: 4, maskZero: true }),
      new layers.GRU({ units: 3, returnSequences: true }),
      new layers.LSTM({ units: 3 }),
    ]) as never,
    inputs: { x: [6] },
    integers: { x: 5 },
  }),
  "several inputs of several types": () => {
    const [image_, code] = [
      Input({ shape: [8, 8, 2], name: "image" }),
      Input({ shape: [3], dtype: "int32", name: "code" }),
    ];
    const seen = new layers.GlobalAveragePooling2D().apply(conv(4).apply(image_)) as T;
    const told = ops.mean(new layers.Embedding({ inputDim: 6, outputDim: 4 }).apply(code) as T, { axis: 1 });
    const y = new layers.Dense({ units: 2 }).apply(ops.concatenate([seen, told], { axis: -1 })) as T;
    return {
      model: new Model({ inputs: { image: image_, code }, outputs: { y, seen } }) as never,
      inputs: { image: [8, 8, 2], code: [3] },
      integers: { code: 6 },
    };
  },
  "autoencoder with transposed convolutions": graph([16, 16, 1], (x) => {
    const small = conv(4, { strides: 2, activation: "relu" }).apply(
      conv(4, { strides: 2, activation: "relu" }).apply(x),
    ) as T;
    const up = ops.relu(ops.convTranspose(small, wave([3, 3, 4, 4]), { strides: 2, padding: "same" }));
    return ops.sigmoid(ops.convTranspose(up, wave([3, 3, 1, 4]), { strides: 2, padding: "same" }));
  }),
  "squeeze and excite": graph([8, 8, 4], (x) => {
    const gate = new layers.Dense({ units: 4, activation: "sigmoid" }).apply(
      new layers.GlobalAveragePooling2D({ keepdims: true }).apply(x),
    ) as T;
    return ops.multiply(x, gate);
  }),
  "patches and positions": graph([8, 8, 3], (x) => {
    const patches = ops.reshape(new layers.Conv2D({ filters: 8, kernelSize: 4, strides: 4 }).apply(x) as T, [-1, 4, 8]);
    return attention(ops.add(patches, wave([1, 4, 8])), false);
  }),
  "gated sequence": graph([null, 4], (x) => {
    const y = new layers.Conv1D({ filters: 6, kernelSize: 3, padding: "causal" }).apply(x) as T;
    return ops.glu(y, { axis: -1 } as never);
  }),
  "deep residual": graph([8], (x) => {
    let y = x;
    for (let i = 0; i < 12; i++)
      y = ops.add(
        y,
        new layers.Dense({ units: 8, activation: "tanh" }).apply(new layers.LayerNormalization().apply(y)) as T,
      );
    return y;
  }),
};

/** Numbers that repeat nothing. */
function wave(shape: readonly number[]): ops.Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return ops.reshape(ops.array(Array.from({ length: n }, (_, i) => Math.sin(1.3 * i) / 2)), shape as number[]);
}

/** Bases of layers, and what is no layer of a model. */
const NOT_ALONE: ReadonlySet<string> = new Set([
  "Layer",
  "InputLayer",
  "Wrapper",
  "TFSMLayer",
  "JaxLayer",
  "FlaxLayer",
  "TorchModuleWrapper",
]);

/** Inputs on which layers are tried that have no case above. */
const SHAPES = [[6], [5, 4], [8, 8, 3], [4, 6, 6, 2]] as const;

/** Layers without a case of their own that need no arguments: they join by existing. */
function joining(): Record<string, Make> {
  const found: Record<string, Make> = {};
  const text = Object.keys(LAYERS).join(" ");
  for (const [name, value] of Object.entries(layers) as [string, unknown][]) {
    if (typeof value !== "function" || !/^class\b/.test(Function.prototype.toString.call(value)) || NOT_ALONE.has(name))
      continue;
    if (!(value.prototype instanceof layers.Layer) || new RegExp(`\\b${name}\\b`).test(`${text} ${COVERED}`)) continue;
    const Class = value as new (config: object) => L;
    const shape = SHAPES.find((s) => {
      try {
        one(s, new Class({}))();
        return true;
      } catch {
        return false;
      }
    });
    if (shape) found[name] = () => one(shape, new Class({}))();
  }
  return found;
}

/** Layers that stand in the stacks below. */
const COVERED = "Add Subtract Multiply Average Maximum Minimum Concatenate MultiHeadAttention Identity Activation";

/** All models by name. */
export const CASES: Readonly<Record<string, Make>> = {
  ...LAYERS,
  ...joining(),
  ...Object.fromEntries(
    ACTIVATIONS.map((name) => [`activation ${name}`, one([6], new layers.Dense({ units: 6, activation: name }))]),
  ),
  ...STACKS,
  ...CORNERS,
  ...opCases(),
};
