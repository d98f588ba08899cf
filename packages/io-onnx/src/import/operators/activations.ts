import * as k from "@keras/ops";
import type { Call, Operator, OperatorTable } from "../call.ts";

type T = k.Tensor;

const one =
  (fn: (x: T, c: Call) => T): Operator =>
  (c) =>
    fn(c.tensor(0), c);

/** Softmax and its like: before version 13 over all axes from `axis` on, flattened. */
const normalized =
  (fn: (x: T, axis: number) => T): Operator =>
  (c) => {
    const x = c.tensor(0);
    if (c.opset >= 13) return fn(x, c.axis("axis", -1, x.ndim));
    const axis = c.axis("axis", 1, x.ndim);
    const flat = k.reshape(x, [k.dim.product(x.shape.slice(0, axis)), k.dim.product(x.shape.slice(axis))]);
    return k.reshape(fn(flat, 1), x.shape);
  };

function hardmax(x: T, axis: number): T {
  const best = k.argmax(x, { axis });
  const last = k.oneHot(best, x.shape[axis]!, { dtype: x.dtype });
  return k.moveaxis(last, -1, axis);
}

/** A slope per channel: it has fewer axes than x and lines up on the right. */
const prelu = (c: Call): T => {
  const [x, slope] = [c.tensor(0), c.tensor(1)];
  return k.where(k.less(x, 0), k.multiply(x, slope), x);
};

const shrink = (x: T, c: Call): T => {
  const [bias, lambd] = [c.float("bias", 0), c.float("lambd", 0.5)];
  const zero = k.zerosLike(x);
  const low = k.where(k.less(x, -lambd), k.cast(k.add(x, bias), x.dtype), zero);
  return k.where(k.greater(x, lambd), k.cast(k.subtract(x, bias), x.dtype), low);
};

const f = (x: number): k.Float => k.float(x);

export const activations: OperatorTable = {
  Relu: one((x) => k.maximum(x, 0)),
  Sigmoid: one((x) => k.sigmoid(x)),
  Softplus: one((x) => k.softplus(x)),
  Softsign: one((x) => k.softsign(x)),
  Elu: one((x, c) => k.elu(x, { alpha: c.float("alpha", 1) })),
  Celu: one((x, c) => k.celu(x, { alpha: c.float("alpha", 1) })),
  Selu: one((x, c) => {
    const [alpha, gamma] = [c.float("alpha", 1.67326319217681884765625), c.float("gamma", 1.05070102214813232421875)];
    return k.multiply(k.where(k.greater(x, 0), x, k.multiply(k.subtract(k.exp(x), f(1)), f(alpha))), f(gamma));
  }),
  LeakyRelu: one((x, c) => k.leakyRelu(x, { negativeSlope: c.float("alpha", 0.01) })),
  ThresholdedRelu: one((x, c) => k.where(k.greater(x, f(c.float("alpha", 1))), x, k.zerosLike(x))),
  PRelu: prelu,
  HardSigmoid: one((x, c) => k.clip(k.add(k.multiply(x, f(c.float("alpha", 0.2))), f(c.float("beta", 0.5))), 0, 1)),
  HardSwish: one((x) => k.multiply(x, k.clip(k.add(k.divide(x, 6), f(0.5)), 0, 1))),
  Mish: one((x) => k.multiply(x, k.tanh(k.softplus(x)))),
  Swish: one((x, c) => k.multiply(x, k.sigmoid(k.multiply(x, f(c.float("alpha", 1)))))),
  Gelu: one((x, c) => k.gelu(x, { approximate: c.text("approximate", "none") === "tanh" })),
  Shrink: one(shrink),
  Softmax: normalized((x, axis) => k.softmax(x, { axis })),
  LogSoftmax: normalized((x, axis) => k.logSoftmax(x, { axis })),
  Hardmax: normalized(hardmax),
};
