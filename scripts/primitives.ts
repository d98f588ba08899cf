// Why each primitive is one: what no composition of others gives, or gives only slowly or inexactly. `gen-primitives.ts` writes
// docs/primitives.md from this list and the meanings in packages/ops/src/primitives.ts.
import type { PrimitiveName } from "../packages/ops/src/primitives.ts";

/** Primitives that are there for one common reason. */
export interface PrimitiveFamily {
  readonly title: string;
  /** Why the family is there. */
  readonly why: string;
  /** Why each member is. */
  readonly members: Readonly<Partial<Record<PrimitiveName, string>>>;
}

export const FAMILIES: readonly PrimitiveFamily[] = [
  {
    title: "Arithmetic",
    why: "The ring and field operations of each dtype, with its own overflow and rounding: nothing below them.",
    members: {
      add: "The sum of a dtype, wrapping for integers; every cotangent accumulates with it.",
      subtract:
        "`x + (-y)` is wrong for unsigned integers seen by engines without wrapping negation, and costs a pass more.",
      multiply: "The product of a dtype.",
      divide: "`x · (1 / y)` rounds twice.",
      floor_divide: "Of integers: division in floats is inexact beyond 2²⁴.",
      mod: "Of integers likewise; of floats the remainder is exact where `x - floor(x / y) · y` is not.",
      power: "`exp(y · log x)` loses digits, and negative bases and integers.",
      negative: "`0 - x` gives +0 for x = +0, where -0 is wanted.",
      absolute: "Of complex numbers it is a hypotenuse without overflow; of floats it clears the sign of -0 and NaN.",
      sign: "NaN must stay NaN, which a pair of comparisons does not give; all engines have it.",
      maximum: "A comparison and `where` lose NaN from one side.",
      minimum: "As maximum.",
      nextafter: "Works on the bits; engines differ in whether they have integers of that width.",
    },
  },
  {
    title: "Rounding",
    why: "Each is one instruction, and none gives another at ties, at -0 or beyond 2²³.",
    members: {
      floor: "Toward minus infinity.",
      ceil: "`-floor(-x)`, but for the sign of zero; one instruction everywhere.",
      round: "Ties to even, which no sum with ½ gives.",
      trunc: "A cast to an integer and back overflows.",
    },
  },
  {
    title: "Elementary functions",
    why: "Approximations that belong to the engine: it has them to the last place, and quicker than any series of ours.",
    members: {
      exp: "The exponential.",
      expm1: "`exp(x) - 1` cancels near 0.",
      log: "The logarithm.",
      log1p: "`log(1 + x)` cancels near 0.",
      sqrt: "Correctly rounded in hardware; `power(x, ½)` is not.",
      rsqrt: "One instruction on accelerators: normalization layers run on it.",
      sin: "With the reduction of large arguments.",
      cos: "`sin(x + π/2)` rounds the argument.",
      tan: "`sin / cos` loses digits near the poles.",
      arcsin: "Inverse sine.",
      arccos: "`π/2 - arcsin(x)` cancels near 1.",
      arctan: "Inverse tangent.",
      arctan2: "Quadrants, signed zeros and infinities.",
      sinh: "`(exp(x) - exp(-x)) / 2` cancels near 0 and overflows early.",
      cosh: "Overflows early when made of exponentials.",
      tanh: "Exponentials overflow; every recurrent layer depends on it.",
      arcsinh: "`log(x + √(x² + 1))` cancels for negative x.",
      arccosh: "Cancels near 1 likewise.",
      arctanh: "Cancels near 0 likewise.",
      sigmoid: "`1 / (1 + exp(-x))` overflows; engines fuse it.",
      erf: "No elementary form: exact `gelu` needs it.",
      erfinv: "Its inverse: normal random numbers are made with it, bit for bit as in JAX.",
    },
  },
  {
    title: "Comparison and logic",
    why: "They make truth values out of numbers: the only way to bool.",
    members: {
      equal: "Of any dtype, strings included.",
      not_equal:
        "`not (x == y)`: kept for engines that have it as one step and because NaN makes all other pairs differ from each other's negation.",
      less: "Order, false for NaN.",
      less_equal: "Not the negation of greater, for NaN.",
      greater: "`less` with operands exchanged; kept so that graphs and exported models read as they were written.",
      greater_equal: "As greater.",
      isnan: "`x != x` is folded away by engines that assume finite numbers.",
      isfinite: "`x - x == 0` likewise.",
      logical_and: "On bool: engines keep it apart from bits.",
      logical_or: "On bool.",
      logical_xor: "On bool.",
      logical_not: "On bool.",
      where: "The choice itself; a product with 0 and 1 lets NaN through.",
    },
  },
  {
    title: "Bits",
    why: "Integers as words: hashes, random numbers and quantization are made of them, and arithmetic does not reach them.",
    members: {
      bitwise_and: "Masks.",
      bitwise_or: "Union of bits.",
      bitwise_xor: "The rounds of Threefry.",
      bitwise_not: "Also `-1 - x`, which unsigned dtypes have not.",
      left_shift: "Multiplication by a power of two that drops what leaves the word.",
      right_shift: "Arithmetic for signed, logical for unsigned dtypes.",
      bitcast: "Reads the same bits as another dtype.",
    },
  },
  {
    title: "Dtypes",
    why: "The ways between number systems.",
    members: {
      cast: "Saturation and truncation are part of the conversion: afterwards it is too late.",
      complex: "Two floats → one complex number.",
      real: "Its real part.",
      imag: "Its imaginary part.",
      conj: "`complex(re, -im)`; engines that store pairs do it in one pass.",
      identity: "Marks a place: an operand that needs a gradient of its own, the output of a custom gradient.",
    },
  },
  {
    title: "Reductions",
    why: "Loops over elements whose order, and whose accumulator for small floats, is the engine's business.",
    members: {
      sum: "Accumulates 16-bit floats in 32.",
      prod: "`exp(sum(log x))` fails for signs and zeros.",
      max: "NaN wins.",
      min: "NaN wins.",
      any: "`max` of bool; engines have no order on bool.",
      all: "`min` of bool.",
      argmax: "The first place of the largest: by `equal` and `where` it takes three passes.",
      argmin: "As argmax.",
      cumsum: "A product with a triangle costs n²; a scan is sequential.",
      cumprod: "As cumsum, and no product of matrices gives it.",
    },
  },
  {
    title: "Shape",
    why: "They move elements or say how many there are; engines do most of them without copying.",
    members: {
      reshape: "Same memory, other sizes.",
      transpose: "Order of axes.",
      broadcast_to: "Repetition without memory.",
      slice: "A strided block at places known in advance: a view.",
      dynamic_slice: "A block at a place that only the running graph knows.",
      dynamic_update_slice:
        "Its counterpart, and its gradient; in place where the engine can: caches of decoders live on it.",
      pad: "Zeros around and between: the gradient of `slice`.",
      concatenate: "Joins; by `pad` and `add` it costs a pass per operand.",
      reverse: "A slice with a negative step, which `slice` leaves out so that sizes stay simple.",
      iota: "Counts: the only source of positions.",
      constant: "Host data in a graph.",
      full: "One number of any size, without its memory.",
    },
  },
  {
    title: "Indexing",
    why: "Reading and writing at places that are data.",
    members: {
      gather: "Whole slices along one axis: embeddings.",
      gather_nd:
        "Single places by several indices, with batches: `gather` on a flattened axis overflows int32 and hides the structure.",
      scatter_nd: "Writing, and the gradient of all reading; modes decide what repeated places do.",
    },
  },
  {
    title: "Products",
    why: "Where the time goes: every engine has its best code here, and cannot find it in a sum of products.",
    members: {
      dot_general: "Every `matmul`, `tensordot` and `einsum` with any axes: one op to lower, one gradient rule.",
      conv: "Strides, dilations of both sides and groups in one op, so that its gradients stay within the family.",
      conv_input_grad:
        "A convolution of the dilated gradient by shape, but engines have it as an op of its own, and cutting by hand is slow.",
      conv_kernel_grad: "Likewise, with batch and channels exchanged.",
      max_pool: "By gathering windows it needs memory times the window.",
      max_pool_grad: "Which element won is known to the engine alone.",
      average_pool: "A convolution with ones, which wastes a product per element and counts padding.",
      average_pool_grad: "Its transpose, for the same reason.",
    },
  },
  {
    title: "Order",
    why: "Sorting networks made of comparisons take n log² n full passes.",
    members: {
      sort: "Values alone, where engines are quicker without indices.",
      argsort: "Stable order: everything that sorts by something else.",
      top_k: "A part of an order costs less than all of it.",
    },
  },
  {
    title: "Linear algebra",
    why: "Iterative or pivoting algorithms, with data-dependent steps: LAPACK's on a host. Everything else (`solve`, `inv`, `det`, `pinv`, `lstsq`, norms) is composed of them.",
    members: {
      cholesky: "Half of LU for positive-definite matrices, and a test of that.",
      triangular_solve: "Substitution is sequential: an inverse in its place is slower and less exact.",
      lu: "Pivoting depends on data.",
      qr: "Householder reflections.",
      eigh: "Real eigenvalues in order, orthonormal vectors: `eig` promises neither.",
      eig: "General matrices, complex results.",
      svd: "By `eigh` of xᵀx it loses half of the digits.",
    },
  },
  {
    title: "Spectra and randomness",
    why: "One fast algorithm each.",
    members: {
      fft: "A product with the matrix of the transform costs n²; multi-dimensional, real and short-time transforms are composed of it.",
      random_bits:
        "Threefry in one pass, equal everywhere; a lowering composes it of 32-bit words where its target has no such op.",
    },
  },
  {
    title: "Control flow",
    why: "Graphs as attributes: how often or whether something runs cannot be said by ops that always run.",
    members: {
      cond: "`where` computes both sides.",
      while_loop: "As many steps as data want.",
      scan: "Steps with a known number: what makes it differentiable, and lets engines unroll it.",
    },
  },
  {
    title: "Shapes that depend on data",
    why: "Their results have sizes that only values know; they run outside compiled graphs, or with a `size`.",
    members: {
      nonzero: "The places of what is not zero; masks and one-argument `where` are made of it.",
      unique: "Distinct values with their places and counts.",
    },
  },
];
