import {
  add,
  cast,
  concatenate,
  equal,
  formatShape,
  fullLike,
  getItem,
  greater,
  logaddexp,
  logSoftmax,
  matmul,
  multiply,
  negative,
  notEqual,
  oneHot,
  reshape,
  scan,
  ShapeError,
  stack,
  subtract,
  sum,
  toTensor,
  transpose,
  where,
  zerosLike,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { Loss, type LossOptions } from "./loss.ts";

/** Logarithm of a probability that counts as 0; finite, so that gradients stay numbers. */
const LOG_ZERO = -1e5;

/** Class of "no label here", and of padding. */
const BLANK = 0;

/** `[batch, n]` labels → `[batch, 2n + 1]`: a blank before, between and after them. */
function withBlanks(labels: Tensor): Tensor {
  const blank = fullLike(labels, BLANK);
  const pairs = reshape(stack([labels, blank], { axis: -1 }), [labels.shape[0]!, -1]);
  return concatenate([getItem(blank, { start: 0 }, { start: 0, stop: 1 }), pairs], { axis: 1 });
}

/** Columns moved right by `by`, with impossible states before them. */
function shift(logs: Tensor, by: number): Tensor {
  const impossible = fullLike(getItem(logs, { start: 0 }, { start: 0, stop: by }), LOG_ZERO);
  return concatenate([impossible, getItem(logs, { start: 0 }, { start: 0, stop: -by })], { axis: 1 });
}

/**
 * Connectionist temporal classification: minus the logarithm of the probability of a label sequence, summed over all ways to spread it
 * over the time steps (Graves et al., 2006).
 *
 * @param yTrue - Labels `[batch, n]`; 0 is padding.
 * @param yPred - Logits `[batch, steps, classes]`; class 0 is the blank.
 * @returns One value per sample.
 * @throws {ShapeError} when the ranks are others.
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await losses.ctc([[1]], [[[0, 0], [0, 0]]]).array()); // about [0.2877]
 * ```
 */
export function ctc(yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [given, p] = [toTensor(yTrue), toTensor(yPred)];
  if (given.ndim !== 2)
    throw new ShapeError(`targets must be [batch, n] labels, got shape ${formatShape(given.shape)}`, { op: "ctc" });
  if (p.ndim !== 3)
    throw new ShapeError(`predictions must be [batch, steps, classes] logits, got shape ${formatShape(p.shape)}`, {
      op: "ctc",
    });
  const labels = cast(given, "int32");
  const states = withBlanks(labels);
  const logits = p.dtype === "float64" ? p : cast(p, "float32");
  const emitted = matmul(
    logSoftmax(logits),
    transpose(oneHot(states, p.shape[2]!, { dtype: logits.dtype }), [0, 2, 1]),
  );
  const ids = oneHot(zerosLike(sum(labels, { axis: 1 })), states.shape[1]!, { dtype: logits.dtype });
  // Between two different labels no blank is needed.
  const earlier = concatenate(
    [getItem(states, { start: 0 }, { start: 0, stop: 2 }), getItem(states, { start: 0 }, { start: 0, stop: -2 })],
    { axis: 1 },
  );
  const isLabel = toTensor(
    Uint8Array.from({ length: states.shape[1]! }, (_, i) => i % 2),
    "bool",
  );
  const skip = where(multiply(isLabel, notEqual(states, earlier)), 0, cast(LOG_ZERO, logits.dtype));
  const [last] = scan(
    (logs: Tensor, step: Tensor): readonly [Tensor, null] => {
      const stepped = logaddexp(logaddexp(logs, shift(logs, 1)), add(shift(logs, 2), skip));
      return [add(stepped, step), null];
    },
    where(equal(ids, 1), 0, cast(LOG_ZERO, logits.dtype)),
    transpose(emitted, [1, 0, 2]),
  );
  const length = cast(sum(cast(notEqual(labels, BLANK), "int32"), { axis: 1 }), "int32");
  const at = (state: Tensor): Tensor =>
    sum(multiply(last, oneHot(state, states.shape[1]!, { dtype: logits.dtype })), { axis: 1 });
  const end = multiply(2, length);
  const ended = where(greater(length, 0), at(subtract(end, 1)), LOG_ZERO);
  return negative(logaddexp(at(end), ended));
}

/**
 * Connectionist temporal classification, for sequences of labels without known positions.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * console.log(await new losses.CTC().apply([[1]], [[[0, 0], [0, 0]]]).item()); // about 0.2877
 * ```
 */
export class CTC extends Loss {
  static override readonly className: string = "CTC";
  static override readonly module: string = "keras.losses";

  constructor(options: LossOptions = {}) {
    super(options, "ctc");
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return ctc(yTrue, yPred);
  }
}
