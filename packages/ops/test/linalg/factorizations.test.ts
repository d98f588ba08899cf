import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  absolute,
  ArgumentError,
  cholesky,
  det,
  eig,
  eigh,
  grad,
  GradientError,
  inv,
  lstsq,
  luFactor,
  matmul,
  matrixRank,
  max,
  multiply,
  norm,
  pinv,
  qr,
  ShapeError,
  slogdet,
  solve,
  subtract,
  sum,
  svd,
  transpose,
  tril,
  triu,
  eye,
  add,
  ones,
  real,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "../numpy/support.ts";

beforeEach(useReference);

const sizes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
const matrix = (rows: number, columns: number, seed = 1): Tensor =>
  tensor(numbers([rows, columns], -2, 2, seed), [rows, columns]);
const regular = (n: number): Tensor => add(matrix(n, n), multiply(eye(n), 4));

async function same(a: Tensor, b: Tensor, digits = 3): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  const distance = a.size === 0 ? 0 : await max(absolute(subtract(a, b))).item();
  expect(distance).toBeCloseTo(0, digits);
}

describe("factors multiply back", () => {
  it("of qr, with orthonormal columns and an upper triangle", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.constantFrom("reduced" as const, "complete" as const), async ([m, n], mode) => {
        const x = matrix(m, n);
        const [q, r] = qr(x, { mode });
        await same(matmul(q, r), x);
        await same(matmul(transpose(q), q), eye(q.shape[1]!));
        await same(triu(r), r);
      }),
      { numRuns: 30 },
    );
  });

  it("of svd, with values in descending order", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ([m, n]) => {
        const x = matrix(m, n);
        const [u, s, vh] = svd(x, { fullMatrices: false });
        await same(matmul(multiply(u, s), vh), x);
        const values = await flat(s);
        expect(values).toEqual([...values].sort((a, b) => b - a));
        await same(svd(x, { computeUv: false }), s);
      }),
      { numRuns: 30 },
    );
  });

  it("of cholesky", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), async (n) => {
        const a = matrix(n, n);
        const x = add(matmul(a, transpose(a)), eye(n));
        const l = cholesky(x);
        await same(matmul(l, transpose(l)), x);
        await same(tril(l), l);
        await same(cholesky(x, { upper: true }), transpose(l));
      }),
      { numRuns: 20 },
    );
  });

  it("of eigh and eig", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), async (n) => {
        const a = matrix(n, n);
        const x = add(a, transpose(a));
        const [w, v] = eigh(x);
        await same(matmul(x, v), multiply(v, w));
        const [values] = eig(x);
        const sorted = (await flat(real(values))).sort((p, q) => p - q);
        (await flat(w)).forEach((e, i) => expect(e).toBeCloseTo(sorted[i]!, 3));
      }),
      { numRuns: 20 },
    );
  });

  it("of luFactor, in permuted rows", async () => {
    const x = regular(4);
    const [packed, pivots] = luFactor(x);
    const rows = [0, 1, 2, 3];
    (await flat(pivots)).forEach((p, i) => ([rows[i], rows[p]] = [rows[p]!, rows[i]!]));
    const product = matmul(add(tril(packed, { k: -1 }), eye(4)), triu(packed));
    await same(product, x.getItem(tensor(rows, [4], "int32")));
  });
});

describe("systems", () => {
  it("are solved", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }), async (n, columns) => {
        const [a, b] = [regular(n), matrix(n, columns, 3)];
        await same(matmul(a, solve(a, b)), b);
        await same(matmul(a, inv(a)), eye(n));
        const [sign, logarithm] = slogdet(a);
        const d = await det(a).item();
        expect(Math.sign(d)).toBe(await sign.item());
        expect(Math.log(Math.abs(d))).toBeCloseTo(await logarithm.item(), 3);
      }),
      { numRuns: 20 },
    );
  });

  it("without a solution are solved in the least squares", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ([m, n]) => {
        const [a, b] = [matrix(m, n), matrix(m, 1, 5)];
        const x = lstsq(a, b);
        // What is left over is orthogonal to what the columns can express.
        await same(matmul(transpose(a), subtract(matmul(a, x), b)), multiply(ones([n, 1]), 0), 2);
        await same(matmul(pinv(a), b), x, 2);
      }),
      { numRuns: 20 },
    );
  });
});

describe("norms", () => {
  const x = [
    [1, -2],
    [3, 4],
  ];
  it.each([
    [null, Math.sqrt(30)],
    ["fro", Math.sqrt(30)],
    [1, 6],
    [-1, 4],
    [Number.POSITIVE_INFINITY, 7],
    [Number.NEGATIVE_INFINITY, 3],
    [2, 5.116672736],
    [-2, 1.954395076],
    ["nuc", 7.071067812],
  ] as const)("of order %s of a matrix", async (ord, expected) => {
    expect(await norm(x, { ord }).item()).toBeCloseTo(expected, 4);
  });

  it.each([
    [0, 2],
    [1, 7],
    [3, 91 ** (1 / 3)],
    [Number.POSITIVE_INFINITY, 4],
    [Number.NEGATIVE_INFINITY, 0],
  ])("of order %s of a vector", async (ord, expected) => {
    expect(await norm([3, 0, -4], { ord }).item()).toBeCloseTo(expected, 4);
  });
});

it("counts the singular values that are not 0", async () => {
  expect(
    await matrixRank([
      [1, 2, 3],
      [2, 4, 6],
      [1, 0, 0],
    ]).item(),
  ).toBe(2);
  expect(
    await matrixRank(
      [
        [1, 0],
        [0, 0.1],
      ],
      { tol: 0.5 },
    ).item(),
  ).toBe(1);
});

describe("wrong arguments", () => {
  it.each([
    ["a vector", () => inv([1, 2]), ShapeError],
    ["a matrix that is not square", () => det(ones([2, 3])), ShapeError],
    ["a right side of another size", () => solve(ones([2, 2]), ones([3])), ShapeError],
    [
      "a matrix that is not positive-definite",
      () =>
        cholesky([
          [1, 2],
          [2, 1],
        ]),
      ArgumentError,
    ],
    ["an unknown mode", () => qr(ones([2, 2]), { mode: "raw" as never }), ArgumentError],
    ["an unknown norm", () => norm([1, 2], { ord: "max" as never }), ArgumentError],
    ["a norm of vectors that is none", () => norm([1, 2], { ord: "fro" }), ArgumentError],
    ["a norm of matrices that is none", () => norm(ones([2, 2]), { ord: 3 }), ArgumentError],
    ["three axes", () => norm(ones([2, 2, 2]), { ord: 1 }), ArgumentError],
    [
      "the gradient of eig",
      () =>
        grad((x: Tensor) => sum(real(eig(x)[0])))([
          [1, 2],
          [3, 4],
        ]),
      GradientError,
    ],
    ["the gradient of full matrices", () => grad((x: Tensor) => sum(svd(x)[0]))(matrix(3, 2)), GradientError],
  ])("%s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});
