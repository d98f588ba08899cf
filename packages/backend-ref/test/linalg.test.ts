import type { Attrs, DType } from "@keras/ops";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { run, type Value } from "./kernel.ts";

type Rows = readonly (readonly number[])[];

const value = (a: Rows): Value => ["float64", [a.length, a[0].length], a.flat()];
const rowsOf = (flat: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: flat.length / columns }, (_, i) =>
    Array.from({ length: columns }, (__, j) => flat[i * columns + j]),
  );
const multiply = (a: Rows, b: Rows): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
const transpose = (a: Rows): number[][] => a[0].map((_, j) => a.map((row) => row[j]));
const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(i === j)));

function call(
  op: string,
  inputs: readonly Rows[],
  attrs: Attrs,
  shapes: readonly (readonly number[])[],
  dtypes: readonly DType[] = [],
): Float64Array[] {
  const specs = shapes.map((shape, i) => ({ shape, dtype: dtypes[i] ?? ("float64" as DType) }));
  return run(op, inputs.map(value), attrs, specs).map((r) => r.storage as Float64Array);
}

function expectClose(got: Rows, expected: Rows, tolerance = 1e-9): void {
  expect(got.length).toBe(expected.length);
  const worst = Math.max(...got.flatMap((row, i) => row.map((x, j) => Math.abs(x - expected[i][j]))));
  expect(worst).toBeLessThan(tolerance);
}

/** Small integers make repeated values, zero rows and exact ties likely. */
const element = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -4, max: 4, noNaN: true }).map((x) => (Math.abs(x) < 1e-6 ? 0 : x)),
);
const matrix = (m: number, n: number): fc.Arbitrary<Rows> =>
  fc.array(fc.array(element, { minLength: n, maxLength: n }), { minLength: m, maxLength: m });
const size = fc.integer({ min: 1, max: 7 });
const rectangles = fc.tuple(size, size).chain(([m, n]) => matrix(m, n));
const squares = size.chain((n) => matrix(n, n));

