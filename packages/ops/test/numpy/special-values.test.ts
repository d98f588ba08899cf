// Kinks, infinities, negative zeros, overflow.
import { beforeEach, describe, expect, it } from "vitest";
import {
  absolute,
  add,
  arctan2,
  array,
  cbrt,
  clip,
  divide,
  divideNoNan,
  DTypeError,
  exp,
  floorDivide,
  fmod,
  full,
  gcd,
  grad,
  hypot,
  ldexp,
  logaddexp,
  maximum,
  mod,
  multiply,
  nanToNum,
  negative,
  power,
  saturateCast,
  signbit,
  sinc,
  sqrt,
  square,
  subtract,
  sum,
  where,
  type Tensor,
} from "@keras/ops";
import { flat, useReference } from "./support.ts";

beforeEach(useReference);

const slope = async (f: (x: Tensor) => Tensor, at: number): Promise<number> => grad(f)(full([], at)).item();

describe("derivatives at kinks", () => {
  it("are those of JAX", async () => {
    expect(await slope((x) => absolute(x), 0)).toBe(1);
    expect(await slope((x) => maximum(x, 0), 0)).toBe(0.5);
    expect(await slope((x) => clip(x, 0, 1), 0)).toBe(0.5);
    expect(await slope((x) => power(x, 2), 0)).toBe(0);
    expect(await slope((x) => power(x, 0), 0)).toBe(0);
    expect(await slope((x) => sinc(x), 0)).toBe(0);
    expect(await slope((x) => sqrt(x), 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("are not NaN where a masked branch is", async () => {
    expect(await slope((x) => divideNoNan(1, x), 0)).toBe(0);
    expect(await slope((x) => hypot(x, 0), 0)).toBe(0);
    expect(await slope((x) => logaddexp(x, Number.NEGATIVE_INFINITY), 1)).toBe(1);
    const guarded = (x: Tensor): Tensor => sum(where(array([true, false]), x, sqrt(where(array([true, false]), 1, x))));
    expect(await flat(grad(guarded)(array([2, 4])))).toEqual([1, 0.25]);
  });
});

describe("special values", () => {
  it("keeps the sign of zero", async () => {
    expect(await flat(signbit(array([0, -0, 1, -1, Number.NEGATIVE_INFINITY])))).toEqual([0, 1, 0, 1, 1]);
    expect(Object.is(await negative(array(0, "float32")).item(), -0)).toBe(true);
    expect(Object.is(await multiply(array(-1, "float32"), 0).item(), -0)).toBe(true);
  });

  it("wraps integers", async () => {
    expect(await flat(add(array([127], "int8"), array([1], "int8")))).toEqual([-128]);
    expect(await flat(subtract(array([0], "uint8"), array([1], "uint8")))).toEqual([255]);
    expect(await flat(multiply(array([2 ** 30], "int32"), 4))).toEqual([0]);
    expect(await flat(square(array([200], "uint8")))).toEqual([(200 * 200) % 256]);
  });

  it("divides like NumPy", async () => {
    const [x, y] = [array([7, -7, 7, -7], "int32"), array([3, 3, -3, -3], "int32")];
    expect(await flat(floorDivide(x, y))).toEqual([2, -3, -3, 2]);
    expect(await flat(mod(x, y))).toEqual([1, 2, -2, -1]);
    expect(await flat(fmod(x, y))).toEqual([1, -1, 1, -1]);
    expect(await flat(divide(array([1, -1, 0]), 0))).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it("does not overflow where the result does not", async () => {
    expect(await hypot(array([3e30]), 4e30).item()).toBeCloseTo(5e30, -25);
    expect(await logaddexp(array(1000), 1000).item()).toBeCloseTo(1000 + Math.LN2, 3);
    expect(await ldexp(array(0.5), array(128, "int32")).item()).toBe(2 ** 127);
    expect(await flat(hypot(array([Number.POSITIVE_INFINITY, 0]), array([1, 0])))).toEqual([
      Number.POSITIVE_INFINITY,
      0,
    ]);
  });

  it("has real roots and angles of negative numbers", async () => {
    expect(await cbrt(array(-27)).item()).toBeCloseTo(-3, 5);
    expect(await arctan2(0, -1).item()).toBeCloseTo(Math.PI, 6);
    expect(await flat(exp(array([Number.NEGATIVE_INFINITY])))).toEqual([0]);
  });

  it("replaces what is not a number", async () => {
    const found = await flat(nanToNum(array([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])));
    expect(found).toEqual([0, Math.fround(3.4028234663852886e38), Math.fround(-3.4028234663852886e38), 1]);
  });

  it("saturates to what a dtype can hold", async () => {
    expect(await flat(saturateCast(array([-1, 3e9, Number.POSITIVE_INFINITY]), "int32"))).toEqual([
      -1, 2147483520, 2147483520,
    ]);
    expect(await flat(saturateCast(array([300, -5], "int32"), "uint8"))).toEqual([255, 0]);
    expect(await saturateCast(array([1e6]), "float16").array()).toEqual([65504]);
  });

  it("refuses dtypes that an op is not for", () => {
    expect(() => negative(array([true]))).toThrow(DTypeError);
    expect(() => subtract(array([true]), array([true]))).toThrow(DTypeError);
    expect(() => gcd(array([1.5]), 2)).toThrow(DTypeError);
    expect(() => ldexp(array([1]), array([0.5]))).toThrow(DTypeError);
  });
});
