import { expect, test } from "vitest";
import { compare, EXACT_SHAPES, type HostTensor } from "../compare.ts";
import { alignEigenvectors } from "../phases.ts";
import type { Encoded } from "../row.ts";

const host = (values: readonly number[], shape: readonly number[], dtype: string): HostTensor => ({
  kind: "host",
  dtype,
  shape,
  values,
});
const r = Math.SQRT1_2;

test("eigenvectors may differ by a sign, or by a phase where they are complex", () => {
  const expected: Encoded = {
    $: "nt",
    n: "EigResult",
    v: {
      eigenvalues: { $: "t", d: "float32", s: [2], v: [3, 1] },
      eigenvectors: { $: "t", d: "float32", s: [2, 2], v: [r, r, r, -r] },
    },
  };
  const values = host([3, 1], [2], "float32");
  const judge = (vectors: readonly number[]): string | null =>
    compare(alignEigenvectors([values, host(vectors, [2, 2], "float32")], expected), expected, EXACT_SHAPES);
  expect(judge([-r, r, -r, -r])).toBeNull();
  expect(judge([r, r, r, r])).not.toBeNull();
  expect(judge([2 * r, r, 2 * r, -r])).not.toBeNull();

  const complex: Encoded = [
    { $: "t", d: "complex64", s: [1], v: [[1, 0]] },
    {
      $: "t",
      d: "complex64",
      s: [2, 1],
      v: [
        [r, 0],
        [0, r],
      ],
    },
  ];
  const one = host([1, 0], [1], "complex64");
  const turned = [one, host([0, r, -r, 0], [2, 1], "complex64")];
  expect(compare(alignEigenvectors(turned, complex), complex, EXACT_SHAPES)).toBeNull();
});
