import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

function gemm(c: Call): T {
  const [a, b, bias] = [c.tensor(0), c.tensor(1), c.maybe(2)];
  const product = k.matmul(c.int("transA", 0) ? k.transpose(a) : a, c.int("transB", 0) ? k.transpose(b) : b);
  const scaled = (x: T, by: number): T => (by === 1 ? x : k.cast(k.multiply(x, k.float(by)), x.dtype));
  const result = scaled(product, c.float("alpha", 1));
  return bias ? k.add(result, scaled(bias, c.float("beta", 1))) : result;
}

/** Matrix product of integers, each less its zero point. */
function matMulInteger(c: Call): T {
  const shifted = (i: number, zero: number): T => {
    const x = k.cast(c.tensor(i), "int32");
    const z = c.maybe(zero);
    if (!z) return x;
    const point = k.cast(z, "int32");
    return k.subtract(x, i === 0 && point.ndim === 1 && point.shape[0]! > 1 ? k.expandDims(point, -1) : point);
  };
  return k.matmul(shifted(0, 2), shifted(1, 3));
}

export const linear: OperatorTable = {
  MatMul: (c) => k.matmul(c.tensor(0), c.tensor(1)),
  Gemm: gemm,
  MatMulInteger: matMulInteger,
  Einsum: (c) => k.einsum(c.text("equation", "").replaceAll(" ", ""), ...c.tensors),
  Det: (c) => k.det(c.tensor(0)),
};