describe("factorizations multiply back", () => {
  test("lu", () => {
    fc.assert(
      fc.property(rectangles, (a) => {
        const [m, n] = [a.length, a[0].length];
        const k = Math.min(m, n);
        const [packed, pivots, permutation] = call("lu", [a], {}, [[m, n], [k], [m]], ["float64", "int32", "int32"]);
        const p = rowsOf(packed, n);
        const l = p.map((row, i) => Array.from({ length: k }, (_, j) => (i === j ? 1 : i > j ? row[j] : 0)));
        const u = p.slice(0, k).map((row, i) => row.map((x, j) => (j >= i ? x : 0)));
        expectClose(
          multiply(l, u),
          Array.from(permutation, (i) => a[i]),
        );
        l.flat().forEach((x) => expect(Math.abs(x)).toBeLessThanOrEqual(1));
        const order = a.map((_, i) => i);
        pivots.forEach((to, i) => ([order[i], order[to]] = [order[to], order[i]]));
        expect(order).toEqual(Array.from(permutation));
      }),
    );
  });

  test.each(["reduced", "complete"] as const)("qr, %s", (mode) => {
    fc.assert(
      fc.property(rectangles, (a) => {
        const [m, n] = [a.length, a[0].length];
        const k = mode === "complete" ? m : Math.min(m, n);
        const [q, r] = call("qr", [a], { mode }, [
          [m, k],
          [k, n],
        ]);
        expectClose(multiply(rowsOf(q, k), rowsOf(r, n)), a);
        expectClose(multiply(transpose(rowsOf(q, k)), rowsOf(q, k)), identity(k));
        rowsOf(r, n).forEach((row, i) => row.slice(0, i).forEach((x) => expect(x).toBe(0)));
      }),
    );
  });

  test("cholesky", () => {
    fc.assert(
      fc.property(squares, (a) => {
        const n = a.length;
        const spd = multiply(a, transpose(a)).map((row, i) => row.map((x, j) => (i === j ? x + 1 : x)));
        const l = rowsOf(call("cholesky", [spd], {}, [[n, n]])[0], n);
        expectClose(multiply(l, transpose(l)), spd);
        l.forEach((row, i) => row.slice(i + 1).forEach((x) => expect(x).toBe(0)));
      }),
    );
  });

  test.each([true, false])("svd, full matrices: %s", (fullMatrices) => {
    fc.assert(
      fc.property(rectangles, (a) => {
        const [m, n] = [a.length, a[0].length];
        const k = Math.min(m, n);
        const [p, q] = fullMatrices ? [m, n] : [k, k];
        const [u, s, vh] = call("svd", [a], { fullMatrices, computeUv: true }, [[m, p], [k], [q, n]]);
        const columns = rowsOf(u, p);
        const rows = rowsOf(vh, n);
        expectClose(
          multiply(
            columns.map((row) => row.slice(0, k).map((x, j) => x * s[j])),
            rows.slice(0, k),
          ),
          a,
        );
        expectClose(multiply(transpose(columns), columns), identity(p));
        expectClose(multiply(rows, transpose(rows)), identity(q));
        for (let i = 0; i < k; i++) expect(s[i]).toBeGreaterThanOrEqual(i + 1 < k ? s[i + 1] : 0);
      }),
    );
  });

  test("eigh", () => {
    fc.assert(
      fc.property(squares, (a) => {
        const n = a.length;
        const sym = a.map((row, i) => row.map((x, j) => (x + a[j][i]) / 2));
        const [w, flat] = call("eigh", [sym], {}, [[n], [n, n]]);
        const v = rowsOf(flat, n);
        expectClose(
          multiply(sym, v),
          v.map((row) => row.map((x, j) => x * w[j])),
        );
        expectClose(multiply(transpose(v), v), identity(n));
        for (let i = 1; i < n; i++) expect(w[i]).toBeGreaterThanOrEqual(w[i - 1]);
      }),
    );
  });

  test("triangular_solve", () => {
    fc.assert(
      fc.property(squares, fc.boolean(), fc.boolean(), (a, lower, transposed) => {
        const n = a.length;
        const triangle = a.map((row, i) =>
          row.map((x, j) => (i === j ? 4 + Math.abs(x) : i > j === lower ? x / 4 : 0)),
        );
        const x = rowsOf(call("triangular_solve", [triangle, a], { lower, transpose: transposed }, [[n, n]])[0], n);
        expectClose(multiply(transposed ? transpose(triangle) : triangle, x), a, 1e-8);
      }),
    );
  });
});

