/** Arithmetic of 64-bit integers. Results wrap when stored. These are kept apart from the loops over numbers, which they would slow down. */

const clampPower = (x: bigint, y: bigint): bigint => {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
  let [result, base, exponent] = [1n, x, y];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = BigInt.asUintN(64, result * base);
    base = BigInt.asUintN(64, base * base);
  }
  return result;
};

const floorDivide = (x: bigint, y: bigint): bigint => {
  if (y === 0n) return x === 0n ? -1n : -2n;
  const q = x / y;
  return q * y !== x && x < 0n !== y < 0n ? q - 1n : q;
};

export const wideUnary: Readonly<Record<string, (x: bigint) => bigint>> = {
  negative: (x) => -x,
  absolute: (x) => (x < 0n ? -x : x),
  sign: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  bitwise_not: (x) => ~x,
  conj: (x) => x,
  real: (x) => x,
};

export const wideBinary: Readonly<Record<string, (x: bigint, y: bigint) => bigint>> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  floor_divide: floorDivide,
  floor_divide_unsigned: (x, y) => (y === 0n ? -1n : x / y),
  mod: (x, y) => (y === 0n ? 0n : x - floorDivide(x, y) * y),
  power: clampPower,
  maximum: (x, y) => (x > y ? x : y),
  minimum: (x, y) => (x < y ? x : y),
  bitwise_and: (x, y) => x & y,
  bitwise_or: (x, y) => x | y,
  bitwise_xor: (x, y) => x ^ y,
  left_shift: (x, y) => (y >= 0n && y < 64n ? x << y : 0n),
  // A 64-bit unsigned value is never negative here, so `>>` fills with zeros for it.
  right_shift: (x, y) => x >> (y >= 0n && y < 64n ? y : 64n),
};

/** Comparisons of 64-bit integers and of strings. */
export const compareValues: Readonly<Record<string, (x: bigint | string, y: bigint | string) => boolean>> = {
  equal: (x, y) => x === y,
  not_equal: (x, y) => x !== y,
  less: (x, y) => x < y,
  less_equal: (x, y) => x <= y,
  greater: (x, y) => x > y,
  greater_equal: (x, y) => x >= y,
};
