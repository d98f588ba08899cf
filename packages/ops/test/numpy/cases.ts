// One call of every op of the NumPy namespace that takes tensors: what is true of all ops is tested on this list.
import * as ops from "@keras/ops";
import type { DType, Tensor } from "@keras/ops";

/** An operand: its shape, and the range and kind of its numbers. */
export interface Input {
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
  /** Default: floats. */
  readonly kind?: "float" | "int" | "bool";
}

/** One call of an op. */
export interface Case {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly call: (...xs: Tensor[]) => Tensor | readonly Tensor[];
  /** Whether the result depends smoothly on its float operands. Default true. */
  readonly smooth?: boolean;
  /** Whether it is computed to float32 precision whatever its dtype, so that differences need larger steps. Default false. */
  readonly coarse?: boolean;
  /** Whether it works on tensors whose values are not known. Default true. */
  readonly traceable?: boolean;
}

const m: Input = { shape: [2, 3] };
const positive: Input = { shape: [2, 3], low: 0.3, high: 3 };
const unit: Input = { shape: [2, 3], low: -0.9, high: 0.9 };
const v: Input = { shape: [3] };
const ints: Input = { shape: [2, 3], low: -6, high: 7, kind: "int" };
const counts: Input = { shape: [2, 3], low: 1, high: 7, kind: "int" };
const bools: Input = { shape: [2, 3], low: -1, high: 1, kind: "bool" };

