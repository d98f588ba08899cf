/*
 * The parts of LiteRT's FlatBuffers schema (version 3) that are written here: codes of operators and their options.
 * https://ai.google.dev/edge/litert/conversion
 */

/** Codes of the built-in operators. */
export const OPERATOR = {
  ADD: 0, AVERAGE_POOL_2D: 1, CONCATENATION: 2, CONV_2D: 3, DEPTHWISE_CONV_2D: 4, DEQUANTIZE: 6, FLOOR: 8, FULLY_CONNECTED: 9,
  LOGISTIC: 14, MAX_POOL_2D: 17, MUL: 18, RELU: 19, RELU6: 21, RESHAPE: 22, SOFTMAX: 25, TANH: 28, GATHER: 36, TRANSPOSE: 39,
  MEAN: 40, SUB: 41, DIV: 42, STRIDED_SLICE: 45, EXP: 47, TOPK_V2: 48, LOG_SOFTMAX: 50, CAST: 53, MAXIMUM: 55, ARG_MAX: 56,
  MINIMUM: 57, LESS: 58, NEG: 59, PADV2: 60, GREATER: 61, GREATER_EQUAL: 62, LESS_EQUAL: 63, SLICE: 65, SIN: 66, EQUAL: 71,
  NOT_EQUAL: 72, LOG: 73, SUM: 74, SQRT: 75, RSQRT: 76, SHAPE: 77, POW: 78, ARG_MIN: 79, REDUCE_PROD: 81, REDUCE_MAX: 82,
  LOGICAL_OR: 84, LOGICAL_AND: 86, LOGICAL_NOT: 87, REDUCE_MIN: 89, FLOOR_DIV: 90, REDUCE_ANY: 91, SQUARE: 92, FILL: 94,
  FLOOR_MOD: 95, RANGE: 96, LEAKY_RELU: 98, ABS: 101, CEIL: 104, REVERSE_V2: 105, GATHER_ND: 107, COS: 108, ELU: 111, ROUND: 116,
  HARD_SWISH: 117, IF: 118, WHILE: 119, SCATTER_ND: 122, SELECT_V2: 123, BATCH_MATMUL: 126, CUMSUM: 128, BROADCAST_TO: 130,
  CONV_3D: 132, REDUCE_ALL: 140, GELU: 150, DYNAMIC_UPDATE_SLICE: 151, ATAN2: 156, SIGN: 158,
} as const; // prettier-ignore

/** Name of a built-in operator. */
export type OperatorName = keyof typeof OPERATOR;

/** Operators whose first version is not enough. */
export const VERSION: Partial<Record<OperatorName, number>> = { BROADCAST_TO: 2, DEQUANTIZE: 3 };

/** A number of an options table: its place, its width, its value. */
export type OptionField = readonly [slot: number, kind: "int8" | "int32" | "bool" | "float32", value: number | boolean];

/** Options of an operator: the code of their table, and its fields. */
export interface Options {
  readonly type: number;
  readonly fields: readonly OptionField[];
}

const options = (type: number, ...fields: readonly OptionField[]): Options => ({ type, fields });

/** Makers of options, by what they belong to. */
export const OPTIONS = {
  none: null,
  add: (): Options => options(11),
  sub: (): Options => options(28),
  mul: (): Options => options(21),
  div: (): Options => options(29),
  reduce: (keepDims: boolean): Options => options(27, [0, "bool", keepDims]),
  cumsum: (exclusive: boolean, reverse: boolean): Options => options(102, [0, "bool", exclusive], [1, "bool", reverse]),
  concatenation: (axis: number): Options => options(10, [0, "int32", axis]),
  stridedSlice: (endMask: number): Options => options(32, [1, "int32", endMask]),
  shape: (): Options => options(55, [0, "int8", 2]),
  gather: (axis: number): Options => options(23, [0, "int32", axis]),
  batchMatMul: (x: boolean, y: boolean): Options => options(101, [0, "bool", x], [1, "bool", y]),
  fullyConnected: (): Options => options(8, [2, "bool", true]),
  softmax: (): Options => options(9, [0, "float32", 1]),
  leakyRelu: (alpha: number): Options => options(75, [0, "float32", alpha]),
  gelu: (approximate: boolean): Options => options(116, [0, "bool", approximate]),
  argExtremum: (max: boolean): Options => options(max ? 40 : 57, [0, "int8", 2]),
  cast: (from: number, to: number): Options => options(37, [0, "int8", from], [1, "int8", to]),
  conv2d: (same: boolean, [h, w]: Pair, [dh, dw]: Pair): Options =>
    options(1, [0, "int8", same ? 0 : 1], [1, "int32", w], [2, "int32", h], [4, "int32", dw], [5, "int32", dh]),
  depthwiseConv2d: (same: boolean, [h, w]: Pair, [dh, dw]: Pair, multiplier: number): Options =>
    options(
      2,
      [0, "int8", same ? 0 : 1],
      [1, "int32", w],
      [2, "int32", h],
      [3, "int32", multiplier],
      [5, "int32", dw],
      [6, "int32", dh],
    ),
  conv3d: (same: boolean, [d, h, w]: readonly [number, number, number]): Options =>
    options(
      106,
      [0, "int8", same ? 0 : 1],
      [1, "int32", d],
      [2, "int32", w],
      [3, "int32", h],
      [5, "int32", 1],
      [6, "int32", 1],
      [7, "int32", 1],
    ),
  pool2d: (same: boolean, [h, w]: Pair, [fh, fw]: Pair): Options =>
    options(5, [0, "int8", same ? 0 : 1], [1, "int32", w], [2, "int32", h], [3, "int32", fw], [4, "int32", fh]),
  whileLoop: (cond: number, body: number): Options => options(93, [0, "int32", cond], [1, "int32", body]),
  conditional: (yes: number, no: number): Options => options(92, [0, "int32", yes], [1, "int32", no]),
} as const;

type Pair = readonly [number, number];
