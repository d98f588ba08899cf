// Jacobians, Hessians and their products with vectors, of functions of every kind, against numerical differences.
import "../core/backend.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as ops from "@keras/ops";
import { grad, hessian, hvp, jacobian, jit, multiply, square, sum, vmap, type DType, type Tensor } from "@keras/ops";
import { flat, numbers, tensor } from "../numpy/support.ts";

type Fn = (x: Tensor) => Tensor;

/** Functions of a vector of 6 numbers in [0.2, 1.4), none near another. */
const functions: Readonly<Record<string, Fn>> = {
  elementwise: (x) => multiply(ops.sin(x), ops.exp(x)),
  "softmax and matmul": (x) => ops.softmax(ops.matmul(ops.reshape(x, [2, 3]), ops.transpose(ops.reshape(x, [2, 3])))),
  reductions: (x) => ops.stack([ops.prod(x), ops.logsumexp(x), ops.std(x), ops.max(x)]),
  "sort and cumulative sum": (x) => ops.cumsum(square(ops.sort(ops.negative(x)))),
  "gather and scatter": (x) =>
    ops.scatterUpdate(ops.take(square(x), [0, 5, 5, 2]), [[1], [3]], ops.take(ops.exp(x), [1, 4])),
  "strided, dilated, grouped convolution": (x) =>
    ops.conv(
      ops.reshape(ops.concatenate([x, square(x)]), [1, 6, 2]),
      ops.reshape(ops.take(ops.sin(x), [0, 1, 2, 3]), [2, 1, 2]),
      { dilationRate: 2, padding: "same" },
    ),
  pooling: (x) =>
    ops.concatenate(
      [ops.maxPool(ops.reshape(x, [1, 6, 1]), 2), ops.averagePool(ops.reshape(square(x), [1, 6, 1]), 3)],
      1,
    ),
  normalization: (x) => ops.layerNormalization(ops.reshape(square(x), [2, 3])),
  cholesky: (x) => ops.cholesky(positiveDefinite(x)),
  "inverse and determinant": (x) => ops.add(ops.inv(positiveDefinite(x)), ops.det(positiveDefinite(x))),
  qr: (x) => ops.qr(ops.reshape(x, [3, 2]))[1],
  "symmetric eigenvalues": (x) =>
    ops.eigh(ops.add(positiveDefinite(x), ops.diag(ops.array([1, 3], { dtype: x.dtype }))))[0],
  "singular values": (x) => ops.svd(ops.reshape(x, [3, 2]), { computeUv: false }) as unknown as Tensor,
  solve: (x) => ops.solve(positiveDefinite(x), ops.reshape(ops.take(x, [0, 1]), [2, 1])),
  fft: (x) => {
    const [re, im] = ops.rfft(x);
    return ops.concatenate([square(re), multiply(re, im)]);
  },
  scan: (x) =>
    ops.scan(
      (c: Tensor, v: Tensor) => [ops.tanh(ops.add(c, multiply(c, v))), multiply(c, v)] as const,
      ops.take(x, 0),
      square(x),
    )[1],
  "associative scan": (x) => ops.associativeScan(multiply, x),
  cond: (x) =>
    ops.cond(
      ops.greater(sum(x), 0),
      () => multiply(x, square(x)),
      () => x,
    ),
  "bounded loop": (x) =>
    ops.whileLoop(
      (v: Tensor) => ops.less(sum(v), 40),
      (v: Tensor) => multiply(v, 1.5),
      square(x),
      { maximumIterations: 12 },
    ),
  map: (x) => ops.map((v: Tensor) => multiply(ops.sin(v), x), x),
  vmap: (x) => ops.vectorizedMap((v: Tensor) => multiply(ops.sin(v), x), x),
  "custom gradient": (x) =>
    ops.customGradient((v: Tensor) => [ops.exp(v), (g: Tensor) => multiply(g, ops.exp(v))] as const)(x),
};

function positiveDefinite(x: Tensor): Tensor {
  const a = ops.reshape(x, [2, 3]);
  return ops.add(ops.matmul(a, ops.transpose(a)), ops.eye(2, 2, { dtype: x.dtype }));
}

const point = (dtype: DType): Tensor => tensor(numbers([6], 0.2, 1.4, 3), [6], dtype);

async function near(found: Tensor, wanted: readonly number[], digits: number): Promise<void> {
  const values = await flat(found);
  expect(values).toHaveLength(wanted.length);
  values.forEach((v, i) => expect(v, `element ${i}`).toBeCloseTo(wanted[i]!, digits));
}

/** Central differences: [outputs, inputs], row-major. */
async function differences(f: Fn, x: Tensor, epsilon = 1e-5): Promise<number[]> {
  const at = await flat(x);
  const columns: number[][] = [];
  for (let i = 0; i < at.length; i++) {
    const shifted = (by: number): Promise<number[]> => flat(f(tensor(at.with(i, at[i]! + by), x.shape, x.dtype)));
    const [up, down] = [await shifted(epsilon), await shifted(-epsilon)];
    columns.push(up.map((u, k) => (u - down[k]!) / (2 * epsilon)));
  }
  return columns[0]!.flatMap((_, k) => columns.map((c) => c[k]!));
}

const names = Object.keys(functions);