const one = (
  name: string,
  input: Input,
  call: (x: Tensor) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({
  name,
  inputs: [input],
  call: call as Case["call"],
  ...extra,
});
const two = (
  name: string,
  a: Input,
  b: Input,
  call: (x: Tensor, y: Tensor) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({ name, inputs: [a, b], call: call as Case["call"], ...extra });

const step = { smooth: false } as const;
const reading = { smooth: false, traceable: false } as const;

export const CASES: readonly Case[] = [
  // One operand, element by element.
  one("absolute", m, ops.absolute),
  one("negative", m, ops.negative),
  one("sign", m, ops.sign, step),
  one("exp", m, ops.exp),
  one("exp2", m, ops.exp2),
  one("expm1", m, ops.expm1),
  one("log", positive, ops.log),
  one("log2", positive, ops.log2),
  one("log10", positive, ops.log10),
  one("log1p", positive, ops.log1p),
  one("sqrt", positive, ops.sqrt),
  one("rsqrt", positive, ops.rsqrt),
  one("cbrt", m, ops.cbrt),
  one("square", m, ops.square),
  one("reciprocal", positive, ops.reciprocal),
  one("sin", m, ops.sin),
  one("cos", m, ops.cos),
  one("tan", unit, ops.tan),
  one("arcsin", unit, ops.arcsin),
  one("arccos", unit, ops.arccos),
  one("arctan", m, ops.arctan),
  one("sinh", m, ops.sinh),
  one("cosh", m, ops.cosh),
  one("tanh", m, ops.tanh),
  one("arcsinh", m, ops.arcsinh),
  one("arccosh", { shape: [2, 3], low: 1.2, high: 4 }, ops.arccosh),
  one("arctanh", unit, ops.arctanh),
  one("sinc", m, ops.sinc),
  one("i0", { shape: [2, 4], low: -6, high: 6 }, ops.i0),
  one("deg2rad", m, ops.deg2rad),
  one("rad2deg", m, ops.rad2deg),
  one("fabs", m, ops.fabs),
  one("floor", m, ops.floor, step),
  one("ceil", m, ops.ceil, step),
  one("trunc", m, ops.trunc, step),
  one("round", m, ops.round, step),
  one("round to decimals", m, (x) => ops.round(x, { decimals: 1 }), step),
  one("isnan", m, ops.isnan, step),
  one("isinf", m, ops.isinf, step),
  one("isfinite", m, ops.isfinite, step),
  one("isreal", m, ops.isreal, step),
  one("signbit", m, ops.signbit, step),
  one("nanToNum", m, ops.nanToNum),
  one("clip", m, (x) => ops.clip(x, -1, 1)),
  one("logicalNot", bools, ops.logicalNot, step),
  one("bitwiseNot", ints, ops.bitwiseNot, step),
  one("real", m, ops.real),
  one("conj", m, ops.conj),
  one("copy", m, ops.copy),
  one("angle", m, ops.angle, step),

  // Two operands, element by element.
  two("add", m, v, ops.add),
  two("subtract", m, v, ops.subtract),
  two("multiply", m, v, ops.multiply),
  two("divide", m, { ...v, low: 0.5, high: 2 }, ops.divide),
  two("trueDivide", m, positive, ops.trueDivide),
  two("divideNoNan", m, positive, ops.divideNoNan),
  two("floorDivide", m, positive, ops.floorDivide, step),
  two("mod", m, { shape: [2, 3], low: 5, high: 6 }, ops.mod),
  two("fmod", m, { shape: [2, 3], low: 5, high: 6 }, ops.fmod),
  two("power", positive, { ...v, low: -1, high: 2 }, ops.power),
  two("maximum", m, v, ops.maximum),
  two("minimum", m, v, ops.minimum),
  two("fmax", m, v, ops.fmax),
  two("fmin", m, v, ops.fmin),
  two("arctan2", m, positive, ops.arctan2),
  two("hypot", m, v, ops.hypot),
  two("logaddexp", m, v, ops.logaddexp),
  two("logaddexp2", m, v, ops.logaddexp2),
  two("heaviside", m, v, ops.heaviside, step),
  two("nextafter", m, v, ops.nextafter, step),
  two("ldexp", m, { shape: [3], low: -3, high: 4, kind: "int" }, ops.ldexp),
  two("equal", m, v, ops.equal, step),
  two("less", m, v, ops.less, step),
  two("logicalXor", bools, bools, ops.logicalXor, step),
  two("bitwiseAnd", ints, ints, ops.bitwiseAnd, step),
  two("leftShift", ints, counts, ops.leftShift, step),
  two("rightShift", ints, counts, ops.rightShift, step),
  two("gcd", ints, counts, ops.gcd, step),
  two("lcm", ints, counts, ops.lcm, step),
  two("isclose", m, v, ops.isclose, step),
  two("allclose", m, v, ops.allclose, step),
  two("isin", counts, counts, ops.isin, step),
  { name: "where", inputs: [bools, m, v], call: (c, x, y) => ops.where(c!, x!, y!) },
  {
    name: "select",
    inputs: [bools, bools, m, m],
    call: (a, b, x, y) => ops.select([a!, b!], [x!, y!], { default: 1.5 }),
  },

  // Over axes.
  one("sum", m, (x) => ops.sum(x, 1)),
  one("mean", m, (x) => ops.mean(x, { axis: 0, keepdims: true })),
  one("prod", m, (x) => ops.prod(x, 1)),
  one("max", m, (x) => ops.max(x, 1)),
  one("max from", m, (x) => ops.max(x, { axis: 1, initial: 0.5 })),
  one("min", m, (x) => ops.min(x, -1)),
  one("amax", m, (x) => ops.amax(x)),
  one("amin", m, (x) => ops.amin(x, 0)),
  one("var", m, (x) => ops.var_(x, 1)),
  one("std", m, (x) => ops.std(x, 1)),
  one("ptp", m, (x) => ops.ptp(x, 1)),
  one("median", m, (x) => ops.median(x, 1)),
  one("any", bools, (x) => ops.any(x, 1), step),
  one("all", bools, (x) => ops.all(x, 0), step),
  one("argmax", m, (x) => ops.argmax(x, 1), step),
  one("argmin of all", m, (x) => ops.argmin(x), step),
  one("countNonzero", ints, (x) => ops.countNonzero(x, 1), step),
  one("average", m, (x) => ops.average(x, 1)),
  two("weighted average", m, { ...v, low: 0.5, high: 2 }, (x, w) => ops.average(x, { axis: 1, weights: w })),
  two("quantile", m, { shape: [2], low: 0.1, high: 0.9 }, (x, q) => ops.quantile(x, q, { axis: 1 })),
  one("percentile", m, (x) => ops.percentile(x, 30, { axis: 1, method: "midpoint" })),
  one("nansum", m, (x) => ops.nansum(x, 1)),
  one("nanmean", m, (x) => ops.nanmean(x, 1)),
  one("nanprod", m, (x) => ops.nanprod(x, 1)),
  one("nanmax", m, (x) => ops.nanmax(x, 1)),
  one("nanmin", m, (x) => ops.nanmin(x, 1)),
  one("nanvar", m, (x) => ops.nanvar(x, 1)),
  one("nanstd", m, (x) => ops.nanstd(x, 1)),
  one("nanmedian", m, (x) => ops.nanmedian(x, 1)),
  one("nanquantile", m, (x) => ops.nanquantile(x, 0.4, { axis: 1 })),
  one("nanpercentile", m, (x) => ops.nanpercentile(x, 40, { axis: 1 })),
  one("nanargmax", m, (x) => ops.nanargmax(x, 1), step),
  one("nanargmin", m, (x) => ops.nanargmin(x, 1), step),
  one("cumsum", m, (x) => ops.cumsum(x, 1)),
  one("cumsum of all", m, (x) => ops.cumsum(x)),
  one("cumprod", { shape: [2, 5] }, (x) => ops.cumprod(x, 1)),
  one("nancumsum", m, (x) => ops.nancumsum(x, 1)),
  one("nancumprod", m, (x) => ops.nancumprod(x, 0)),
  one("sort", m, (x) => ops.sort(x)),
  one("argsort", m, (x) => ops.argsort(x), step),
  one("argpartition", m, (x) => ops.argpartition(x, 1), step),
  one("diff", m, (x) => ops.diff(x, { n: 2 })),
  one("trapezoid", m, (x) => ops.trapezoid(x)),
  two("trapezoid over places", m, m, (y, x) => ops.trapezoid(y, { x })),

  // Shapes.
  one("reshape", m, (x) => ops.reshape(x, [3, -1])),
  one("ravel", m, ops.ravel),
  one("transpose", m, (x) => ops.transpose(x)),
  one("swapaxes", { shape: [2, 3, 4] }, (x) => ops.swapaxes(x, 0, -1)),
  one("moveaxis", { shape: [2, 3, 4] }, (x) => ops.moveaxis(x, [0, 1], [-1, 0])),
  one("expandDims", m, (x) => ops.expandDims(x, [0, -1])),
  one("squeeze", { shape: [2, 1, 3] }, (x) => ops.squeeze(x, 1)),
  one("broadcastTo", v, (x) => ops.broadcastTo(x, [2, 3])),
  one("flip", m, (x) => ops.flip(x, 1)),
  one("rot90", m, (x) => ops.rot90(x, { k: 3 })),
  one("roll", m, (x) => ops.roll(x, 2, 1)),
  one("roll all", m, (x) => ops.roll(x, -1)),
  one("tile", m, (x) => ops.tile(x, [2, 1, 2])),
  one("repeat", m, (x) => ops.repeat(x, 2, 1)),
  one("repeat each", m, (x) => ops.repeat(x, [0, 2, 1], 1)),
  one("pad", m, (x) =>
    ops.pad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      { constantValues: 3 },
    ),
  ),
  one("pad reflect", m, (x) =>
    ops.pad(
      x,
      [
        [1, 1],
        [2, 1],
      ],
      { mode: "reflect" },
    ),
  ),
  one("pad symmetric", m, (x) => ops.pad(x, 2, { mode: "symmetric" })),
  one("pad edge", m, (x) => ops.pad(x, 1, { mode: "edge" })),
  one("pad wrap", m, (x) => ops.pad(x, 2, { mode: "wrap" })),
  one("pad mean", m, (x) => ops.pad(x, 1, { mode: "mean" })),
  one("pad linear ramp", m, (x) => ops.pad(x, 2, { mode: "linear_ramp" })),
  two("concatenate", m, { shape: [2, 2] }, (x, y) => ops.concatenate([x, y], 1)),
  two("stack", m, m, (x, y) => ops.stack([x, y], -1)),
  two("hstack", m, m, (x, y) => ops.hstack([x, y])),
  two("vstack", v, v, (x, y) => ops.vstack([x, y])),
  two("dstack", v, v, (x, y) => ops.dstack([x, y])),
  two("append", m, v, (x, y) => ops.append(x, y)),
  one("split", { shape: [2, 6] }, (x) => ops.split(x, 3, 1)),
  one("arraySplit", { shape: [2, 5] }, (x) => ops.arraySplit(x, 3, 1)),
  one("hsplit", { shape: [2, 4] }, (x) => ops.hsplit(x, [1, 3])),
  one("unstack", m, (x) => ops.unstack(x, 1)),
  two("meshgrid", v, { shape: [2] }, (x, y) => ops.meshgrid([x, y])),
  one("diag", v, (x) => ops.diag(x, { k: 1 })),
  one("diag of a matrix", { shape: [3, 3] }, (x) => ops.diag(x, { k: -1 })),
  one("diagflat", m, (x) => ops.diagflat(x)),
  one("diagonal", { shape: [2, 3, 4] }, (x) => ops.diagonal(x, { axis1: 0, axis2: 2, offset: 1 })),
  one("trace", { shape: [3, 3] }, (x) => ops.trace(x)),
  one("tril", { shape: [2, 3, 3] }, (x) => ops.tril(x, { k: 1 })),
  one("triu", { shape: [2, 3, 3] }, (x) => ops.triu(x)),
  one("vander", v, (x) => ops.vander(x, { n: 4 })),
  one("zerosLike", m, (x) => ops.zerosLike(x), step),
  one("onesLike", m, (x) => ops.onesLike(x), step),
  one("fullLike", m, (x) => ops.fullLike(x, 3), step),

  // Indices.
  one("getItem", { shape: [3, 4] }, (x) => ops.getItem(x, { step: -2 }, null, -1)),
  one("getItem at integers", { shape: [3, 4, 2] }, (x) => ops.getItem(x, [0, 2, 2], { start: 1 }, [1, 0, 1])),
  two("take", { shape: [3, 4] }, { shape: [2, 2], low: -3, high: 3, kind: "int" }, (x, i) => ops.take(x, i, 1)),
  two("takeAlongAxis", m, { shape: [2, 2], low: 0, high: 3, kind: "int" }, (x, i) => ops.takeAlongAxis(x, i, 1)),
  two("scatter", { shape: [2, 2] }, { shape: [3, 1], low: 0, high: 4, kind: "int" }, (x, i) =>
    ops.scatter(i, ops.concatenate([x, ops.getItem(x, { stop: 1 })]), [4, 2]),
  ),
  ...(["add", "max", "min", "mul", null] as const).map((reduction) =>
    two(`scatterUpdate ${reduction ?? "set"}`, { shape: [4, 2] }, { shape: [3, 2] }, (x, u) =>
      ops.scatterUpdate(x, ops.array([[1], [3], [1]], "int32"), u, { reduction }),
    ),
  ),
  two("slice", { shape: [3, 4] }, { shape: [2], low: 0, high: 2, kind: "int" }, (x, i) => ops.slice(x, i, [2, 2])),
  two("sliceUpdate", { shape: [3, 4] }, { shape: [2, 2] }, (x, u) => ops.sliceUpdate(x, [1, 1], u)),
  two("searchsorted", { shape: [3], low: 0, high: 1 }, m, (s, x) => ops.searchsorted(ops.sort(s), x), step),
  two(
    "searchsorted by halves",
    { shape: [50] },
    m,
    (s, x) => ops.searchsorted(ops.sort(s), x, { side: "right" }),
    step,
  ),
  two("digitize", m, v, (x, bins) => ops.digitize(x, ops.sort(bins)), step),
  one("unravelIndex", { shape: [4], low: -6, high: 6, kind: "int" }, (x) => ops.unravelIndex(x, [2, 3]), step),
  one(
    "unique of a fixed size",
    counts,
    (x) => ops.unique(x, { size: 4, returnIndex: true, returnInverse: true, returnCounts: true }),
    step,
  ),
  one("unique", counts, (x) => ops.unique(x, { returnCounts: true }), reading),
  one("nonzero", ints, (x) => ops.nonzero(x), reading),
  one("bincount", counts, (x) => ops.bincount(x), reading),
  one("histogram", { shape: [9] }, (x) => ops.histogram(x, { bins: 4 }), step),

  // Products.
  two("matmul", m, { shape: [3, 4] }, ops.matmul),
  two("matmul of batches", { shape: [2, 1, 2, 3] }, { shape: [4, 3, 2] }, ops.matmul),
  two("matmul of vectors", v, v, ops.matmul),
  two("matmul of batches by a matrix", { shape: [2, 2, 3] }, { shape: [3, 2] }, ops.matmul),
  two("matmul of a vector by batches", v, { shape: [2, 3, 2] }, ops.matmul),
  two("dot", { shape: [2, 2, 3] }, { shape: [2, 3, 2] }, ops.dot),
  two("inner", m, { shape: [2, 3] }, ops.inner),
  two("outer", m, v, ops.outer),
  two("vdot", m, m, ops.vdot),
  two("tensordot", { shape: [2, 3, 4] }, { shape: [4, 3] }, (x, y) =>
    ops.tensordot(x, y, [
      [1, 2],
      [1, 0],
    ]),
  ),
  two("einsum", { shape: [2, 3, 4] }, { shape: [2, 4, 3] }, (x, y) => ops.einsum("bij,bjk->ik", x, y)),
  two("einsum with repeated axes", { shape: [3, 3, 2] }, { shape: [4, 2] }, (x, y) =>
    ops.einsum("iij,...j->...i", x, y),
  ),
  two("kron", m, { shape: [2, 2] }, ops.kron),
  two("cross", m, { shape: [3] }, (x, y) => ops.cross(x, y)),
  two("correlate", { shape: [5] }, { shape: [3] }, (x, y) => ops.correlate(x, y, { mode: "same" })),
  one("corrcoef", { shape: [3, 5] }, (x) => ops.corrcoef(x)),

  // Made of bounds.
  two("linspace", v, v, (a, b) => ops.linspace(a, b, 4)),
  two("logspace", v, v, (a, b) => ops.logspace(a, b, 3, { axis: -1 })),
  two("geomspace", { ...v, low: 1, high: 2 }, { ...v, low: 3, high: 4 }, (a, b) => ops.geomspace(a, b, 4)),

  // Conversions.
  one("cast", m, (x) => ops.cast(x, "float32")),
  one("saturateCast", m, (x) => ops.saturateCast(x, "int8"), step),
  one("view", { shape: [2, 2] }, (x) => ops.view(x, "int32"), step),
  one("convertToTensor", m, (x) => ops.convertToTensor(x, "float32")),
];

/** dtype of an operand, where floats have a given one. */
export function dtypeOf({ kind = "float" }: Input, float: DType): DType {
  return kind === "float" ? float : kind === "int" ? "int32" : "bool";
}
