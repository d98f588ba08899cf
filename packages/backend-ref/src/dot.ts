import { sizeOf, type Kernel, type StaticSpec } from "@keras/ops";
import { splitPlanes } from "./complex.ts";
import { matmul, type Matrix } from "./matmul.ts";
import { allocate, bitsOf, familyOf, settle, unsupported, type Numbers, type Storage } from "./storage.ts";
import { keepsOrder, transposed } from "./shape.ts";

/** A stack of matrices with the free axes as rows and the contracted ones as columns. */
interface Stack {
  readonly data: Storage;
  readonly row: number;
  readonly column: number;
}

/** Brings the axes into order [batch, free, contracted], or leaves them as [batch, contracted, free] where they are so already. */
function stacked(x: Storage, spec: StaticSpec, batch: readonly number[], contract: readonly number[]): Stack {
  const free = spec.shape.map((_, i) => i).filter((i) => !batch.includes(i) && !contract.includes(i));
  const size = (axes: readonly number[]): number => sizeOf(axes.map((i) => spec.shape[i]));
  if (keepsOrder(spec.shape, [...batch, ...contract, ...free])) return { data: x, row: 1, column: size(free) };
  return { data: transposed(x, spec, [...batch, ...free, ...contract]), row: size(contract), column: 1 };
}

const dotGeneral: Kernel = ({ inputs, inputSpecs, attrs, outputSpecs: [{ shape, dtype }] }) => {
  const contract = attrs["contract"] as readonly (readonly number[])[];
  const batch = attrs["batch"] as readonly (readonly number[])[];
  const [xs, ys] = inputSpecs;
  const x = stacked(inputs[0] as Storage, xs, batch[0], contract[0]);
  const y = stacked(inputs[1] as Storage, ys, batch[1], contract[1]);
  const batches = sizeOf(batch[0].map((i) => xs.shape[i]));
  const k = sizeOf(contract[0].map((i) => xs.shape[i]));
  const m = batches * k === 0 ? 0 : sizeOf(xs.shape) / batches / k;
  const n = batches * k === 0 ? 0 : sizeOf(ys.shape) / batches / k;
  const out = allocate(dtype, sizeOf(shape));
  if (m * n === 0) return [out];
  const products = (a: Numbers, b: Numbers, to: Numbers, accumulate = false): void => {
    for (let at = 0; at < batches; at++) {
      const left: Matrix = { data: a, at: at * m * k, row: x.row, column: x.column };
      const right: Matrix = { data: b, at: at * k * n, row: y.column, column: y.row };
      matmul(m, n, k, left, right, { data: to, at: at * m * n, row: n, column: 1 }, accumulate);
    }
  };
  switch (familyOf(xs.dtype)) {
    case "string":
      throw unsupported(xs.dtype, "dot_general");
    case "complex": {
      const [a, b] = splitPlanes(x.data as Numbers);
      const [c, d] = splitPlanes(y.data as Numbers);
      const re = new Float64Array(batches * m * n);
      const im = new Float64Array(batches * m * n);
      products(b, d, re);
      for (let i = 0; i < re.length; i++) re[i] = -re[i];
      products(a, c, re, true);
      products(a, d, im);
      products(b, c, im, true);
      for (let i = 0; i < re.length; i++) {
        out[2 * i] = re[i];
        out[2 * i + 1] = im[i];
      }
      return [out];
    }
    case "bool": {
      const counts = new Float64Array(out.length);
      products(x.data as Numbers, y.data as Numbers, counts);
      for (let i = 0; i < counts.length; i++) out[i] = counts[i] === 0 ? 0 : 1;
      return [out];
    }
    case "int":
      // Sums of products of at most 16 bits are exact in float64, and wrap when stored.
      if (bitsOf(xs.dtype) <= 16) break;
      return [
        exactProducts(
          batches,
          m,
          n,
          k,
          x,
          y,
          out,
          0,
          (a, b, c) => ((a as number) + Math.imul(b as number, c as number)) | 0,
        ),
      ];
    case "wide":
      return [
        exactProducts(batches, m, n, k, x, y, out, 0n, (a, b, c) =>
          BigInt.asIntN(64, (a as bigint) + (b as bigint) * (c as bigint)),
        ),
      ];
    default:
  }
  products(x.data as Numbers, y.data as Numbers, out as Numbers);
  return [settle(out, dtype)];
};

type Scalar = number | bigint;

/** For integers whose products need more than 53 bits. */
function exactProducts(
  batches: number,
  m: number,
  n: number,
  k: number,
  x: Stack,
  y: Stack,
  out: Storage,
  zero: Scalar,
  add: (sum: Scalar, a: Scalar, b: Scalar) => Scalar,
): Storage {
  for (let o = 0; o < batches * m * n; o++) {
    const at = Math.floor(o / (m * n));
    const i = at * m * k + (Math.floor(o / n) % m) * x.row;
    const j = at * k * n + (o % n) * y.row;
    let sum = zero;
    for (let p = 0; p < k; p++) sum = add(sum, x.data[i + p * x.column] as Scalar, y.data[j + p * y.column] as Scalar);
    out[o] = sum as never;
  }
  return out;
}

export const dotKernels: Readonly<Record<string, Kernel>> = { dot_general: dotGeneral };
