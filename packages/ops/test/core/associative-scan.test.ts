import "./backend.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  add,
  array,
  associativeScan,
  cumsum,
  enable64Bit,
  grad,
  jit,
  matmul,
  maximum,
  multiply,
  ones,
  reshape,
  setBackend,
  slice,
  sum,
  vmap,
  zeros,
  type Tensor,
} from "@keras/ops";
import { flat, tensor } from "../numpy/support.ts";

const wave = (n: number, shape: readonly number[], step = 1): Tensor =>
  tensor(
    Array.from({ length: n }, (_, i) => Math.sin(i * step)),
    shape,
  );
const mixed = (a: Tensor, b: Tensor): Tensor => add(add(multiply(a, b), a), b);

async function close(x: Tensor, wanted: readonly number[]): Promise<void> {
  const found = await flat(x);
  expect(found).toHaveLength(wanted.length);
  found.forEach((v, i) => expect(v).toBeCloseTo(wanted[i]!, 5));
}

describe.each(["ref", "onnx"] as const)("on %s", (engine) => {
  beforeEach(() => setBackend(engine));

  // The numbers are Python Keras's (3.15.1, on JAX).
  it("gives what Python Keras gives", async () => {
    const x = wave(21, [7, 3], 1.7);
    await close(
      associativeScan(mixed, x),
      [
        0, 0.9916648268699646, -0.2555411159992218, -0.925814688205719, 1.9757729768753052, 0.33889973163604736,
        -0.9777351021766663, 0.1363372802734375, 1.4892312288284302, -0.9689017534255981, -0.9561344981193542,
        1.1183381080627441, -0.9378098845481873, -0.9608999490737915, -0.940259575843811, -0.9154801368713379,
        -0.9265202283859253, -0.9752457737922668, -0.9770410656929016, -0.869696319103241, -0.9621487259864807,
      ],
    );
    await close(
      associativeScan(mixed, x, { reverse: true, axis: 1 }),
      [
        0.4827125668525696, 0.4827125668525696, -0.2555411159992218, -0.8006533980369568, 1.6871435642242432,
        0.79848712682724, -0.7869275808334351, -0.2900550961494446, 0.8591617941856384, -0.9541159868240356,
        -0.9671491980552673, -0.14899902045726776, -0.9497295022010803, -0.9748621582984924, -0.9717984199523926,
        0.05829954147338867, -0.221299409866333, -0.5856373310089111, -0.2634326219558716, 1.7115650177001953,
        0.529082715511322,
      ],
    );
    await close(
      associativeScan(matmul, wave(20, [5, 2, 2])),
      [
        0, 0.8414709568023682, 0.9092974066734314, 0.14112000167369843, -0.2351200133562088, 0.5528351664543152,
        -0.7275896668434143, -0.7792333960533142, -0.5333719253540039, -0.6497270464897156, -0.29592740535736084,
        0.47937262058258057, -0.3574315011501312, -0.6466149091720581, 0.6336567401885986, 0.1873912662267685,
        0.5885052680969238, 0.24672091007232666, -0.323160320520401, -0.5811102986335754,
      ],
    );
  });

  it("combines trees, in reverse too", async () => {
    type Pair = { readonly p: Tensor; readonly q: readonly [Tensor] };
    const x = wave(21, [7, 3], 1.7);
    const column = (i: number): Tensor => reshape(slice(x, [0, i], [7, 1]), [7]);
    const found = associativeScan(
      (a: Pair, b: Pair): Pair => ({ p: multiply(a.p, b.p), q: [add(multiply(b.p, a.q[0]), b.q[0])] }),
      { p: column(0), q: [column(1)] } as Pair,
      { reverse: true },
    );
    await close(
      found.p,
      [
        0, -0.06721599400043488, 0.07260199636220932, -0.10373570770025253, -0.26146984100341797, -0.2615240216255188,
        -0.7283607721328735,
      ],
    );
    await close(
      found.q[0],
      [
        0.9916648268699646, 0.7128783464431763, -0.23629465699195862, -0.545586884021759, 1.0480666160583496,
        1.1569428443908691, 0.7733278870582581,
      ],
    );
  });

  it("compiles, and maps", async () => {
    const x = wave(15, [3, 5]);
    const wanted = await flat(cumsum(x, 1));
    await close(jit((y: Tensor) => associativeScan(add, y, 1))(x), wanted);
    await close(vmap((row: Tensor) => associativeScan(add, row))(x), wanted);
  });

  it("has the gradient of what it computes", async () => {
    const x = wave(6, [6], 1.3);
    const weights = wave(6, [6], 0.7);
    const viaScan = grad((y) => sum(multiply(associativeScan(multiply, y), weights)))(x);
    const byHand = grad((y) => {
      let [product, total] = [ones([1]), zeros([])];
      for (let i = 0; i < 6; i++) {
        product = multiply(product, slice(y, [i], [1]));
        total = add(total, sum(multiply(product, slice(weights, [i], [1]))));
      }
      return total;
    })(x);
    await close(viaScan, await flat(byHand));
  });
});

describe("on any length", () => {
  beforeAll(() => enable64Bit(true));
  afterAll(() => enable64Bit(false));
  beforeEach(() => setBackend("ref"));

  it("is a running combination", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 33 }),
        fc.boolean(),
        async (values, reverse) => {
          const found = await flat(associativeScan(maximum, tensor(values, [values.length], "float64"), { reverse }));
          const ordered = reverse ? values.toReversed() : values;
          const wanted = ordered.map((_, i) => Math.max(...ordered.slice(0, i + 1)));
          expect(found).toEqual((reverse ? wanted.toReversed() : wanted).map((x) => x + 0));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("checks what it is given", () => {
    expect(() => associativeScan(add, array(1))).toThrow(/scalar/);
    expect(() => associativeScan(add, ones([2]), 1)).toThrow(/axis 1/);
    expect(() => associativeScan((a: readonly Tensor[], _b) => a, [ones([2]), ones([3])])).toThrow(
      /same number.*\[2\], \[3\]/,
    );
    expect(() => associativeScan((a: Tensor) => sum(a), ones([4]))).toThrow(/keep shapes/);
    expect(() =>
      associativeScan((a: readonly Tensor[], _b) => [a[0]!], [ones([4]), ones([4])] as readonly Tensor[]),
    ).toThrow(/1 tensors for 2/);
    expect(() => associativeScan((a: readonly Tensor[]) => a, [] as readonly Tensor[])).toThrow(/no elements/);
  });
});
