/** One argument or result of a TensorFlow operator. */
export interface OpArg {
  readonly name: string;
  /** The attribute that holds the element type, or null where that is fixed. */
  readonly typeAttr: string | null;
  /** The attribute that holds how many there are, where the argument is a list of one type. */
  readonly numberAttr: string | null;
}

export interface OpSignature {
  readonly inputs: readonly OpArg[];
  readonly outputs: readonly OpArg[];
}

/*
 * Operators by name: arguments and results as `name:TYPE`, `name:attribute` or `name:count*attribute`. Names of results are part of
 * the format: values in a function are called `node:result:index`. A test compares them with TensorFlow's own registry.
 */
const UNARY = "x:T -> y:T";
const BINARY = "x:T y:T -> z:T";
const COMPARE = "x:T y:T -> z:BOOL";
const TEST = "x:T -> y:BOOL";
const LOGICAL = "x:BOOL y:BOOL -> z:BOOL";
const FEATURES = "features:T -> activations:T";
const REDUCE = "input:T reduction_indices:Tidx -> output:T";
const MATRIX = "input:T -> output:T";
const SCATTER = "tensor:T indices:Tindices updates:T -> output:T";

const TABLE: Readonly<Record<string, string>> = {
  Abs: UNARY,
  Acos: UNARY,
  Acosh: UNARY,
  AddV2: BINARY,
  All: "input:BOOL reduction_indices:Tidx -> output:BOOL",
  Any: "input:BOOL reduction_indices:Tidx -> output:BOOL",
  ArgMax: "input:T dimension:Tidx -> output:output_type",
  ArgMin: "input:T dimension:Tidx -> output:output_type",
  Asin: UNARY,
  Asinh: UNARY,
  Atan: UNARY,
  Atan2: "y:T x:T -> z:T",
  Atanh: UNARY,
  AvgPool: "value:T -> output:T",
  AvgPool3D: "input:T -> output:T",
  AvgPool3DGrad: "orig_input_shape:INT32 grad:T -> output:T",
  AvgPoolGrad: "orig_input_shape:INT32 grad:T -> output:T",
  BatchMatMulV2: "x:T y:T -> output:T",
  Bitcast: "input:T -> output:type",
  BitwiseAnd: BINARY,
  BitwiseOr: BINARY,
  BitwiseXor: BINARY,
  BroadcastTo: "input:T shape:Tidx -> output:T",
  Cast: "x:SrcT -> y:DstT",
  Ceil: UNARY,
  Cholesky: MATRIX,
  Complex: "real:T imag:T -> out:Tout",
  ComplexAbs: "x:T -> y:Tout",
  ConcatV2: "values:N*T axis:Tidx -> output:T",
  Conj: "input:T -> output:T",
  Const: "-> output:dtype",
  Conv2D: "input:T filter:T -> output:T",
  Conv2DBackpropFilter: "input:T filter_sizes:INT32 out_backprop:T -> output:T",
  Conv2DBackpropInput: "input_sizes:INT32 filter:T out_backprop:T -> output:T",
  Conv3D: "input:T filter:T -> output:T",
  Conv3DBackpropFilterV2: "input:T filter_sizes:INT32 out_backprop:T -> output:T",
  Conv3DBackpropInputV2: "input_sizes:Tshape filter:T out_backprop:T -> output:T",
  Cos: UNARY,
  Cosh: UNARY,
  Cumprod: "x:T axis:Tidx -> out:T",
  Cumsum: "x:T axis:Tidx -> out:T",
  DepthwiseConv2dNative: "input:T filter:T -> output:T",
  DepthwiseConv2dNativeBackpropFilter: "input:T filter_sizes:INT32 out_backprop:T -> output:T",
  DepthwiseConv2dNativeBackpropInput: "input_sizes:INT32 filter:T out_backprop:T -> output:T",
  Eig: "input:T -> e:Tout v:Tout",
  Elu: FEATURES,
  Equal: COMPARE,
  Erf: UNARY,
  Erfinv: UNARY,
  Exp: UNARY,
  Expm1: UNARY,
  FFT: "input:Tcomplex -> output:Tcomplex",
  Floor: UNARY,
  FloorDiv: BINARY,
  FloorMod: BINARY,
  GatherV2: "params:Tparams indices:Tindices axis:Taxis -> output:Tparams",
  Greater: COMPARE,
  GreaterEqual: COMPARE,
  IFFT: "input:Tcomplex -> output:Tcomplex",
  Identity: "input:T -> output:T",
  Imag: "input:T -> output:Tout",
  Invert: UNARY,
  IsFinite: TEST,
  IsNan: TEST,
  LeakyRelu: FEATURES,
  LeftShift: BINARY,
  Less: COMPARE,
  LessEqual: COMPARE,
  Log: UNARY,
  Log1p: UNARY,
  LogSoftmax: "logits:T -> logsoftmax:T",
  LogicalAnd: LOGICAL,
  LogicalNot: "x:BOOL -> y:BOOL",
  LogicalOr: LOGICAL,
  MatMul: "a:T b:T -> product:T",
  MatrixTriangularSolve: "matrix:T rhs:T -> output:T",
  Max: REDUCE,
  MaxPool: "input:T -> output:T",
  MaxPool3D: "input:T -> output:T",
  MaxPoolGrad: "orig_input:T orig_output:T grad:T -> output:T",
  Maximum: BINARY,
  Mean: REDUCE,
  Min: REDUCE,
  Minimum: BINARY,
  Mul: BINARY,
  Neg: UNARY,
  NextAfter: "x1:T x2:T -> output:T",
  NotEqual: COMPARE,
  Pack: "values:N*T -> output:T",
  PadV2: "input:T paddings:Tpaddings constant_values:T -> output:T",
  Pow: BINARY,
  Prod: REDUCE,
  Qr: "input:T -> q:T r:T",
  Range: "start:Tidx limit:Tidx delta:Tidx -> output:Tidx",
  ReadVariableOp: "resource:RESOURCE -> value:dtype",
  Real: "input:T -> output:Tout",
  RealDiv: BINARY,
  Reciprocal: UNARY,
  Relu: FEATURES,
  Relu6: FEATURES,
  ReluGrad: "gradients:T features:T -> backprops:T",
  Reshape: "tensor:T shape:Tshape -> output:T",
  ReverseV2: "tensor:T axis:Tidx -> output:T",
  RightShift: BINARY,
  Round: UNARY,
  Rsqrt: UNARY,
  SelectV2: "condition:BOOL t:T e:T -> output:T",
  SelfAdjointEigV2: "input:T -> e:T v:T",
  Selu: FEATURES,
  Shape: "input:T -> output:out_type",
  Sigmoid: UNARY,
  Sign: UNARY,
  Sin: UNARY,
  Sinh: UNARY,
  Slice: "input:T begin:Index size:Index -> output:T",
  Softmax: "logits:T -> softmax:T",
  Softplus: FEATURES,
  Softsign: FEATURES,
  Sqrt: UNARY,
  Square: UNARY,
  StridedSlice: "input:T begin:Index end:Index strides:Index -> output:T",
  Sub: BINARY,
  Sum: REDUCE,
  Svd: "input:T -> s:T u:T v:T",
  Tan: UNARY,
  Tanh: UNARY,
  TensorListReserve: "element_shape:shape_type num_elements:INT32 -> handle:VARIANT",
  TensorListSetItem: "input_handle:VARIANT index:INT32 item:element_dtype -> output_handle:VARIANT",
  TensorListStack: "input_handle:VARIANT element_shape:INT32 -> tensor:element_dtype",
  TensorScatterAdd: SCATTER,
  TensorScatterMax: SCATTER,
  TensorScatterMin: SCATTER,
  TensorScatterUpdate: SCATTER,
  TensorStridedSliceUpdate: "input:T begin:Index end:Index strides:Index value:T -> output:T",
  TopKV2: "input:T k:Tk -> values:T indices:index_type",
  Transpose: "x:T perm:Tperm -> y:T",
  Unpack: "value:T -> output:num*T",
  UnsortedSegmentProd: "data:T segment_ids:Tindices num_segments:Tnumsegments -> output:T",
};

function argOf(text: string): OpArg {
  const [name, type] = text.split(":") as [string, string];
  const [count, element] = type.includes("*") ? (type.split("*") as [string, string]) : [null, type];
  return { name, typeAttr: /^[A-Z0-9]{2,}$/.test(element) ? null : element, numberAttr: count };
}

const parsed = new Map<string, OpSignature>();

/** What an operator takes and gives. */
export function opSignature(op: string): OpSignature {
  let signature = parsed.get(op);
  if (!signature) {
    const text = TABLE[op];
    if (text === undefined) throw new TypeError(`the operator ${op} is not in the table of signatures`);
    const [inputs, outputs] = text.split("->").map((side) => side.trim().split(" ").filter(Boolean).map(argOf));
    signature = { inputs: inputs!, outputs: outputs! };
    parsed.set(op, signature);
  }
  return signature;
}

/** All operators that graphs may hold, as `name: signature`. */
export function opTable(): Readonly<Record<string, string>> {
  return TABLE;
}
