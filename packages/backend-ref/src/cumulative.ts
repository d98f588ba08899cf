import { sizeOf, type Kernel } from "@keras/ops";
import { binaryLoop } from "./elementwise-binary.ts";
import { accumulatorDType, filled, narrowed, prodReducer, sumReducer } from "./reduce.ts";
import { castStorage } from "./cast.ts";
import { familyOf, unsupported, type Numbers, type Storage } from "./storage.ts";

/** Running combination along an axis. Each row is the row before it combined with one of x. */
function cumulative(op: string, { combine, start }: typeof sumReducer): Kernel {
  return ({ inputs: [x], inputSpecs: [{ shape, dtype }], attrs }) => {
    if (familyOf(dtype) === "string") throw unsupported(dtype, op);
    const { axis, reverse, exclusive } = attrs as { axis: number; reverse: boolean; exclusive: boolean };
    const n = shape[axis];
    const inner = sizeOf(shape.slice(axis + 1));
    const outer = sizeOf(shape.slice(0, axis));
    const wide = accumulatorDType(dtype);
    const loop = binaryLoop(combine, dtype);
    const out = filled(wide, outer * n * inner, start(dtype)) as Numbers;
    const values = castStorage(x as Storage, dtype, wide) as Numbers;
    for (let o = 0; o < outer; o++) {
      for (let k = exclusive ? 1 : 0; k < n; k++) {
        const row = (o * n + (reverse ? n - 1 - k : k)) * inner;
        const back = reverse ? inner : -inner;
        // The first row starts from the neutral element, which it already holds.
        const before = k === 0 ? row : row + back;
        loop(inner, out, row, out, before, 1, values, exclusive ? row + back : row, 1);
      }
    }
    return [narrowed(out as Storage, dtype)];
  };
}

export const cumulativeKernels: Readonly<Record<string, Kernel>> = {
  cumsum: cumulative("cumsum", sumReducer),
  cumprod: cumulative("cumprod", prodReducer),
};
