import * as k from "@keras/ops";
import { dtypeOfElement } from "@keras/lowering-onnx";
import type { Call, OperatorTable } from "../call.ts";

type T = k.Tensor;

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int4: [-8, 7],
  uint4: [0, 15],
};

/** A scale or zero point as it broadcasts against x: one number, one per place on the axis, or one per block of them. */
function spread(v: T, x: T, axis: number, block: number): T {
  if (v.ndim === 0 || v.shape.every((d) => d === 1)) return k.reshape(v, []);
  if (block > 0)
    return k.getItem(k.repeat(v, block, { axis }), ...x.shape.map((d, i) => (i === axis ? { stop: d } : {})));
  return k.reshape(
    v,
    x.shape.map((d, i) => (i === axis ? d : 1)),
  );
}

const axisOf = (c: Call, x: T): number =>
  x.ndim === 0 ? 0 : k.normalizeAxis(Math.min(c.int("axis", 1), x.ndim - 1), x.ndim, c.node.opType);

function quantized(x: T, scale: T, zero: T | null, dtype: k.DType): T {
  const limits = LIMITS[dtype];
  if (!limits) throw new k.UnsupportedError(`quantization to ${dtype} is not known here`);
  const shifted = k.add(k.round(k.divide(x, scale)), zero ? k.cast(zero, x.dtype) : k.float(0));
  return k.cast(k.clip(shifted, limits[0], limits[1]), dtype);
}

function quantizeLinear(c: Call): T {
  const x = c.tensor(0);
  const zero = c.maybe(2);
  const [axis, block] = [axisOf(c, x), c.int("block_size", 0)];
  const code = c.int("output_dtype", 0);
  const dtype = zero?.dtype ?? (code ? dtypeOfElement(code) : "uint8") ?? "uint8";
  const wide = k.cast(x, "float32");
  const scale = k.cast(spread(c.tensor(1), x, axis, block), "float32");
  return quantized(wide, scale, zero ? k.cast(spread(zero, x, axis, block), "float32") : null, dtype);
}

function dequantizeLinear(c: Call): T {
  const x = c.tensor(0);
  const zero = c.maybe(2);
  const [axis, block] = [axisOf(c, x), c.int("block_size", 0)];
  const scale = spread(c.tensor(1), x, axis, block);
  const wide = k.cast(x, "float32");
  const shifted = zero ? k.subtract(wide, k.cast(spread(zero, x, axis, block), "float32")) : wide;
  return k.cast(k.multiply(shifted, k.cast(scale, "float32")), scale.dtype);
}

function dynamicQuantizeLinear(c: Call): T[] {
  const x = c.tensor(0);
  const [low, high] = [k.minimum(k.min(x), 0), k.maximum(k.max(x), 0)];
  const range = k.divide(k.subtract(high, low), k.float(255));
  const scale = k.where(k.equal(range, 0), k.onesLike(range), range);
  const zero = k.clip(k.round(k.divide(k.negative(low), scale)), 0, 255);
  return [quantized(x, scale, zero, "uint8"), scale, k.cast(zero, "uint8")];
}

function qLinearMatMul(c: Call): T {
  const real = (x: number, scale: number, zero: number, rows: boolean): T => {
    const side = (v: T): T =>
      v.ndim === 1 && v.shape[0]! > 1 && rows
        ? k.expandDims(v, -1)
        : v.ndim === 1 && v.shape[0] === 1
          ? k.reshape(v, [])
          : v;
    return k.multiply(
      k.subtract(k.cast(c.tensor(x), "float32"), k.cast(side(c.tensor(zero)), "float32")),
      k.cast(side(c.tensor(scale)), "float32"),
    );
  };
  const product = k.matmul(real(0, 1, 2, true), real(3, 4, 5, false));
  const zero = c.tensor(7);
  return quantized(product, k.cast(c.tensor(6), "float32"), zero, zero.dtype);
}

export const quantization: OperatorTable = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  QLinearMatMul: qLinearMatMul,
};
