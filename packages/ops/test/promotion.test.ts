// What holds of promotion whatever the dtypes are.
import fc from "fast-check";
import { add, allDTypes, DTypeError, maximum, ones, resultType, where, type DType, type WeakType } from "@keras/ops";
import { beforeEach, expect, test } from "vitest";
import { useReference } from "./numpy/support.ts";

beforeEach(useReference);

const WEAK: readonly WeakType[] = ["py:bool", "py:int", "py:float"];
/** 8-bit floats promote with nothing but themselves, and strings with nothing at all. */
const plain = allDTypes().filter((dtype) => !dtype.startsWith("float8") && dtype !== "string");
const anyDType = fc.constantFrom(...plain);
const anyType: fc.Arbitrary<DType | WeakType> = fc.constantFrom(...plain, ...WEAK);

test("promotion does not depend on the order, and repeating a type changes nothing", () => {
  fc.assert(
    fc.property(anyType, anyType, (a, b) => {
      const joined = resultType(a, b);
      expect(resultType(b, a)).toBe(joined);
      expect(resultType(a, b, b, a)).toBe(joined);
    }),
  );
});

test("what two types promote to takes in both: promoting once more changes nothing", () => {
  fc.assert(
    fc.property(anyType, anyType, (a, b) => {
      const joined = resultType(a, b);
      expect(resultType(joined, a)).toBe(joined);
      expect(resultType(joined, b)).toBe(joined);
    }),
  );
});

test("a weak number gives way to a dtype of its kind, and an integer to everything but bool", () => {
  fc.assert(
    fc.property(anyDType, (dtype) => {
      const kept = resultType(dtype);
      expect(resultType(dtype, "py:bool")).toBe(kept);
      if (kept !== "bool") expect(resultType(dtype, "py:int")).toBe(kept);
      if (kept.includes("float") || kept.startsWith("complex")) expect(resultType(dtype, "py:float")).toBe(kept);
    }),
  );
});

test("8-bit floats refuse to meet other dtypes, with a typed error", () => {
  fc.assert(
    fc.property(fc.constantFrom<DType>("float8_e4m3fn", "float8_e5m2"), anyDType, (small, other) => {
      expect(() => resultType(small, other)).toThrow(DTypeError);
    }),
  );
});

test("ops of two operands give the promoted dtype, whichever comes first", () => {
  const real = plain.filter((dtype) => !dtype.startsWith("complex"));
  fc.assert(
    fc.property(fc.constantFrom(...real), fc.constantFrom(...real), (a, b) => {
      const [x, y] = [ones([2], { dtype: a }), ones([2], { dtype: b })];
      // 64-bit types are narrowed on creation.
      const joined = resultType(x.dtype, y.dtype);
      expect(add(x, y).dtype).toBe(joined);
      expect(maximum(y, x).dtype).toBe(joined);
      expect(where(ones([2], { dtype: "bool" }), x, y).dtype).toBe(joined);
    }),
    { numRuns: 200 },
  );
});
