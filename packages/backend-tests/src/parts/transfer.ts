import { allDTypes, allocateHost, enable64Bit, NDArray, toTensor, type DType } from "@keras/ops";
import { afterAll, beforeAll, expect } from "vitest";
import type { Suite } from "../suite.ts";

/** Host data whose bytes run through many patterns: NaNs with a payload, denormal numbers, negative zeros. */
export function patterns(dtype: DType, count: number): NDArray {
  if (dtype === "string")
    return new NDArray(
      Array.from({ length: count }, (_, i) => `ß${i}`),
      [count],
      dtype,
    );
  const values = allocateHost(dtype, count) as Uint8Array<ArrayBuffer>;
  const limit = dtype.endsWith("t4") ? 8 : dtype === "bool" ? 2 : 256;
  const bytes = new Uint8Array(values.buffer);
  // Exponents of all ones are left out: an engine may make one NaN of all.
  bytes.forEach((_, i) => (bytes[i] = limit === 256 ? (i * 37 + 11) % 0x70 : (i * 5 + 1) % limit));
  return new NDArray(values as never, [count], dtype);
}

/** Values go up and come down bit for bit. */
export function transferTests(suite: Suite): void {
  beforeAll(() => enable64Bit(true));
  afterAll(() => enable64Bit(false));
  for (const dtype of allDTypes()) {
    if (!suite.settings.dtypes.has(dtype)) continue;
    suite.test(`${dtype} comes back bit for bit, and is a copy`, async () => {
      const host = patterns(dtype, 12);
      const before = host.values.slice();
      const x = toTensor(new NDArray(host.values, [3, 4], dtype));
      if (Array.isArray(host.values)) host.values.fill("");
      else new Uint8Array(host.values.buffer).fill(0);
      const [first, second] = [await x.data(), await x.data()];
      expect(first).toEqual(before);
      expect(first).not.toBe(second);
      expect(x.shape).toEqual([3, 4]);
      expect(x.dtype).toBe(dtype);
    });
  }
  suite.test("scalars and values without elements", async () => {
    expect(await toTensor(2.5).item()).toBe(2.5);
    expect(await toTensor(new NDArray(new Float32Array(0), [0, 3], "float32")).array()).toEqual([]);
  });
}
