import "@keras/backend-ref";
import { Dense, MultiHeadAttention, GRU } from "@keras/layers";
import { random, setBackend } from "@keras/ops";
import { beforeAll, expect, it } from "vitest";

beforeAll(() => setBackend("ref"));

it("first values equal those of Python Keras on JAX after the same setRandomSeed", async () => {
  random.setRandomSeed(7);
  const dense = new Dense({ units: 2 });
  dense.build([null, 2]);
  const values = (await dense.kernel.value.array<2>()).flat();
  // keras.utils.set_random_seed(7); keras.layers.Dense(2).build((None, 2))
  [1.15969944, 0.15628615, -0.32426232, 0.95425946].forEach((v, i) => expect(values[i]).toBeCloseTo(v, 6));
});

it("everything is repeatable after setRandomSeed", async () => {
  const run = async (): Promise<unknown> => {
    random.setRandomSeed(3);
    const [attention, gru] = [new MultiHeadAttention({ numHeads: 2, keyDim: 3, dropout: 0.1 }), new GRU({ units: 2 })];
    attention.build([null, 2, 4], [null, 2, 4], null);
    gru.build([null, 2, 4]);
    return Promise.all([...attention.weights, ...gru.weights].map((w) => w.value.array()));
  };
  expect(await run()).toEqual(await run());
});