describe("eig", () => {
  /** Largest element of a·v - v·diag(w), for interleaved complex w and v. */
  function residual(a: readonly (readonly [number, number])[][], w: Float64Array, v: Float64Array): number {
    const n = a.length;
    let worst = 0;
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < n; i++) {
        const at = 2 * (i * n + k);
        let re = -(w[2 * k] * v[at] - w[2 * k + 1] * v[at + 1]);
        let im = -(w[2 * k] * v[at + 1] + w[2 * k + 1] * v[at]);
        for (let j = 0; j < n; j++) {
          const to = 2 * (j * n + k);
          re += a[i][j][0] * v[to] - a[i][j][1] * v[to + 1];
          im += a[i][j][0] * v[to + 1] + a[i][j][1] * v[to];
        }
        worst = Math.max(worst, Math.hypot(re, im));
      }
    }
    return worst;
  }

  function expectUnitColumns(v: Float64Array, n: number): void {
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += v[2 * (i * n + k)] ** 2 + v[2 * (i * n + k) + 1] ** 2;
      expect(sum).toBeCloseTo(1, 10);
    }
  }

  test("real matrices: a v = v w, with eigenvalues real or in conjugate pairs", () => {
    fc.assert(
      fc.property(squares, (a) => {
        const n = a.length;
        const [w, v] = call("eig", [a], {}, [[n], [n, n]], ["complex128", "complex128"]);
        // Defective matrices have eigenvalues that are known to half the digits only.
        expect(
          residual(
            a.map((row) => row.map((x) => [x, 0] as const)),
            w,
            v,
          ),
        ).toBeLessThan(1e-5);
        expectUnitColumns(v, n);
        const trace = a.reduce((sum, row, i) => sum + row[i], 0);
        expect(Array.from({ length: n }, (_, k) => w[2 * k]).reduce((x, y) => x + y, 0)).toBeCloseTo(trace, 6);
        for (let k = 0; k < n; k++) {
          if (w[2 * k + 1] === 0) continue;
          expect(w[2 * k + 1]).toBeGreaterThan(0);
          expect(w[2 * k + 3]).toBe(-w[2 * k + 1]);
          expect(w[2 * k + 2]).toBe(w[2 * k]);
          k++;
        }
      }),
    );
  });

  test("complex matrices: a v = v w", () => {
    fc.assert(
      fc.property(
        squares.chain((re) => fc.tuple(fc.constant(re), matrix(re.length, re.length))),
        ([re, im]) => {
          const n = re.length;
          const a = re.map((row, i) => row.map((x, j) => [x, im[i][j]] as const));
          const specs = [
            { dtype: "complex128" as DType, shape: [n] },
            { dtype: "complex128" as DType, shape: [n, n] },
          ];
          const [w, v] = run("eig", [["complex128", [n, n], a.flat(2)]], {}, specs).map(
            (r) => r.storage as Float64Array,
          );
          expect(residual(a, w, v)).toBeLessThan(1e-5);
          expectUnitColumns(v, n);
        },
      ),
    );
  });

  test("known eigenvalues: a rotation, a triangular matrix, a companion matrix", () => {
    const eigenvalues = (a: Rows): number[][] => {
      const n = a.length;
      return rowsOf(call("eig", [a], {}, [[n], [n, n]], ["complex128", "complex128"])[0], 2);
    };
    expectClose(
      eigenvalues([
        [0, -1],
        [1, 0],
      ]),
      [
        [0, 1],
        [0, -1],
      ],
    );
    expectClose(
      eigenvalues([
        [3, 1, 2],
        [0, -1, 5],
        [0, 0, 2],
      ]),
      [
        [3, 0],
        [-1, 0],
        [2, 0],
      ],
    );
    // x³ - 6x² + 11x - 6 = (x - 1)(x - 2)(x - 3)
    const roots = eigenvalues([
      [6, -11, 6],
      [1, 0, 0],
      [0, 1, 0],
    ]).sort((x, y) => x[0] - y[0]);
    expectClose(roots, [
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });
});

describe("matrices without a factorization", () => {
  test("NaN in gives NaN out, in finite time", () => {
    const a = [
      [1, Number.NaN],
      [2, 3],
    ];
    for (const [op, attrs, shapes] of [
      ["svd", { fullMatrices: false, computeUv: true }, [[2, 2], [2], [2, 2]]],
      ["eigh", {}, [[2], [2, 2]]],
      ["eig", {}, [[2], [2, 2]]],
    ] as const) {
      const dtypes: DType[] = op === "eig" ? ["complex128", "complex128"] : [];
      for (const part of call(op, [a], attrs, shapes, dtypes)) expect(part.every(Number.isNaN)).toBe(true);
    }
  });

  test("a matrix that is not positive definite has a factor of NaN below the diagonal", () => {
    expect(
      Array.from(
        call(
          "cholesky",
          [
            [
              [1, 2],
              [2, 1],
            ],
          ],
          {},
          [[2, 2]],
        )[0],
      ),
    ).toEqual([Number.NaN, 0, Number.NaN, Number.NaN]);
  });

  test("integers are refused by name", () => {
    expect(() => run("qr", [["int32", [1, 1], [1]]], { mode: "reduced" }, [{ dtype: "int32", shape: [1, 1] }])).toThrow(
      /int32.*qr/,
    );
  });
});

