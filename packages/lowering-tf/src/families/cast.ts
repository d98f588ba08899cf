import { isComplex, isFloat, isInteger, itemBytes, type DType } from "@keras/ops";
import { binary, cast, compare, INTEGER_RANGE, literal, where } from "../emit/ops.ts";
import type { EmitterTable } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Val } from "../emit/value.ts";

/** The largest float below 2^64 or 2^63, to which values are held before they are converted. */
const BELOW: Record<"float32" | "float64", (limit: bigint) => number> = {
  float32: (limit) => Number(limit) * (1 - 2 ** -24),
  float64: (limit) => Number(limit) * (1 - 2 ** -53),
};

/** Float → integer: toward zero, NaN to 0, out of range to the nearest end. TensorFlow leaves all but the first undefined. */
function floatToInteger(e: Emitter, x: Val, dtype: DType): Val {
  const [low, high] = INTEGER_RANGE[dtype]!;
  const number = where(e, compare(e, "Equal", x, x), x, literal(e, 0, x));
  const isWide = itemBytes(dtype) === 8;
  const top = isWide ? BELOW[x.dtype as "float32" | "float64"](high + 1n) : Number(high);
  const held = binary(e, "Minimum", binary(e, "Maximum", number, literal(e, Number(low), x)), literal(e, top, x));
  if (itemBytes(dtype) < 4) return cast(e, cast(e, held, "int32"), dtype);
  if (isWide) {
    const over = compare(e, "GreaterEqual", number, literal(e, Number(high + 1n), x));
    return where(e, over, e.scalar(high, dtype), cast(e, held, dtype));
  }
  // As a float the upper end may have been rounded up, by one at most.
  const integer = cast(e, held, "int64");
  return cast(e, binary(e, "Minimum", integer, e.scalar(high, "int64")), dtype);
}

function convert(e: Emitter, x: Val, to: DType): Val {
  const from = x.dtype as DType;
  if (from === to) return x;
  if (isComplex(from) && !isComplex(to)) {
    if (to === "bool") return compare(e, "NotEqual", x, literal(e, 0, x));
    const real = e.op("Real", [x], {}, { dtype: from === "complex128" ? "float64" : "float32", shape: x.shape });
    return convert(e, real, to);
  }
  if (isFloat(from) && isInteger(to)) return floatToInteger(e, itemBytes(from) < 4 ? cast(e, x, "float32") : x, to);
  return cast(e, x, to);
}

export const casts: EmitterTable = {
  cast: { emit: (e, node, [x]) => convert(e, x!, node.outputs[0]!.dtype) },
  bitcast: {
    supports: ([x], attrs) => x!.dtype !== "bool" && (attrs as { dtype: DType }).dtype !== "bool",
    emit: (e, node, [x]) => {
      const { dtype, shape } = node.outputs[0]!;
      return x!.dtype === dtype ? x! : e.op("Bitcast", [x!], {}, { dtype, shape });
    },
  },
};
