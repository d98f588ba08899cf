import type { HostTensor } from "./compare.ts";
import { expand } from "./decode.ts";
import { isTensorTag, itemsOf, tagOf, type Encoded, type EncodedObject } from "./row.ts";

/** Ops that give `[eigenvalues, eigenvectors]`: a vector stays one when it is multiplied by a number of magnitude 1. */
export const EIGENVECTOR_OPS: ReadonlySet<string> = new Set(["eig", "eigh"]);

type Complex = readonly [re: number, im: number];

/** The factor of magnitude 1 that brings column `a` nearest to column `e`. */
function phaseBetween(a: readonly Complex[], e: readonly Complex[]): Complex {
  let [re, im] = [0, 0];
  for (const [i, [ar, ai]] of a.entries()) {
    const [er, ei] = e[i]!;
    re += er * ar + ei * ai;
    im += ei * ar - er * ai;
  }
  const size = Math.hypot(re, im);
  return size === 0 ? [1, 0] : [re / size, im / size];
}

/** Turns every column of the last two axes of `actual` to the phase of the expected one. */
export function alignColumns(actual: HostTensor, expected: readonly number[]): HostTensor {
  const complex = actual.dtype.startsWith("complex");
  const [rows, columns] = actual.shape.slice(-2) as [number, number];
  const width = complex ? 2 : 1;
  const values = [...(actual.values as readonly number[])];
  const at = (list: readonly number[], i: number): Complex =>
    complex ? [list[2 * i]!, list[2 * i + 1]!] : [list[i]!, 0];
  for (let start = 0; start < values.length / width; start += rows * columns) {
    for (let column = 0; column < columns; column++) {
      const indices = Array.from({ length: rows }, (_, row) => start + row * columns + column);
      const phase = phaseBetween(
        indices.map((i) => at(values, i)),
        indices.map((i) => at(expected, i)),
      );
      for (const i of indices) {
        const [re, im] = at(values, i);
        values[i * width] = re * phase[0] - im * phase[1];
        if (complex) values[i * width + 1] = re * phase[1] + im * phase[0];
      }
    }
  }
  return { ...actual, values };
}

/** Eigenvalues and eigenvectors, the vectors in the phases of the expected ones. Anything else is left as it is. */
export function alignEigenvectors(actual: unknown, expected: Encoded): unknown {
  const items =
    tagOf(expected) === "nt" ? Object.values((expected as EncodedObject)["v"] as EncodedObject) : itemsOf(expected);
  const vectors = items?.[1];
  const list = Array.isArray(actual) ? actual : Object.values((actual ?? {}) as object);
  const found = list[1] as HostTensor | undefined;
  if (!isTensorTag(vectors) || found?.kind !== "host" || found.shape.join() !== vectors.s.join()) return actual;
  return [list[0], alignColumns(found, expand(vectors).values as readonly number[])];
}
