import * as k from "@keras/ops";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

/** Minus the logarithm of the probability of each class that is given; classes come second. */
function negativeLogLikelihood(c: Call, logs: T, classes: T, weights: T | null): T {
  const ignored = c.int("ignore_index");
  const target = k.cast(classes, "int32");
  const valid = ignored === undefined ? null : k.notEqual(target, ignored);
  const safe = valid ? k.where(valid, target, k.zerosLike(target)) : target;
  const picked = k.negative(k.squeeze(k.takeAlongAxis(logs, k.expandDims(safe, 1), { axis: 1 }), { axis: 1 }));
  let weight: T | null = weights ? k.take(weights, safe, { axis: 0 }) : null;
  if (valid) weight = k.multiply(weight ?? k.onesLike(picked), k.cast(valid, logs.dtype));
  const loss = weight ? k.multiply(picked, weight) : picked;
  const how = c.text("reduction", "mean");
  if (how === "none") return loss;
  if (how === "sum") return k.sum(loss);
  return weight ? k.divide(k.sum(loss), k.sum(weight)) : k.mean(loss);
}

export const lossOperators: OperatorTable = {
  NegativeLogLikelihoodLoss: (c) => negativeLogLikelihood(c, c.tensor(0), c.tensor(1), c.maybe(2)),
  SoftmaxCrossEntropyLoss: (c) => {
    const logs = k.logSoftmax(c.tensor(0), { axis: 1 });
    return [negativeLogLikelihood(c, logs, c.tensor(1), c.maybe(2)), logs];
  },
};
