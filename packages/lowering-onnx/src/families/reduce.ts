import {
  dim,
  isFloat,
  isInteger,
  isUnsigned,
  itemBytes,
  reducedShape,
  type DType,
  type GraphNode,
  type Shape,
} from "@keras/ops";
import {
  binary,
  cast,
  expand,
  fill,
  matmul,
  pad,
  reduce,
  reshape,
  reverse,
  slice,
  test,
  transpose,
  where,
} from "../emit/ops.ts";
import type { EmitterTable, OpEmitter } from "../emit/table.ts";
import type { Emitter } from "../emit/emitter.ts";
import type { Fill, Val } from "../emit/value.ts";
import { isNumber, sizes, unlessNaN } from "../emit/nan.ts";
import { kernelDType } from "../kernels.ts";

interface ReduceAttrs {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

const attrsOf = (node: GraphNode): ReduceAttrs => node.attrs as unknown as ReduceAttrs;

/** Elements up to which a vector of ones is worth storing. */
const MAX_ONES = 1 << 17;

/**
 * A sum over all axes but the last ones, as the product of a row of ones with the matrix: twice as fast as ReduceSum, which walks the
 * rows with a stride. This is the gradient of every bias.
 */
function sumOfRows(e: Emitter, x: Val, { axis, keepdims }: ReduceAttrs): Val | null {
  if (!e.isRuntime || x.dtype !== "float32" || axis.length === x.shape.length) return null;
  if (!axis.every((a, i) => a === i)) return null;
  const rows = dim.product(x.shape.slice(0, axis.length));
  const columns = dim.product(x.shape.slice(axis.length));
  if (!dim.isStatic(rows) || !dim.isStatic(columns) || rows < 16 || rows > MAX_ONES || columns < 8) return null;
  const ones = e.constant(new Array<number>(rows).fill(1), [1, rows], "float32");
  return reshape(e, matmul(e, ones, reshape(e, x, [rows, columns])), reducedShape(x.shape, axis, keepdims));
}

/** The axes to be reduced merged into one, last: [...kept, reduced]. */
function mergeAxes(e: Emitter, x: Val, axes: readonly number[]): Val {
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const size = dim.product(axes.map((a) => x.shape[a]!));
  return reshape(e, transpose(e, x, [...kept, ...axes]), [...kept.map((i) => x.shape[i]!), size]);
}

/** The sum of integers, wrapping: ONNX Runtime's ReduceSum goes through doubles, its integer matrix product does not. */
function integerSum(e: Emitter, x: Val, { axis, keepdims }: ReduceAttrs): Val {
  const type: DType = itemBytes(x.dtype) === 8 ? "int64" : "int32";
  const merged = mergeAxes(e, cast(e, x, type), axis);
  const ones = expand(e, e.scalar(1, type), [merged.shape.at(-1)!, 1]);
  const rows = merged.shape.length === 1 ? reshape(e, merged, [1, merged.shape[0]!]) : merged;
  return cast(e, reshape(e, matmul(e, rows, ones), reducedShape(x.shape, axis, keepdims)), x.dtype);
}

function sum(e: Emitter, x: Val, attrs: ReduceAttrs): Val {
  if (attrs.axis.length === 0) return x;
  if (isInteger(x.dtype)) return integerSum(e, x, attrs);
  return sumOfRows(e, x, attrs) ?? reduce(e, "ReduceSum", x, attrs.axis, attrs.keepdims);
}

/** The product of integers, wrapping: the last of the running products. */
function integerProduct(e: Emitter, x: Val, { axis, keepdims }: ReduceAttrs): Val {
  if (axis.length === 0) return x;
  const shape = reducedShape(x.shape, axis, keepdims);
  const merged = mergeAxes(e, cast(e, x, itemBytes(x.dtype) === 8 ? "int64" : "int32"), axis);
  const last = merged.shape.length - 1;
  const size = merged.shape[last]!;
  // One more element at the front: the product of nothing is 1.
  const one = expand(e, e.scalar(1, merged.dtype), [...merged.shape.slice(0, -1), 1]);
  const padded = e.op(
    "Concat",
    [one, merged],
    { axis: last },
    { dtype: merged.dtype, shape: merged.shape.with(last, dim.add(size, 1)) },
  );
  const products = e.op("CumProd", [padded, e.scalar(last, "int64")], {}, { dtype: padded.dtype, shape: padded.shape });
  return cast(e, reshape(e, slice(e, products, [last], [size], [dim.add(size, 1)]), shape), x.dtype);
}

/** Least and greatest value: what the maximum and the minimum of nothing are. */
function limits(dtype: DType): readonly [Fill, Fill] {
  if (dtype === "bool") return [false, true];
  if (isFloat(dtype)) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const bits = BigInt(itemBytes(dtype) * 8);
  return isUnsigned(dtype) ? [0, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

const isEmpty = (shape: Shape): boolean => shape.some((d) => d === 0);

/**
 * Extremum where NaN wins. ONNX Runtime's reductions see a NaN only by luck; the sum of absolute values is NaN exactly when one of
 * them is, since it cannot cancel.
 */
function reduceExtremum(e: Emitter, op: "ReduceMax" | "ReduceMin", x: Val, { axis, keepdims }: ReduceAttrs): Val {
  const shape = reducedShape(x.shape, axis, keepdims);
  if (isEmpty(x.shape)) return fill(e, limits(x.dtype)[op === "ReduceMax" ? 0 : 1], shape, x.dtype);
  if (x.dtype === "uint32") {
    // As signed numbers the order holds once the top bit is flipped.
    const flip = (v: Val): Val => binary(e, "BitwiseXor", v, e.scalar(-(2 ** 31), "int32"));
    return cast(e, flip(reduce(e, op, flip(cast(e, x, "int32")), axis, keepdims)), "uint32");
  }
  // Bool came with version 20 of the operators.
  if (x.dtype === "bool" && e.target.opset < 20)
    return cast(e, reduce(e, op, cast(e, x, "uint8"), axis, keepdims), "bool");
  const best = reduce(e, op, x, axis, keepdims);
  if (!isFloat(x.dtype) || axis.length === 0 || !e.isRuntime) return best;
  const total = sizes(e, x, axis, keepdims);
  return where(e, isNumber(e, total), best, total);
}

const extremum = (op: "ReduceMax" | "ReduceMin"): OpEmitter => ({
  supports: ([x]) => itemBytes(x!.dtype) < 8 || isFloat(x!.dtype),
  emit: (e, node, [x]) => reduceExtremum(e, op, x!, attrsOf(node)),
});

/**
 * Index of the first extremum, where NaN counts as one. ONNX Runtime misses some NaN: a row that has any, as the sum of absolute
 * values tells, is searched for the first of them.
 */
function indexOf(op: "ArgMax" | "ArgMin"): OpEmitter {
  const find = (e: Emitter, x: Val, kind: string, axis: number, keepdims: boolean): Val => {
    const shape = reducedShape(x.shape, [axis], keepdims);
    return e.op(kind, [x], { axis, keepdims: keepdims ? 1 : 0, select_last_index: 0 }, { dtype: "int64", shape });
  };
  return {
    supports: ([x]) => x!.dtype === "bool" || kernelDType(op, x!.dtype) !== null,
    emit: (e, node, [x]) => {
      const { axis, keepdims } = node.attrs as { axis: number; keepdims: boolean };
      const type = x!.dtype === "bool" ? "uint8" : kernelDType(op, x!.dtype)!;
      const best = (b: Emitter): Val => find(b, cast(b, x!, type), op, axis, keepdims);
      if (!isFloat(x!.dtype) || !e.isRuntime) return cast(e, best(e), "int32");
      const withNaN = (b: Emitter): Val => {
        const firstNaN = find(b, cast(b, test(b, "IsNaN", x!), "uint8"), "ArgMax", axis, keepdims);
        return where(b, isNumber(b, sizes(b, x!, [axis], keepdims)), best(b), firstNaN);
      };
      const result = { dtype: "int64", shape: reducedShape(x!.shape, [axis], keepdims) } as const;
      const [index] = unlessNaN(
        e,
        x!,
        [result],
        (b) => [best(b)],
        (b) => [withNaN(b)],
      );
      return cast(e, index!, "int32");
    },
  };
}

interface RunningAttrs {
  readonly axis: number;
  readonly reverse?: boolean;
  readonly exclusive?: boolean;
}

function running(op: "CumSum" | "CumProd"): OpEmitter {
  return {
    rounds: true,
    supports: ([x], _, { opset }) => kernelDType(op, x!.dtype) !== null && (op === "CumSum" || opset >= 26),
    emit: (e, node, [x]) => {
      const { axis, reverse, exclusive } = node.attrs as unknown as RunningAttrs;
      const type = kernelDType(op, x!.dtype)!;
      const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
      const inputs = [cast(e, x!, type), e.scalar(axis, "int64")];
      return cast(e, e.op(op, inputs, attributes, { dtype: type, shape: x!.shape }), x!.dtype);
    },
  };
}

/** Running products where there is no operator for them: each element times the one 1, 2, 4, … places before it. */
function doubling(e: Emitter, node: GraphNode, x: Val): Val {
  const { axis, reverse: backwards, exclusive } = node.attrs as unknown as RunningAttrs;
  const size = x.shape[axis] as number;
  const shifted = (v: Val, by: number): Val => {
    const at = (n: number): number[] => v.shape.map((_, i) => (i === axis ? n : 0));
    return pad(e, slice(e, v, [axis], [0], [size - by]), at(by), at(0), e.scalar(1, v.dtype));
  };
  let y = backwards ? reverse(e, x, [axis]) : x;
  for (let by = 1; by < size; by *= 2) y = binary(e, "Mul", y, shifted(y, by));
  if (exclusive) y = shifted(y, 1);
  return backwards ? reverse(e, y, [axis]) : y;
}

const products: OpEmitter = {
  rounds: true,
  supports: (specs, attrs, target) =>
    running("CumProd").supports!(specs, attrs, target) ||
    (target.target === "portable" &&
      isFloat(specs[0]!.dtype) &&
      dim.isStatic(specs[0]!.shape[(attrs as { axis: number }).axis]!)),
  emit: (e, node, inputs) =>
    e.target.opset >= 26 ? running("CumProd").emit(e, node, inputs) : doubling(e, node, inputs[0]!),
};

export const reductions: EmitterTable = {
  sum: {
    rounds: true,
    supports: ([x]) => isFloat(x!.dtype) || isInteger(x!.dtype),
    emit: (e, node, [x]) => sum(e, x!, attrsOf(node)),
  },
  prod: {
    rounds: true,
    supports: ([x], _, { opset }) => isFloat(x!.dtype) || (isInteger(x!.dtype) && opset >= 26),
    emit: (e, node, [x]) =>
      isInteger(x!.dtype)
        ? integerProduct(e, x!, attrsOf(node))
        : reduce(e, "ReduceProd", x!, attrsOf(node).axis, attrsOf(node).keepdims),
  },
  max: extremum("ReduceMax"),
  min: extremum("ReduceMin"),
  any: { emit: (e, node, [x]) => reduceExtremum(e, "ReduceMax", x!, attrsOf(node)) },
  all: { emit: (e, node, [x]) => reduceExtremum(e, "ReduceMin", x!, attrsOf(node)) },
  argmax: indexOf("ArgMax"),
  argmin: indexOf("ArgMin"),
  cumsum: running("CumSum"),
  cumprod: products,
};
