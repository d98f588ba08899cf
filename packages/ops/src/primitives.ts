/**
 * The closed list of primitives, as data: name → attributes and meaning. Backends and lowerings implement these; everything else is
 * defined in terms of them. Unless said otherwise operands have equal dtypes (the core has cast them) and elementwise ops broadcast
 * as NumPy does. Layouts are channels last; axes are non-negative; comparisons give bool; indices are int32 (or any integer dtype).
 */
export const PRIMITIVES: Readonly<Record<PrimitiveName, string>> = {
  // Elementwise, one operand. Floats (and complex where the function is defined there) unless noted.
  negative: "-x. Any numeric dtype; unsigned wraps.",
  absolute: "|x|. Any numeric dtype; complex gives its float.",
  sign: "-1, 0 or 1 (NaN stays). Any numeric dtype.",
  floor: "Largest integer not above x, as float.",
  ceil: "Smallest integer not below x, as float.",
  round: "Nearest integer, ties to even, as float.",
  trunc: "Toward zero, as float.",
  exp: "e to the x.",
  expm1: "exp(x) - 1, exact near 0.",
  log: "Natural logarithm; log(0) = -inf, negative gives NaN.",
  log1p: "log(1 + x), exact near 0.",
  sqrt: "Square root; negative gives NaN.",
  rsqrt: "1 / sqrt(x).",
  sin: "Sine.",
  cos: "Cosine.",
  tan: "Tangent.",
  arcsin: "Inverse sine.",
  arccos: "Inverse cosine.",
  arctan: "Inverse tangent.",
  sinh: "Hyperbolic sine.",
  cosh: "Hyperbolic cosine.",
  tanh: "Hyperbolic tangent.",
  arcsinh: "Inverse hyperbolic sine.",
  arccosh: "Inverse hyperbolic cosine.",
  arctanh: "Inverse hyperbolic tangent.",
  sigmoid: "1 / (1 + exp(-x)), without overflow.",
  erf: "Error function, to float32 precision.",
  erfinv: "Inverse of the error function.",
  isfinite: "Neither NaN nor infinite → bool.",
  isnan: "NaN → bool.",
  logical_not: "not x, on bool.",
  bitwise_not: "Flips all bits; integers, and bool as logical_not.",
  real: "Real part; complex → float.",
  imag: "Imaginary part; complex → float.",
  conj: "Complex conjugate.",
  complex: "(re, im) floats → complex.",
  identity: "x. Marks a place in the graph: it may be removed.",
  cast: "{ dtype } Any → any. Float to integer truncates toward zero; to bool is x != 0; NaN to integer is 0; out of range saturates.",
  bitcast:
    "{ dtype } Same bits, other dtype. Item sizes may differ: the last axis then shrinks or a new one appears, little-endian.",

  // Elementwise, two operands.
  add: "x + y. Numeric; integers wrap; bool is or.",
  subtract: "x - y. Numeric; integers wrap.",
  multiply: "x * y. Numeric; integers wrap; bool is and.",
  divide: "x / y. Floats and complex.",
  floor_divide:
    "floor(x / y). Integers and floats; by 0, unsigned integers and 0 give -1 (all bits set), other integers -2.",
  mod: "x - floor(x / y) * y: the sign of y. Integers and floats; an integer mod 0 is 0.",
  power: "x to the y. Integers (y ≥ 0) and floats.",
  maximum: "The larger; NaN wins. Numeric and bool.",
  minimum: "The smaller; NaN wins. Numeric and bool.",
  arctan2: "Angle of the point (y, x); operands (y, x).",
  nextafter: "The next float after x toward y.",
  equal: "x == y. Any dtype.",
  not_equal: "x != y. Any dtype.",
  less: "x < y. Numeric and bool.",
  less_equal: "x <= y.",
  greater: "x > y.",
  greater_equal: "x >= y.",
  logical_and: "x and y, on bool.",
  logical_or: "x or y, on bool.",
  logical_xor: "x xor y, on bool.",
  bitwise_and: "Integers and bool.",
  bitwise_or: "Integers and bool.",
  bitwise_xor: "Integers and bool.",
  left_shift: "x << y, integers; y outside [0, bits) gives 0.",
  right_shift: "x >> y, integers; arithmetic for signed, logical for unsigned; y ≥ bits gives the sign fill.",
  where: "(cond bool, x, y): x where cond, else y. All three broadcast.",

  // Reductions: { axis: number[], keepdims: boolean }. Of nothing: the neutral element (max of nothing: -inf or the least integer).
  sum: "Sum. Numeric; integers keep their dtype and wrap. Floats of fewer than 32 bits accumulate in float32.",
  prod: "Product.",
  max: "Largest; NaN wins. Numeric and bool.",
  min: "Smallest; NaN wins.",
  any: "or, on bool.",
  all: "and, on bool.",
  argmax: "{ axis: number, keepdims } Index of the first largest (a NaN counts as largest) → int32.",
  argmin: "{ axis: number, keepdims } Index of the first smallest (a NaN counts as smallest) → int32.",
  cumsum: "{ axis: number, reverse: boolean, exclusive: boolean } Running sum.",
  cumprod: "{ axis: number, reverse: boolean, exclusive: boolean } Running product.",

  // Shape. Any dtype.
  reshape: "{ shape } Same elements in row-major order. The shape has no -1.",
  transpose: "{ perm } Output axis i is input axis perm[i].",
  broadcast_to: "{ shape } NumPy broadcasting to a shape.",
  slice:
    "{ start: Dim[], limit: Dim[], strides: number[] } x[start:limit:stride] per axis; strides ≥ 1, 0 ≤ start ≤ limit ≤ size.",
  dynamic_slice:
    "(x, start int[rank]) { size: Dim[] } Block at a position known at run time; start is clamped into range.",
  dynamic_update_slice: "(x, update, start int[rank]) x with the block at start replaced; start is clamped into range.",
  pad: "(x, value scalar) { low: Dim[], high: Dim[], interior: number[] } Adds value before, after and between elements; low and high may be negative (they cut).",
  concatenate: "(...xs) { axis: number } Joined along an axis.",
  reverse: "{ axis: number[] } Flipped along axes.",
  iota: "() { shape, axis: number, dtype } 0, 1, 2, … along one axis.",
  constant: "() { value: NDArray } Host data as a value of the graph.",
  full: "() { shape, dtype, value: number | bigint | boolean | string } A constant.",

  // Indexing. Indices are in range (callers wrap negative ones); one out of range gives NaN (0 for integers) when read, nothing when written.
  gather: "(x, indices) { axis: number } x[..., indices, ...]: shape x[:axis] + indices.shape + x[axis+1:].",
  gather_nd:
    "(x, indices) { batchDims: number } The last axis of indices addresses the first axes of x after the batch ones.",
  scatter_nd:
    "(x, indices, updates) { mode: 'set' | 'add' | 'multiply' | 'min' | 'max' } x with updates applied at indices (last axis addresses the first axes of x); repeated ones combine in order.",

  // Contractions.
  dot_general:
    "(x, y) { contract: [number[], number[]], batch: [number[], number[]] } Sum of products over pairs of axes; output: batch, then free axes of x, then of y. Small floats accumulate in float32.",
  conv: "(x, kernel) { strides: number[], padding: [Dim, Dim][], inputDilation: number[], kernelDilation: number[], groups: number } x [n, ...spatial, c], kernel [...spatial, c / groups, f] → [n, ...out, f]. Cross-correlation, 1 to 3 spatial axes.",
  conv_input_grad: "(gradient, kernel) { as conv, inputShape } Cotangent of conv's x.",
  conv_kernel_grad: "(x, gradient) { as conv, kernelShape } Cotangent of conv's kernel.",
  max_pool: "{ window: number[], strides: number[], padding: [Dim, Dim][] } x [n, ...spatial, c]; padding never wins.",
  max_pool_grad:
    "(x, y, gradient) { as max_pool } Cotangent of x: each window's gradient goes to its first maximum in row-major order.",
  average_pool: "{ as max_pool } Mean over the elements of each window that are not padding.",
  average_pool_grad: "(gradient) { as max_pool, inputShape } Cotangent of x.",

  // Order.
  sort: "{ axis: number } Ascending, NaN last.",
  argsort: "{ axis: number } Stable order of sort → int32.",
  top_k:
    "{ k: number } Largest k along the last axis, in descending order → (values, int32 indices); ties: lower index first.",

  // Linear algebra, on the last two axes; leading axes are batches. Floats.
  cholesky: "Lower factor of a symmetric positive-definite matrix; NaN where it is not.",
  triangular_solve: "(a, b) { lower: boolean, transpose: boolean } x with op(a) x = b.",
  lu: "(a [.., m, n]) → (packed L\\U, pivots int32 [.., min(m, n)], permutation int32 [.., m]) with partial pivoting: a[permutation] = L U.",
  qr: "{ mode: 'reduced' | 'complete' } → (q, r), signs as LAPACK has them (diagonal of r may be negative).",
  eigh: "Symmetric: (ascending eigenvalues, eigenvectors in columns).",
  eig: "General real or complex: (eigenvalues, eigenvectors), complex.",
  svd: "{ fullMatrices: boolean, computeUv: boolean } → (u, s, vh) or (s).",

  // Spectral and random.
  fft: "{ inverse: boolean } Complex transform along the last axis; the inverse divides by n.",
  random_bits: "(key uint32[2]) { shape } uint32 bits of partitionable Threefry-2x32 as JAX makes them.",

  // Control flow. Bodies are graphs whose inputs are all arguments; outer values come in through the node's operands.
  cond: "(pred bool, ...operands) { branches: [Graph, Graph] } branches[0] when pred, else branches[1]; both take the operands.",
  while_loop:
    "(...carry, ...consts) { cond: Graph, body: Graph, carries: number } Repeats carry = body(carry, consts) while cond(carry, consts).",
  scan: "(...carry, ...xs, ...consts) { body: Graph, carries: number, xs: number, length: Dim, reverse: boolean } body(carry, x, consts) → (carry, ys); gives the last carry and ys stacked on axis 0.",

  // Data-dependent shapes: run outside compiled graphs.
  nonzero: "→ one int32 index vector per axis.",
  unique: "(flat x) → (sorted values, first indices, inverse, counts), int32.",
};

