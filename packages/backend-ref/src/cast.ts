import { sizeOf, type DType, type HostArray, type Kernel } from "@keras/ops";
import { fromHost, toHost } from "./host.ts";
import {
  allocate,
  bitsOf,
  familyOf,
  integerRange,
  settle,
  unsupported,
  wideRange,
  type Numbers,
  type Storage,
} from "./storage.ts";

/** Float → integer of at most 32 bits: toward zero, saturating; NaN is 0. */
function saturate(x: Numbers, out: Numbers, dtype: DType): void {
  const [least, greatest] = integerRange(dtype);
  for (let i = 0; i < out.length; i++) {
    const v = x[i];
    out[i] = v >= greatest ? greatest : v <= least ? least : v;
  }
}

function floatToWide(x: Numbers, out: Storage, dtype: DType): void {
  const [least, greatest] = wideRange(dtype);
  for (let i = 0; i < out.length; i++) {
    const v = x[i];
    const whole = Number.isNaN(v) ? 0n : v === Infinity ? greatest : v === -Infinity ? least : BigInt(Math.trunc(v));
    out[i] = (whole > greatest ? greatest : whole < least ? least : whole) as never;
  }
}

/** Values of one dtype as another. */
export function castStorage(x: Storage, from: DType, to: DType): Storage {
  if (from === to) return x;
  const [source, target] = [familyOf(from), familyOf(to)];
  if (source === "string" || target === "string") throw unsupported(from === "string" ? from : to, "cast");
  if (source === "complex") {
    const pairs = x as Numbers;
    if (target === "complex") return new (to === "complex64" ? Float32Array : Float64Array)(pairs);
    const re = new Float64Array(pairs.length / 2);
    for (let i = 0; i < re.length; i++) {
      // Only for bool does the imaginary part count.
      re[i] = target === "bool" && pairs[2 * i] === 0 ? pairs[2 * i + 1] : pairs[2 * i];
    }
    return castStorage(re, "float64", to);
  }
  const count = x.length;
  const out = allocate(to, count);
  if (source === "wide") {
    const wide = x as BigInt64Array;
    if (target === "wide") for (let i = 0; i < count; i++) out[i] = wide[i] as never;
    else if (target === "int") for (let i = 0; i < count; i++) out[i] = Number(BigInt.asIntN(32, wide[i]));
    else return castStorage(Float64Array.from(wide, Number), "float64", to);
    return settle(out, to);
  }
  const numbers = x as Numbers;
  switch (target) {
    case "bool":
      for (let i = 0; i < count; i++) out[i] = numbers[i] === 0 ? 0 : 1;
      return out;
    case "complex":
      for (let i = 0; i < count; i++) out[2 * i] = numbers[i];
      return out;
    case "wide":
      if (source === "float") floatToWide(numbers, out, to);
      else for (let i = 0; i < count; i++) out[i] = BigInt(numbers[i]) as never;
      return out;
    case "int":
      if (source === "float") saturate(numbers, out as Numbers, to);
      else (out as Numbers).set(numbers);
      return settle(out, to);
    default:
      (out as Numbers).set(numbers);
      return settle(out, to);
  }
}

const cast: Kernel = ({ inputs: [x], inputSpecs: [{ dtype }], attrs }) => [
  castStorage(x as Storage, dtype, attrs["dtype"] as DType),
];

function bytesOf(storage: Storage, dtype: DType): Uint8Array {
  const host = toHost(storage, dtype) as Numbers;
  const bytes = new Uint8Array(host.buffer, host.byteOffset, host.byteLength);
  if (bitsOf(dtype) !== 4) return bytes;
  const packed = new Uint8Array((bytes.length + 1) >> 1);
  for (let i = 0; i < packed.length; i++) packed[i] = (bytes[2 * i] & 15) | (bytes[2 * i + 1] << 4);
  return packed;
}

const bitcast: Kernel = ({ inputs: [x], inputSpecs: [from], outputSpecs: [{ shape, dtype }] }) => {
  const count = sizeOf(shape);
  if (dtype === "string" || from.dtype === "string") throw unsupported("string", "bitcast");
  const bytes = bytesOf(x as Storage, from.dtype);
  if (bitsOf(dtype) === 4) {
    const out = allocate(dtype, count) as Numbers;
    for (let i = 0; i < count; i++) out[i] = bytes[i >> 1] >> (4 * (i & 1));
    return [settle(out as Storage, dtype)];
  }
  // Storage of the right class over a copy of the bytes, as the host would hold it.
  const host = toHost(allocate(dtype, count), dtype) as Numbers;
  new Uint8Array(host.buffer).set(bytes);
  return [fromHost(host as HostArray, dtype)];
};

export const castKernels: Readonly<Record<string, Kernel>> = { cast, bitcast };
