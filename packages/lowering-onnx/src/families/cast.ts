import { dim, isFloat, isInteger, itemBytes, type DType, type GraphNode } from "@keras/ops";
import { conditional } from "../emit/branches.ts";
import { isNumber, sizes } from "../emit/nan.ts";
import { binary, bitcast, cast, compare, literal, reduce, unary, where } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/** Least and largest value of each integer type. */
const RANGE: Partial<Record<DType, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** The largest float below 2^64 or 2^63, to which values are held before they are converted. */
const BELOW: Record<"float32" | "float64", (limit: bigint) => number> = {
  float32: (limit) => Number(limit) * (1 - 2 ** -24),
  float64: (limit) => Number(limit) * (1 - 2 ** -53),
};

/** Elements from which it pays to look at the largest number first. */
const MANY = 1 << 14;

/** Float → integer: toward zero, NaN to 0, out of range to the nearest end. ONNX leaves all but the first undefined. */
function floatToInteger(e: Emitter, x: Val, dtype: DType): Val {
  const count = dim.product(x.shape);
  if (!e.isRuntime || dtype !== "int32" || x.dtype !== "float32" || !dim.isStatic(count) || count < MANY)
    return saturating(e, x, dtype);
  // Where no number is NaN or out of range, which is nearly always, nothing has to be held back.
  const axes = x.shape.map((_, i) => i);
  const largest = reduce(e, "ReduceMax", unary(e, "Abs", x), axes, false);
  const fits = compare(e, "Less", largest, literal(e, 2 ** 31, x));
  const plain = binary(e, "And", fits, isNumber(e, sizes(e, x, axes, false)));
  return conditional(
    e,
    plain,
    [{ dtype, shape: x.shape }],
    (b) => [cast(b, x, dtype)],
    (b) => [saturating(b, x, dtype)],
  )[0]!;
}

function saturating(e: Emitter, x: Val, dtype: DType): Val {
  const [low, high] = RANGE[dtype]!;
  const zero = literal(e, 0, x);
  const number = where(e, compare(e, "Equal", x, x), x, zero);
  const wide = itemBytes(dtype) === 8;
  const top = wide ? BELOW[x.dtype as "float32" | "float64"](high + 1n) : Number(high);
  const held = binary(e, "Min", binary(e, "Max", number, literal(e, Number(low), x)), literal(e, top, x));
  if (itemBytes(dtype) < 4) return cast(e, cast(e, held, "int32"), dtype);
  if (wide) {
    const over = compare(e, "GreaterOrEqual", number, literal(e, Number(high + 1n), x));
    return where(e, over, e.scalar(high, dtype), cast(e, held, dtype));
  }
  // As a float the upper end may have been rounded up, by one at most.
  const integer = cast(e, held, "int64");
  const end = e.scalar(high, "int64");
  return cast(e, where(e, compare(e, "Less", integer, end), integer, end), dtype);
}

function convert(e: Emitter, node: GraphNode, x: Val): Val {
  const from = node.inputs[0]!.dtype;
  const to = node.outputs[0]!.dtype;
  if (from === to) return x;
  if (isFloat(from) && isInteger(to))
    return floatToInteger(e, cast(e, x, x.dtype === "float16" ? "float32" : x.dtype), to);
  return cast(e, x, storageOf(e, to));
}

/** The type in which values of a dtype stand in the graph. */
export function storageOf(e: Emitter, dtype: DType): DType {
  if (dtype === "bfloat16" || (dtype === "float16" && e.target.half === "emulated")) return "float32";
  return dtype;
}

/** Rounds values of an emulated half type to those the type has; the two casts must stay, whatever an optimizer thinks of them. */
export function roundHalf(e: Emitter, x: Val, dtype: DType): Val {
  return x.dtype === dtype ? x : cast(e, cast(e, x, dtype), x.dtype);
}

export const casts: EmitterTable = {
  cast: { rounds: true, emit: (e, node, [x]) => convert(e, node, x!) },
  bitcast: {
    supports: ([x], attrs, { opset }) => {
      const to = (attrs as { dtype: DType }).dtype;
      return opset >= 26 && itemBytes(x!.dtype) === itemBytes(to) && x!.dtype !== "bool" && to !== "bool";
    },
    emit: (e, node, [x]) => {
      const [from, to] = [node.inputs[0]!.dtype, node.outputs[0]!.dtype];
      const bits = bitcast(e, cast(e, x!, from), to);
      return cast(e, bits, storageOf(e, to));
    },
  },
};
