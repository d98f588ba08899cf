import * as k from "@keras/ops";
import { dtypeOfElement } from "@keras/lowering-onnx";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

function dropout(c: Call): T[] {
  const x = c.tensor(0);
  const all = k.ones(x.shape, { dtype: "bool" });
  const training = c.optional(2) ? Boolean(c.fixed(2)![0]) : false;
  const rate = c.optional(1) ? c.fixed(1)![0]! : c.float("ratio", 0.5);
  if (!training || rate === 0) return [x, all];
  const kept = k.greaterEqual(k.random.uniform(x.shape, { seed: c.int("seed", 0) } as never), k.float(rate));
  return [k.where(kept, k.divide(x, k.float(1 - rate)), k.zerosLike(x)), kept];
}

/** One of the windows of signal processing: a sum of cosines. */
const cosines =
  (...weights: readonly number[]) =>
  (c: Call): T => {
    const n = c.fixed(0)![0]!;
    const length = c.int("periodic", 1) === 1 ? n : n - 1;
    const dtype = dtypeOfElement(c.int("output_datatype", 1)) ?? "float32";
    const values = Float32Array.from({ length: n }, (_, i) =>
      weights.reduce((sum, w, j) => sum + w * Math.cos((2 * Math.PI * i * j) / length), 0),
    );
    return k.cast(k.toTensor(new k.NDArray(values, [n], "float32")), dtype);
  };

export const randomAndWindows: OperatorTable = {
  Dropout: dropout,
  HannWindow: cosines(0.5, -0.5),
  HammingWindow: cosines(25 / 46, -21 / 46),
  BlackmanWindow: cosines(0.42, -0.5, 0.08),
};
