import "@keras/backend-ref";
import {
  Embedding,
  GRU,
  GRUCell,
  Input,
  initializers,
  Layer,
  LSTM,
  LSTMCell,
  RNN,
  SimpleRNN,
  type CallOptions,
  type States,
} from "@keras/layers";
import {
  add,
  arange,
  array,
  getMask,
  jit,
  ones,
  reshape,
  setBackend,
  square,
  sum,
  valueAndGrad,
  zeros,
  type KerasTensor,
  type Tensor,
} from "@keras/ops";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(() => setBackend("ref"));

const LAYERS = { SimpleRNN, LSTM, GRU };
const names = Object.keys(LAYERS) as (keyof typeof LAYERS)[];
const sequence = (batch: number, steps: number, features: number): Tensor =>
  reshape(arange(0, batch * steps * features, 1, { dtype: "float32" }), [batch, steps, features]).divide(10);
const seeded = {
  kernelInitializer: new initializers.GlorotUniform({ seed: 1 }),
  recurrentInitializer: new initializers.Orthogonal({ seed: 2 }),
};
const one = (y: unknown): Promise<unknown> => (y as Tensor).array();
const close = (a: unknown, b: unknown): void => {
  const [x, y] = [a, b].map((v) => (v as number[][]).flat(3) as number[]);
  expect(x).toHaveLength(y!.length);
  x!.forEach((v, i) => expect(v).toBeCloseTo(y![i]!, 5));
};