export type PrimitiveName =
  | "absolute"
  | "add"
  | "all"
  | "any"
  | "arccos"
  | "arccosh"
  | "arcsin"
  | "arcsinh"
  | "arctan"
  | "arctan2"
  | "arctanh"
  | "argmax"
  | "argmin"
  | "argsort"
  | "average_pool"
  | "average_pool_grad"
  | "bitcast"
  | "bitwise_and"
  | "bitwise_not"
  | "bitwise_or"
  | "bitwise_xor"
  | "broadcast_to"
  | "cast"
  | "ceil"
  | "cholesky"
  | "complex"
  | "concatenate"
  | "cond"
  | "conj"
  | "constant"
  | "conv"
  | "conv_input_grad"
  | "conv_kernel_grad"
  | "cos"
  | "cosh"
  | "cumprod"
  | "cumsum"
  | "divide"
  | "dot_general"
  | "dynamic_slice"
  | "dynamic_update_slice"
  | "eig"
  | "eigh"
  | "equal"
  | "erf"
  | "erfinv"
  | "exp"
  | "expm1"
  | "fft"
  | "floor"
  | "floor_divide"
  | "full"
  | "gather"
  | "gather_nd"
  | "greater"
  | "greater_equal"
  | "identity"
  | "imag"
  | "iota"
  | "isfinite"
  | "isnan"
  | "left_shift"
  | "less"
  | "less_equal"
  | "log"
  | "log1p"
  | "logical_and"
  | "logical_not"
  | "logical_or"
  | "logical_xor"
  | "lu"
  | "max"
  | "max_pool"
  | "max_pool_grad"
  | "maximum"
  | "min"
  | "minimum"
  | "mod"
  | "multiply"
  | "negative"
  | "nextafter"
  | "nonzero"
  | "not_equal"
  | "pad"
  | "power"
  | "prod"
  | "qr"
  | "random_bits"
  | "real"
  | "reshape"
  | "reverse"
  | "right_shift"
  | "round"
  | "rsqrt"
  | "scan"
  | "scatter_nd"
  | "sigmoid"
  | "sign"
  | "sin"
  | "sinh"
  | "slice"
  | "sort"
  | "sqrt"
  | "subtract"
  | "sum"
  | "svd"
  | "tan"
  | "tanh"
  | "top_k"
  | "transpose"
  | "triangular_solve"
  | "trunc"
  | "unique"
  | "where"
  | "while_loop";
