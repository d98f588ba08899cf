import type { Kernel } from "@keras/ops";
import { perMatrix } from "./matrices.ts";

/** Lower factor of the symmetric part of `a`, row by row (Cholesky-Banachiewicz); its lower triangle is NaN where there is none. */
function factor([a]: readonly Float64Array[], n: number): readonly Float64Array[] {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (a[i * n + j] + a[j * n + i]) / 2;
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i === j && !(sum > 0)) return [l.map((_, at) => (at % n > Math.floor(at / n) ? 0 : Number.NaN))];
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j];
    }
  }
  return [l];
}

export const choleskyKernels: Readonly<Record<string, Kernel>> = /* @__PURE__ */ perMatrix("cholesky", factor);
