import * as ops from "@keras/ops";
import { random, type Tensor } from "@keras/ops";
import { expect } from "vitest";
import { distance } from "../numbers.ts";
import type { Suite } from "../suite.ts";

/** What `jax.random` gives for the key of seed 1337. */
const NORMAL = [
  0.6725025773048401, 0.24866054952144623, -0.49885329604148865, 0.7034364342689514, -0.06193210557103157,
];
const UNIFORM = [0.7493680715560913, 0.5981882810592651, 0.3089413642883301, 0.7591080665588379, 0.4753084182739258];

/** Random numbers are the same on every backend. */
export function randomTests(suite: Suite): void {
  suite.test("uniform and normal numbers are JAX's", async () => {
    expect(distance(await random.uniform([5], { seed: 1337 }).data("float32"), UNIFORM)).toBeLessThan(1e-6);
    expect(distance(await random.normal([5], { seed: 1337 }).data("float32"), NORMAL)).toBeLessThan(1e-5);
  });
  suite.test("a generator gives other numbers each time, and the same series for its seed", async () => {
    const draw = async (compile: boolean): Promise<number[][]> => {
      const seed = new random.SeedGenerator({ seed: 3 });
      const f = (): Tensor => random.uniform([4], { seed });
      const g = compile ? ops.jit(f) : f;
      return Promise.all([g(), g(), g()].map(async (x) => [...(await x.data("float32"))]));
    };
    const [eager, compiled] = [await draw(false), await draw(true)];
    expect(compiled).toEqual(eager);
    expect(eager[0]).not.toEqual(eager[1]);
    expect(eager[1]).not.toEqual(eager[2]);
  });
  suite.test("many bits, in shapes odd and even", async () => {
    const whole = [...(await random.uniform([10_000], { seed: 5 }).data("float32"))];
    const mean = whole.reduce((s, v) => s + v, 0) / whole.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(whole.every((v) => v >= 0 && v < 1)).toBe(true);
    const odd = [...(await random.uniform([101, 99], { seed: 5 }).data("float32"))];
    expect(odd.slice(0, 50)).toEqual(whole.slice(0, 50));
  });
  suite.test("dropout keeps what it must, and shuffling loses nothing", async () => {
    const kept = await random.dropout(ops.ones([1000]), 0.25, { seed: 1 }).data("float32");
    expect([...new Set(kept)].sort().map((v) => v.toFixed(4))).toEqual(["0.0000", "1.3333"]);
    expect(Math.abs(kept.filter((v) => v > 0).length - 750)).toBeLessThan(60);
    const shuffled = [...(await random.shuffle(ops.arange(50, { dtype: "int32" }), { seed: 2 }).data("int32"))];
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(shuffled).not.toEqual(shuffled.toSorted((a, b) => a - b));
  });
}