describe("hard matrices", () => {
  const diagonal = (values: readonly number[]): number[][] =>
    values.map((x, i) => values.map((_, j) => (i === j ? x : 0)));
  /** Q a Qᵀ for an orthogonal Q (a reflection). */
  const disguised = (a: Rows): number[][] => {
    const n = a.length;
    const v = a.map((_, i) => Math.sin(i + 1));
    const length = v.reduce((sum, x) => sum + x * x, 0);
    const q = identity(n).map((row, i) => row.map((x, j) => x - (2 * v[i] * v[j]) / length));
    return multiply(multiply(q, a), q);
  };
  const jordan = (n: number, value: number): number[][] =>
    identity(n).map((row, i) => row.map((x, j) => (j === i + 1 ? 1 : x * value)));
  const outer = (n: number): number[][] =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Math.cos(i) * Math.exp(-j)));

  const cases: readonly (readonly [string, Rows])[] = [
    ["zero", diagonal([0, 0, 0, 0])],
    ["one element", [[-3]]],
    ["rank 1", outer(6)],
    ["rank 2 of 6", disguised(diagonal([2, 0, -1, 0, 0, 0]))],
    ["zeros on the diagonal, ones above", jordan(6, 0)],
    ["a Jordan block", jordan(5, 2)],
    ["a disguised Jordan block", disguised(jordan(4, -1))],
    ["repeated eigenvalues", disguised(diagonal([1, 1, 1, 2, 2]))],
    ["a cyclic permutation", identity(6).map((_, i) => identity(6)[(i + 1) % 6])],
    ["eigenvalues from 1 to 1e-30", disguised(diagonal([1, 1e-10, 1e-20, 1e-30]))],
    ["all equal", Array.from({ length: 7 }, () => new Array<number>(7).fill(1))],
    [
      "the ends of a bidiagonal matrix vanish",
      [
        [0, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 1],
        [0, 0, 0, 0],
      ],
    ],
    ["Hilbert", Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (__, j) => 1 / (i + j + 1)))],
  ];
  const scales = [1, 1e-300, 1e-30, 1e30, 1e300];

  test.each(cases)("svd: %s, at any scale", (_, a) => {
    const n = a.length;
    for (const scale of scales) {
      const scaled = a.map((row) => row.map((x) => x * scale));
      const [u, s, vh] = call("svd", [scaled], { fullMatrices: true, computeUv: true }, [[n, n], [n], [n, n]]);
      const product = rowsOf(u, n).map((row) => row.map((x, j) => x * (s[j] / scale)));
      expectClose(multiply(product, rowsOf(vh, n)), a, 1e-12);
      expectClose(multiply(transpose(rowsOf(u, n)), rowsOf(u, n)), identity(n), 1e-12);
      expectClose(multiply(rowsOf(vh, n), transpose(rowsOf(vh, n))), identity(n), 1e-12);
      const [alone] = call("svd", [scaled], { fullMatrices: true, computeUv: false }, [[n]]);
      expect(alone).toEqual(s);
    }
  });

  test.each(cases)("eigh of the symmetric part: %s, at any scale", (_, a) => {
    const n = a.length;
    const symmetric = a.map((row, i) => row.map((x, j) => (x + a[j][i]) / 2));
    for (const scale of scales) {
      const [w, flat] = call("eigh", [symmetric.map((row) => row.map((x) => x * scale))], {}, [[n], [n, n]]);
      const v = rowsOf(flat, n);
      expectClose(
        multiply(symmetric, v),
        v.map((row) => row.map((x, j) => x * (w[j] / scale))),
        1e-12,
      );
      expectClose(multiply(transpose(v), v), identity(n), 1e-12);
    }
  });

  test.each(cases)("eig: %s, at any scale", (name, a) => {
    const n = a.length;
    // Eigenvalues of a block of size 4 are known to a quarter of the digits.
    const tolerance = name === "a disguised Jordan block" ? 1e-3 : 1e-6;
    for (const scale of scales) {
      const scaled = a.map((row) => row.map((x) => x * scale));
      const [w, v] = call("eig", [scaled], {}, [[n], [n, n]], ["complex128", "complex128"]);
      for (let k = 0; k < n; k++) {
        const part = (lane: 0 | 1): number[][] => a.map((__, i) => [v[2 * (i * n + k) + lane]]);
        const [re, im] = [part(0), part(1)];
        const [x, y] = [w[2 * k] / scale, w[2 * k + 1] / scale];
        expectClose(
          multiply(a, re),
          re.map(([r], i) => [x * r - y * im[i][0]]),
          tolerance,
        );
        expectClose(
          multiply(a, im),
          re.map(([r], i) => [x * im[i][0] + y * r]),
          tolerance,
        );
        expect(Math.hypot(...re.flat(), ...im.flat())).toBeCloseTo(1, 10);
      }
    }
  });

  test("known singular values and eigenvalues", () => {
    const [, s] = call("svd", [jordan(6, 0)], { fullMatrices: false, computeUv: true }, [[6, 6], [6], [6, 6]]);
    expectClose([Array.from(s)], [[1, 1, 1, 1, 1, 0]], 1e-14);
    const [w] = call("eigh", [disguised(diagonal([1, 1, 1, 2, 2]))], {}, [[5], [5, 5]]);
    expectClose([Array.from(w)], [[1, 1, 1, 2, 2]], 1e-14);
    const [roots] = call("eig", [cases[8][1]], {}, [[6], [6, 6]], ["complex128", "complex128"]);
    for (let k = 0; k < 6; k++) expect(Math.hypot(roots[2 * k], roots[2 * k + 1])).toBeCloseTo(1, 12);
  });

  const outputs: Readonly<Record<string, readonly [Attrs, (m: number, n: number) => number[][]]>> = {
    svd: [{ fullMatrices: true, computeUv: true }, (m, n) => [[m, m], [Math.min(m, n)], [n, n]]],
    eigh: [{}, (_, n) => [[n], [n, n]]],
    eig: [{}, (_, n) => [[n], [n, n]]],
    qr: [
      { mode: "complete" },
      (m, n) => [
        [m, m],
        [m, n],
      ],
    ],
    lu: [{}, (m, n) => [[m, n], [Math.min(m, n)], [m]]],
    cholesky: [{}, (_, n) => [[n, n]]],
  };
  const dtypesOf = (op: string): DType[] =>
    op === "eig" ? ["complex128", "complex128"] : op === "lu" ? ["float64", "int32", "int32"] : [];
  const factored = (
    op: string,
    batch: readonly number[],
    m: number,
    n: number,
    values: readonly number[],
  ): ArrayLike<number>[] => {
    const [attrs, shapes] = outputs[op];
    const specs = shapes(m, n).map((shape, i) => ({
      shape: [...batch, ...shape],
      dtype: dtypesOf(op)[i] ?? ("float64" as DType),
    }));
    return run(op, [["float64", [...batch, m, n], values]], attrs, specs).map((r) => r.storage as Float64Array);
  };

  test.each(Object.keys(outputs))("%s of matrices and batches without elements", (op) => {
    for (const [batch, m, n] of [
      [[], 0, 0],
      [[2], 0, 0],
      [[0, 3], 2, 2],
    ] as const)
      for (const part of factored(op, batch, m, n, [])) expect(part.length).toBe(0);
  });

  test("svd and qr of a matrix with one side of no elements: an identity", () => {
    expect(Array.from(factored("svd", [], 2, 0, [])[0])).toEqual([1, 0, 0, 1]);
    expect(Array.from(factored("svd", [], 0, 2, [])[2])).toEqual([1, 0, 0, 1]);
    expect(Array.from(factored("qr", [], 2, 0, [])[0])).toEqual([1, 0, 0, 1]);
  });

  test.each(Object.keys(outputs))("%s takes the matrices of a batch one by one", (op) => {
    const matrices = [0, 1, 2, 3].map((seed) =>
      Array.from({ length: 9 }, (_, i) => Math.sin(seed + i * i) + (i % 4 ? 0 : 3)),
    );
    const single = matrices.map((values) => factored(op, [], 3, 3, values));
    const together = factored(op, [2, 2], 3, 3, matrices.flat());
    together.forEach((part, k) => expect(Array.from(part)).toEqual(single.flatMap((parts) => Array.from(parts[k]))));
  });

  test.each(["svd", "eigh", "eig"])("%s of a batch: only matrices that are not finite give NaN", (op) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const part of factored(op, [2], 2, 2, [1, bad, 2, 3, 4, 1, 1, 5])) {
        const half = part.length / 2;
        expect(Array.from(part).slice(0, half).every(Number.isNaN)).toBe(true);
        expect(Array.from(part).slice(half).every(Number.isFinite)).toBe(true);
      }
    }
  });

  test.each(["qr", "lu", "cholesky"])("%s of what is not finite ends", (op) => {
    const [part] = factored(op, [], 2, 2, [Number.POSITIVE_INFINITY, Number.NaN, 1, 2]);
    expect(Array.from(part).some(Number.isNaN)).toBe(true);
  });
});