describe("in float64", () => {
  beforeAll(() => ops.enable64Bit(true));
  afterAll(() => ops.enable64Bit(false));
  beforeEach(() => ops.setBackend("ref"));

  it.each(names)("Jacobian of %s, in both modes, compiled too", async (name) => {
    const [f, x] = [functions[name]!, point("float64")];
    const wanted = await differences(f, x);
    const reverse = jacobian(f)(x);
    expect(reverse.shape).toEqual([...f(x).shape, 6]);
    await near(reverse, wanted, 6);
    await near(jacobian(f, { mode: "forward" })(x), wanted, 6);
    await near(jit((y: Tensor) => jacobian(f)(y))(x), wanted, 6);
    await near(jacobian(jit(f))(x), wanted, 6);
  });

  it.each(names)("Hessian of %s, and its product with a vector", async (name) => {
    const x = point("float64");
    const loss: Fn = (y) => sum(multiply(functions[name]!(y), 0.5).multiply(functions[name]!(y)));
    const wanted = await differences((y) => grad(loss)(y), x);
    await near(hessian(loss)(x), wanted, 5);
    const v = tensor(numbers([6], -1, 1, 5), [6], "float64");
    const product = ops.matmul(tensor(wanted, [6, 6], "float64"), v);
    const [found] = hvp(loss, [x], [v]);
    await near(found!, await flat(product), 5);
    await near(jit((y: Tensor, u: Tensor) => hvp(loss, [y], [u])[0]!)(x, v), await flat(product), 5);
  });
});

describe("on onnx", () => {
  it.each(names)("Jacobian and product of %s are those of the reference", async (name) => {
    const f = functions[name]!;
    const loss: Fn = (y) => sum(square(f(y)));
    const all = (): Promise<number[][]> => {
      const [x, v] = [point("float32"), tensor(numbers([6], -1, 1, 5), [6])];
      return Promise.all([jacobian(f)(x), jit((y: Tensor) => jacobian(f)(y))(x), hvp(loss, [x], [v])[0]!].map(flat));
    };
    await ops.setBackend("ref");
    const wanted = await all();
    await ops.setBackend("onnx");
    const found = await all();
    found.forEach((values, k) => {
      const scale = Math.max(1, ...wanted[k]!.map(Math.abs));
      values.forEach((v, i) => expect(v / scale, `${k}, element ${i}`).toBeCloseTo(wanted[k]![i]! / scale, 3));
    });
  });
});

describe("several arguments and results", () => {
  beforeEach(() => ops.setBackend("ref"));
  const [a, b] = [
    [1, 2],
    [3, 4, 5],
  ];

  it("gives a tree of blocks", async () => {
    const f = (x: Tensor, y: Tensor): { p: Tensor; q: readonly Tensor[] } => ({
      p: sum(multiply(x, 2)),
      q: [ops.outer(x, y)],
    });
    const [byX, byY] = jacobian(f, { argnums: [0, 1] })(ops.array(a!), ops.array(b!));
    expect([byX!.p.shape, byX!.q[0]!.shape, byY!.p.shape, byY!.q[0]!.shape]).toEqual([[2], [2, 3, 2], [3], [2, 3, 3]]);
    expect(await byX!.p.array()).toEqual([2, 2]);
    expect(await byY!.p.array()).toEqual([0, 0, 0]);
    expect(await byX!.q[0]!.array()).toEqual([
      [
        [3, 0],
        [4, 0],
        [5, 0],
      ],
      [
        [0, 3],
        [0, 4],
        [0, 5],
      ],
    ]);
    const forward = jacobian(f, { argnums: 1, mode: "forward" })(ops.array(a!), ops.array(b!));
    expect(await forward.q[0]!.array()).toEqual(await byY!.q[0]!.array());
  });

  it("gives blocks of a Hessian", async () => {
    const f = (x: Tensor, y: Tensor): Tensor => multiply(sum(square(x)), sum(y));
    const blocks = hessian(f, { argnums: [0, 1] })(ops.array(a!), ops.array(b!));
    expect(await blocks[0]![0]!.array()).toEqual([
      [24, 0],
      [0, 24],
    ]);
    expect(await blocks[0]![1]!.array()).toEqual([
      [2, 2, 2],
      [4, 4, 4],
    ]);
    expect(await blocks[1]![0]!.array()).toEqual([
      [2, 4],
      [2, 4],
      [2, 4],
    ]);
    expect(await blocks[1]![1]!.array()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("maps over examples", async () => {
    const xs = ops.array([
      [1, 2],
      [3, 4],
    ]);
    const found = vmap(jacobian((x) => multiply(x, sum(x))))(xs);
    expect(await found.array()).toEqual([
      [
        [4, 1],
        [2, 5],
      ],
      [
        [10, 3],
        [4, 11],
      ],
    ]);
  });

  it("is checked", () => {
    expect(() => jacobian((x) => ops.cast(x, "int32"))(ops.array([1]))).toThrow(/results of a float dtype, not int32/);
    expect(() => jacobian((x) => x)(ops.array([1], { dtype: "int32" }))).toThrow(/arguments of a float dtype/);
    expect(() => jacobian((x) => x, { argnums: 1 })(ops.array([1]))).toThrow(/no argument 1/);
    expect(() => hvp((x) => sum(x), [ops.array([1])], [])).toThrow(/1 primals need as many vectors/);
    expect(() => hvp((x) => sum(x), [ops.array([1])], [ops.array([1, 2])])).toThrow(/vector 0 of shape \[2\]/);
  });
});
