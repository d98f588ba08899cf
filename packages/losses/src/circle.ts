import {
  add,
  equal,
  exp,
  greater,
  log,
  logicalAnd,
  logicalNot,
  matmul,
  max,
  maximum,
  multiply,
  reshape,
  setMask,
  softplus,
  stopGradient,
  subtract,
  sum,
  toTensor,
  transpose,
  where,
  type Tensor,
  type TensorLike,
} from "@keras/ops";
import { alignRanks } from "./align-ranks.ts";
import { Loss, type LossOptions } from "./loss.ts";

/** Settings of the circle loss. */
export interface CircleSettings {
  /** Leave out the pair of each sample with itself. Default true. */
  readonly removeDiagonal?: boolean | undefined;
  /** Scale. Default 80. */
  readonly gamma?: number | undefined;
  /** How far apart the classes shall be. Default 0.4. */
  readonly margin?: number | undefined;
}

/** Options of {@link circle}. */
export interface CircleOptions extends CircleSettings {
  /** Labels of the samples that are compared with. Default `yTrue`. */
  readonly refLabels?: TensorLike | null | undefined;
  /** Embeddings of the samples that are compared with. Default `yPred`. */
  readonly refEmbeddings?: TensorLike | null | undefined;
}

/** log(sum(exp(x))) over the last axis, where `mask` is true; -∞ where it nowhere is. */
function maskedLogSumExp(x: Tensor, mask: Tensor): Tensor {
  const masked = where(mask, x, -Infinity);
  const top = stopGradient(max(masked, { axis: 1, keepdims: true }));
  const base = where(greater(top, -Infinity), top, 0);
  return add(log(sum(where(mask, exp(subtract(where(mask, x, base), base)), 0), { axis: 1 })), reshape(base, [-1]));
}

/** Column or vector of labels → which pairs have equal ones. */
function samePairs(labels: Tensor, refLabels: Tensor): Tensor {
  return equal(reshape(labels, [-1, 1]), reshape(refLabels, [1, -1]));
}

/** false on the diagonal. */
function offDiagonal(rows: number, columns: number): Tensor {
  const ids = (n: number): Tensor => toTensor(Int32Array.from({ length: n }, (_, i) => i));
  return logicalNot(samePairs(ids(rows), ids(columns)));
}

/**
 * Pulls embeddings of one class together and pushes others apart, each pair the more the farther it is from its goal (Sun et al., 2020).
 *
 * @param yTrue - Class indices `[samples]` or `[samples, 1]`.
 * @param yPred - Embeddings of length 1, `[samples, d]`.
 * @returns One value per sample.
 * @example
 * ```ts
 * import { losses } from "keras";
 * const near = await losses.circle([0, 0, 1], [[1, 0], [1, 0], [0, 1]]).array<1>();
 * const far = await losses.circle([0, 1, 0], [[1, 0], [1, 0], [0, 1]]).array<1>();
 * console.log(near[0] < far[0]); // true
 * ```
 */
export function circle(yTrue: TensorLike, yPred: TensorLike, options: CircleOptions = {}): Tensor {
  const { refLabels, refEmbeddings, removeDiagonal = true, gamma = 80, margin = 0.4 } = options;
  const p = toTensor(yPred);
  const labels = toTensor(yTrue, "int32");
  const references = refEmbeddings === null || refEmbeddings === undefined ? p : toTensor(refEmbeddings);
  const same = samePairs(labels, refLabels === null || refLabels === undefined ? labels : toTensor(refLabels, "int32"));
  const positive = removeDiagonal ? logicalAnd(same, offDiagonal(same.shape[0]!, same.shape[1]!)) : same;
  const distance = maximum(subtract(1, matmul(p, transpose(references))), 0);
  // Each pair weighs as much as it is off its goal: distance 0 for equal labels, 1 for others.
  const pull = multiply(multiply(-gamma, maximum(add(margin, distance), 0)), subtract(margin, distance));
  const push = multiply(multiply(gamma, maximum(subtract(1 + margin, distance), 0)), subtract(1 - margin, distance));
  const loss = softplus(add(maskedLogSumExp(pull, positive), maskedLogSumExp(push, logicalNot(same))));
  setMask(loss, greater(loss, 0));
  return loss;
}

/**
 * Circle loss of embeddings, with class indices as targets.
 *
 * @example
 * ```ts
 * import { losses } from "keras";
 * const loss = new losses.Circle({ gamma: 1 });
 * console.log((await loss.apply([0, 0, 1], [[1, 0], [1, 0], [0, 1]]).item()) > 0); // true
 * ```
 */
export class Circle extends Loss {
  static override readonly className: string = "Circle";
  static override readonly module: string = "keras.losses";
  readonly gamma: number;
  readonly margin: number;
  readonly removeDiagonal: boolean;

  constructor(options: LossOptions & CircleSettings = {}) {
    super(options, "circle");
    this.gamma = options.gamma ?? 80;
    this.margin = options.margin ?? 0.4;
    this.removeDiagonal = options.removeDiagonal ?? true;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return circle(...alignRanks(yTrue, yPred), {
      gamma: this.gamma,
      margin: this.margin,
      removeDiagonal: this.removeDiagonal,
    });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), gamma: this.gamma, margin: this.margin, removeDiagonal: this.removeDiagonal };
  }
}
