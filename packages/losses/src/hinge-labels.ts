import { all, equal, logicalOr, multiply, subtract, where, type Tensor } from "@keras/ops";

/**
 * Labels of hinge losses: -1 or 1. Where all are 0 or 1, they become that.
 *
 * @internal
 */
export function hingeLabels(yTrue: Tensor): Tensor {
  const binary = all(logicalOr(equal(yTrue, 0), equal(yTrue, 1)));
  return where(binary, subtract(multiply(2, yTrue), 1), yTrue);
}