describe.each(names)("%s", (name) => {
  const Class = LAYERS[name];

  it("is the same as a loop, as a chain of steps, as its cell stepped by hand, and compiled", async () => {
    const x = sequence(2, 5, 3);
    const layer = new Class({ units: 4, returnSequences: true, ...seeded });
    const expected = await one(layer.apply(x));
    const unrolled = new Class({ units: 4, returnSequences: true, unroll: true, ...seeded });
    close(await one(unrolled.apply(x)), expected);
    close(await one(jit((v: Tensor) => layer.apply(v) as Tensor)(x)), expected);
    const cell = layer.cell;
    let states = cell.getInitialState!(2) as States;
    const outputs: unknown[] = [];
    for (let t = 0; t < 5; t++) {
      const [y, next] = cell.applyAny(x.getItem("...", t, {}), states) as [Tensor, States];
      outputs.push(await y.array());
      states = next;
    }
    const byStep = (expected as number[][][]).map((_, b) => outputs.map((y) => (y as number[][])[b]!));
    close(byStep, expected);
  });

  it("walks backwards, and gives its outputs in the order of its steps", async () => {
    const x = sequence(1, 4, 2);
    const forward = await one(new Class({ units: 2, returnSequences: true, ...seeded }).apply(x));
    const reversed = new Class({ units: 2, returnSequences: true, goBackwards: true, ...seeded });
    const flipped = x.getItem("...", { step: -1 }, {});
    close(await one(reversed.apply(flipped)), forward);
    const last = new Class({ units: 2, goBackwards: true, ...seeded });
    close(
      await one(last.apply(flipped)),
      (forward as number[][][]).map((s) => s.at(-1)!),
    );
  });

  it("passes over masked steps, and passes the mask on", async () => {
    const mask = array([[true, true, false, false]]);
    const x = sequence(1, 4, 2);
    const layer = new Class({ units: 2, ...seeded });
    const short = await one(layer.apply(x.getItem("...", { stop: 2 }, {})));
    close(await one(layer.apply(x, { mask })), short);
    const zero = new Class({ units: 2, returnSequences: true, zeroOutputForMask: true, ...seeded });
    const y = (await one(zero.apply(x, { mask }))) as number[][][];
    expect(y[0]!.slice(2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    close([y[0]![1]!], short);
    const embedded = new Embedding({ inputDim: 4, outputDim: 2, maskZero: true }).apply(
      array([[1, 2, 0]], { dtype: "int32" }),
    );
    expect(await one(getMask(new Class({ units: 1, returnSequences: true }).apply(embedded)))).toEqual([
      [true, true, false],
    ]);
    expect(getMask(new Class({ units: 1 }).apply(embedded))).toBe(null);
  });

  it("keeps its states between batches when it is stateful, and forgets them on demand", async () => {
    const x = sequence(1, 4, 2);
    const whole = await one(new Class({ units: 2, ...seeded }).apply(x));
    const layer = new Class({ units: 2, stateful: true, ...seeded });
    const halves = [x.getItem("...", { stop: 2 }, {}), x.getItem("...", { start: 2 }, {})] as const;
    layer.apply(halves[0]);
    close(await one(layer.apply(halves[1])), whole);
    layer.resetState();
    layer.apply(halves[0]);
    close(await one(layer.apply(halves[1])), whole);
    expect(layer.weights).toHaveLength(3);
    expect(() => layer.apply(ones([2, 2, 2]))).toThrow(/stateful with a batch size of 1, but a batch of 2/);
    expect(() => new Class({ units: 1, stateful: true }).apply(Input({ shape: [3, 2] }))).toThrow(
      /needs a fixed batch size/,
    );
  });

  it("begins with given states, and gives them back", async () => {
    const x = sequence(1, 2, 2);
    const layer = new Class({ units: 2, returnState: true, ...seeded });
    const [first, ...states] = layer.apply(x.getItem("...", { stop: 1 }, {})) as Tensor[];
    close(await one(first), await one(states[0]));
    const [continued] = layer.apply(x.getItem("...", { start: 1 }, {}), { initialState: states }) as Tensor[];
    const [whole] = layer.apply(x) as Tensor[];
    close(await one(continued), await one(whole));
  });

  it("trains with dropout of inputs and states, compiled, with new masks each time", async () => {
    const layer = new Class({ units: 4, dropout: 0.5, recurrentDropout: 0.5, seed: 1, ...seeded });
    layer.build([2, 5, 3]);
    const step = jit((x: Tensor) => {
      const { value, grads } = valueAndGrad(
        () => sum(square(layer.apply(x, { training: true }) as Tensor)),
        layer.trainableWeights,
      );
      return [value, ...grads] as const;
    });
    const [a, b] = [step(ones([2, 5, 3])), step(ones([2, 5, 3]))];
    expect(await a[0].item()).not.toBe(await b[0].item());
    expect(a.slice(1).map((g) => g.shape)).toEqual(layer.trainableWeights.map((w) => w.shape));
    close(await one(layer.apply(ones([1, 2, 3]))), await one(layer.apply(ones([1, 2, 3]))));
  });

  it("takes sequences of any length symbolically", () => {
    const y = new Class({ units: 2, returnSequences: true }).apply(Input({ shape: [null, 3] })) as KerasTensor;
    expect(y.shape).toEqual([null, null, 2]);
    expect(() => new Class({ units: 2, unroll: true }).apply(Input({ shape: [null, 3] }))).toThrow(
      /needs a fixed number of steps/,
    );
  });
});

describe("RNN", () => {
  it("steps cells on top of each other", () => {
    const rnn = new RNN({ cell: [new LSTMCell({ units: 2 }), new GRUCell({ units: 3 })], returnState: true });
    const [y, first, second] = rnn.apply(ones([2, 4, 3])) as unknown as [Tensor, Tensor[], Tensor[]];
    expect([y.shape, first.map((s) => s.shape), second.map((s) => s.shape)]).toEqual([
      [2, 3],
      [
        [2, 2],
        [2, 2],
      ],
      [[2, 3]],
    ]);
    expect(rnn.weights.map((w) => w.path.split("/").at(-1))).toEqual([
      "kernel",
      "recurrent_kernel",
      "bias",
      "kernel",
      "recurrent_kernel",
      "bias",
    ]);
  });

  it("steps a cell of one's own", async () => {
    class Sum extends Layer {
      readonly stateSize = 2;
      override call(x: Tensor, [state]: States, _options?: CallOptions): readonly [Tensor, Tensor] {
        const next = add(state as Tensor, x);
        return [next, next];
      }
    }
    const rnn = new RNN({ cell: new Sum(), returnSequences: true });
    expect(await one(rnn.apply(ones([1, 3, 2])))).toEqual([
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ]);
    expect(await one(rnn.apply(ones([1, 1, 2]), { initialState: zeros([1, 2]).add(5) }))).toEqual([[[6, 6]]]);
  });

  it("refuses what is no cell", () => {
    expect(() => new RNN({ cell: new Embedding({ inputDim: 1, outputDim: 1 }) as never })).toThrow(
      /a layer with a `stateSize`/,
    );
  });
});
