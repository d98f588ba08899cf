import * as ops from "@keras/ops";

/** `max(0, x) + min(0, alpha · (exp(x / alpha) - 1))`. */
export const celu: typeof ops.celu = ops.celu;
/** `x`, and `alpha · (exp(x) - 1)` below 0. */
export const elu: typeof ops.elu = ops.elu;
/** Half of the channels, gated by the sigmoid of the other half. */
export const glu: typeof ops.glu = ops.glu;
/** `x`, and 0 where |x| is at most a threshold. */
export const hardShrink: typeof ops.hardShrink = ops.hardShrink;
/** A piecewise linear sigmoid. */
export const hardSigmoid: typeof ops.hardSigmoid = ops.hardSigmoid;
/** `x · hardSigmoid(x)`. */
export const hardSilu: typeof ops.hardSilu = ops.hardSilu;
/** `x`, clipped to [-1, 1]. */
export const hardTanh: typeof ops.hardTanh = ops.hardTanh;
/** `x`, and `negativeSlope · x` below 0. */
export const leakyRelu: typeof ops.leakyRelu = ops.leakyRelu;
/** Logarithm of the sigmoid. */
export const logSigmoid: typeof ops.logSigmoid = ops.logSigmoid;
/** Logarithm of the softmax. */
export const logSoftmax: typeof ops.logSoftmax = ops.logSoftmax;
/** `x`, clipped to [0, 6]. */
export const relu6: typeof ops.relu6 = ops.relu6;
/** A scaled {@link elu} that keeps mean and variance. */
export const selu: typeof ops.selu = ops.selu;
/** `1 / (1 + exp(-x))`. */
export const sigmoid: typeof ops.sigmoid = ops.sigmoid;
/** `x · sigmoid(x)`. */
export const silu: typeof ops.silu = ops.silu;
/** `x` moved towards 0 by a threshold. */
export const softShrink: typeof ops.softShrink = ops.softShrink;
/** exp(x), scaled to sum to 1 along an axis. */
export const softmax: typeof ops.softmax = ops.softmax;
/** `log(exp(x) + 1)`. */
export const softplus: typeof ops.softplus = ops.softplus;
/** `x / (|x| + 1)`. */
export const softsign: typeof ops.softsign = ops.softsign;
/** 0 up to -1, a parabola up to 1, then `x`. */
export const sparsePlus: typeof ops.sparsePlus = ops.sparsePlus;
/** 0 up to -1, a line up to 1, then 1. */
export const sparseSigmoid: typeof ops.sparseSigmoid = ops.sparseSigmoid;
/** The projection onto the probability simplex. */
export const sparsemax: typeof ops.sparsemax = ops.sparsemax;
/** `(x + √(x² + b)) / 2`. */
export const squareplus: typeof ops.squareplus = ops.squareplus;
/** Hyperbolic tangent. */
export const tanh: typeof ops.tanh = ops.tanh;
/** `x - tanh(x)`. */
export const tanhShrink: typeof ops.tanhShrink = ops.tanhShrink;
/** `x`, and a default value up to a threshold. */
export const threshold: typeof ops.threshold = ops.threshold;
/** `exp(x)`. */
export const exponential: typeof ops.exp = ops.exp;
