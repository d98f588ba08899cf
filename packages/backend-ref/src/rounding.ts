import type { SmallFloat } from "@keras/ops";

interface Format {
  readonly mantissaBits: number;
  /** Exponent of the smallest normal number. */
  readonly minExponent: number;
  /** Largest finite value. */
  readonly largest: number;
  /** What lies beyond it. */
  readonly overflow: number;
}

const FORMATS: Readonly<Record<SmallFloat, Format>> = {
  float16: { mantissaBits: 10, minExponent: -14, largest: 65504, overflow: Number.POSITIVE_INFINITY },
  bfloat16: { mantissaBits: 7, minExponent: -126, largest: 255 * 2 ** 120, overflow: Number.POSITIVE_INFINITY },
  float8_e4m3fn: { mantissaBits: 3, minExponent: -6, largest: 448, overflow: Number.NaN },
  float8_e5m2: { mantissaBits: 2, minExponent: -14, largest: 57344, overflow: Number.POSITIVE_INFINITY },
};

/** Rounds float32 values in place to the nearest values of a smaller float type, ties to even. */
export function roundSmallFloats(values: Float32Array, dtype: SmallFloat): void {
  const { mantissaBits, minExponent, largest, overflow } = FORMATS[dtype];
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const drop = 23 - mantissaBits;
  const half = (1 << (drop - 1)) - 1;
  const mask = -1 << drop;
  const smallestNormal = 2 ** minExponent;
  // Adding and taking away 1.5 · 2^52 units of the last place leaves a float64 with nothing below that place.
  const magic = 1.5 * 2 ** (52 + minExponent - mantissaBits);
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    const size = Math.abs(x);
    if (size >= smallestNormal) {
      if (size === Number.POSITIVE_INFINITY) {
        values[i] = x > 0 ? overflow : -overflow;
        continue;
      }
      bits[i] = (bits[i] + half + ((bits[i] >> drop) & 1)) & mask;
      if (Math.abs(values[i]) > largest) values[i] = x > 0 ? overflow : -overflow;
    } else if (x !== 0 && size < smallestNormal) {
      const rounded = x + magic - magic;
      values[i] = rounded === 0 && x < 0 ? -0 : rounded;
    }
  }
}
