import type { Numbers } from "./storage.ts";

/** Row-major strides of `shape` as seen through NumPy broadcasting to a shape of rank `rank`: 0 where the axis is repeated. */
export function broadcastStrides(shape: readonly number[], rank: number): number[] {
  const strides = new Array<number>(rank).fill(0);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i + rank - shape.length] = shape[i] === 1 ? 0 : step;
    step *= shape[i];
  }
  return strides;
}

/**
 * Walks over `shape` with one position per operand, in row-major order. `run(n, positions)` is called for each innermost run of `n`
 * elements, after axes that lie one behind the other for all operands have been merged; `steps` gives the strides within a run.
 */
export interface Walk {
  readonly count: number;
  readonly steps: readonly number[];
  each(run: (n: number, positions: readonly number[]) => void): void;
}

export function walk(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  offsets: readonly number[] = [],
): Walk {
  // Innermost axis first.
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis];
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((s, k) => s[axis] === steps[k][last] * sizes[last])) {
      sizes[last] *= size;
    } else {
      sizes.push(size);
      strides.forEach((s, k) => steps[k].push(s[axis]));
    }
  }
  if (sizes.length === 0) {
    sizes.push(1);
    for (const s of steps) s.push(0);
  }
  const count = sizes.reduce((a, b) => a * b, 1);
  return {
    count,
    steps: steps.map((s) => s[0]),
    each(run) {
      if (count === 0) return;
      const positions = strides.map((_, k) => offsets[k] ?? 0);
      const at = new Array<number>(sizes.length).fill(0);
      for (;;) {
        run(sizes[0], positions);
        let axis = 1;
        for (; axis < sizes.length; axis++) {
          for (let k = 0; k < positions.length; k++) positions[k] += steps[k][axis];
          if (++at[axis] < sizes[axis]) break;
          for (let k = 0; k < positions.length; k++) positions[k] -= steps[k][axis] * sizes[axis];
          at[axis] = 0;
        }
        if (axis >= sizes.length) return;
      }
    },
  };
}

/** Copies a strided block between two arrays of the same kind: the one loop under all ops that only move elements. */
export function copyStrided(
  shape: readonly number[],
  out: Numbers | string[],
  outStrides: readonly number[],
  outOffset: number,
  x: Numbers | string[],
  xStrides: readonly number[],
  xOffset: number,
): void {
  const block = walk(shape, [outStrides, xStrides], [outOffset, xOffset]);
  const [outStep, xStep] = block.steps;
  block.each((n, [o, i]) => copyRun(n, out, o, outStep, x, i, xStep));
}

function copyRun(
  n: number,
  out: Numbers | string[],
  o: number,
  outStep: number,
  x: Numbers | string[],
  i: number,
  xStep: number,
): void {
  if (n >= 32 && outStep === 1 && !Array.isArray(out)) {
    if (xStep === 1) {
      out.set((x as Numbers).subarray(i, i + n), o);
      return;
    }
    if (xStep === 0) {
      out.fill((x as Numbers)[i], o, o + n);
      return;
    }
  }
  for (; n > 0; n--, o += outStep, i += xStep) out[o] = x[i];
}
