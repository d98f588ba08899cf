import { sizeOf, type Kernel } from "@keras/ops";
import { allocate, wordsOf, type Numbers, type Storage } from "./storage.ts";
import { broadcastStrides, walk } from "./strided.ts";

/** cond ? x : y. It moves words, so it does not matter what they mean. */
const where: Kernel = ({ inputs, inputSpecs, outputSpecs: [{ shape, dtype }] }) => {
  const cond = inputs[0] as Uint8Array;
  const out = allocate(dtype, sizeOf(shape));
  const { words, lanes } = wordsOf(out, dtype);
  const [x, y] = [inputs[1], inputs[2]].map((s) => wordsOf(s as Storage, dtype).words as Numbers);
  const strides = inputSpecs.map((spec, k) => {
    const s = broadcastStrides(spec.shape, shape.length);
    return k === 0 ? [...s, 0] : [...s.map((v) => v * lanes), 1];
  });
  const block = walk([...shape, lanes], strides);
  const [cs, xs, ys] = block.steps;
  let o = 0;
  block.each((n, [c, i, j]) => {
    select(n, words as Numbers, o, cond, c, cs, x, i, xs, y, j, ys);
    o += n;
  });
  return [out];
};

function select(
  n: number,
  out: Numbers,
  o: number,
  cond: Uint8Array,
  c: number,
  cs: number,
  x: Numbers,
  i: number,
  xs: number,
  y: Numbers,
  j: number,
  ys: number,
): void {
  for (const end = o + n; o < end; o++, c += cs, i += xs, j += ys) out[o] = cond[c] === 0 ? y[j] : x[i];
}

export const whereKernels: Readonly<Record<string, Kernel>> = { where };
