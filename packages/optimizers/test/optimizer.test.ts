import "@keras/backend-ref";
import {
  array,
  ArgumentError,
  isSerialized,
  jit,
  NotFoundError,
  square,
  StateError,
  subtract,
  sum,
  valueAndGrad,
  Variable,
  type Tensor,
} from "@keras/ops";
import { expect, test } from "vitest";
import * as optimizers from "../src/index.ts";

const NAMES = [
  "adadelta",
  "adafactor",
  "adagrad",
  "adam",
  "adamax",
  "adamw",
  "ftrl",
  "lamb",
  "lion",
  "nadam",
  "rmsprop",
  "schedulefreeadamw",
  "sgd",
] as const;

const read = (v: Variable): Promise<unknown> => v.value.array();
const distance = (w: Variable): Tensor => sum(square(subtract(w, [3, -2])));

test.each(NAMES)("%s comes nearer to the least value, jitted as eagerly", async (name) => {
  const run = async (
    wrap: (step: () => Tensor) => () => Tensor,
  ): Promise<{ values: unknown; first: number; last: number }> => {
    const w = new Variable([1, 1]);
    const optimizer = optimizers.get(name);
    optimizer.learningRate = 0.05;
    optimizer.build([w]);
    const step = wrap(() => {
      const { value, grads } = valueAndGrad(() => distance(w), [w]);
      optimizer.apply(grads, [w]);
      return value;
    });
    const first = Number(await step().item());
    for (let i = 0; i < 8; i++) step();
    return {
      values: await Promise.all([w, ...optimizer.variables].map(read)),
      first,
      last: Number(await step().item()),
    };
  };
  const eager = await run((step) => step);
  const jitted = await run((step) => jit(step));
  expect(eager.last).toBeLessThan(eager.first);
  expect(jitted.values).toEqual(eager.values);
});

test.each(NAMES)("%s comes back from its config", (name) => {
  const optimizer = optimizers.get(name);
  const config = optimizers.serialize(optimizer);
  expect(isSerialized(config)).toBe(true);
  const again = optimizers.deserialize(config as never);
  expect(again).toBeInstanceOf(optimizer.constructor);
  expect(again.getConfig()).toEqual(optimizer.getConfig());
});

test("a schedule in a config comes back, and its rate cannot be set", async () => {
  const learningRate = new optimizers.schedules.PiecewiseConstantDecay({ boundaries: [1], values: [1, 0.5] });
  const optimizer = optimizers.deserialize(optimizers.serialize(new optimizers.SGD({ learningRate })) as never);
  const w = new Variable([4]);
  for (let i = 0; i < 3; i++) optimizer.apply([array([1])], [w]);
  expect(await read(w)).toEqual([1.5]);
  expect(() => (optimizer.learningRate = 1)).toThrow(StateError);
});

test("clipping", async () => {
  const step = async (config: optimizers.SGDConfig): Promise<unknown> => {
    const [v, w] = [new Variable([0, 0]), new Variable([0])];
    new optimizers.SGD({ learningRate: 1, ...config }).apply([array([3, 4]), array([12])], [v, w]);
    return [await read(v), await read(w)];
  };
  const near = (x: readonly number[][]): unknown => x.map((row) => row.map((n) => expect.closeTo(n, 5) as unknown));
  expect(await step({ clipnorm: 2.5 })).toEqual(near([[-1.5, -2], [-2.5]]));
  expect(await step({ clipvalue: 3.5 })).toEqual(near([[-3, -3.5], [-3.5]]));
  expect(await step({ globalClipnorm: 1.3 })).toEqual(near([[-0.3, -0.4], [-1.2]]));
  expect(() => new optimizers.SGD({ clipnorm: 1, clipvalue: 1 })).toThrow(ArgumentError);
});

test("an infinite gradient under globalClipnorm does not go unseen", async () => {
  const w = new Variable([0, 0]);
  new optimizers.SGD({ globalClipnorm: 1 }).apply([array([Infinity, 1])], [w]);
  expect(await read(w)).toEqual([NaN, NaN]);
});

test("weight decay spares what is excluded", async () => {
  const [kernel, bias] = [new Variable([1], { name: "kernel" }), new Variable([1], { name: "bias" })];
  const optimizer = new optimizers.SGD({ learningRate: 0.5, weightDecay: 0.5 });
  optimizer.excludeFromWeightDecay({ varNames: ["bias"] });
  optimizer.apply([array([0]), array([0])], [kernel, bias]);
  expect([await read(kernel), await read(bias)]).toEqual([[0.75], [1]]);
  expect(() => optimizer.excludeFromWeightDecay({ varNames: [] })).toThrow(StateError);
});

test("averages of the weights take their place at the end", async () => {
  const w = new Variable([0]);
  const optimizer = new optimizers.SGD({ learningRate: 1, useEma: true, emaMomentum: 0.5 });
  optimizer.apply([array([-2])], [w]); // 2, average 2
  optimizer.apply([array([-4])], [w]); // 6, average 4
  expect(await read(w)).toEqual([6]);
  optimizer.finalizeVariableValues();
  expect(await read(w)).toEqual([4]);
});

test("gradients accumulate over steps, their mean is applied", async () => {
  const w = new Variable([10]);
  const optimizer = new optimizers.SGD({ learningRate: 1, gradientAccumulationSteps: 2 });
  optimizer.apply([array([2])], [w]);
  expect(await read(w)).toEqual([10]);
  optimizer.apply([array([4])], [w]);
  expect(await read(w)).toEqual([7]);
});

test("a scaled loss gives the same step", async () => {
  const w = new Variable([1]);
  const optimizer = new optimizers.SGD({ learningRate: 1, lossScaleFactor: 8 });
  const { grads } = valueAndGrad(() => optimizer.scaleLoss(sum(square(w))), [w]);
  optimizer.apply(grads, [w]);
  expect(await read(w)).toEqual([-1]);
});

test("what cannot work is refused", () => {
  const [v, w] = [new Variable([1]), new Variable([1], { name: "late" })];
  const optimizer = new optimizers.Adam();
  expect(() => optimizer.apply([], [v])).toThrow("0 gradients were given for 1 variables");
  expect(() => optimizer.apply([null], [v])).toThrow("the loss does not depend on any of the variables");
  expect(() => optimizer.apply([array([1])], [w])).toThrow("does not know the Variable 'late'");
  expect(() => optimizers.get("adamm" as never)).toThrow(NotFoundError);
  expect(() => optimizers.get("adamm" as never)).toThrow("did you mean 'adam'");
  expect(() => new optimizers.Lion({ beta1: 0 })).toThrow(ArgumentError);
});

test("a frozen variable is left alone, and comes back without a new optimizer", async () => {
  const w = new Variable([1]);
  const other = new Variable([1]);
  const optimizer = new optimizers.SGD({ learningRate: 1 });
  w.trainable = false;
  optimizer.apply([array([1]), array([1])], [w, other]);
  expect(await read(w)).toEqual([1]);
  w.trainable = true;
  optimizer.apply([array([1]), array([1])], [w, other]);
  expect([await read(w), await read(other)]).toEqual([[0], [-1]]);
});
