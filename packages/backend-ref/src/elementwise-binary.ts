import {
  encodeSmallFloat,
  decodeSmallFloats,
  isSmallFloat,
  isUnsigned,
  type DType,
  type Kernel,
  type SmallFloat,
} from "@keras/ops";
import { complexBinary, complexCompare } from "./complex.ts";
import { allocate, familyOf, settle, unsupported, type Family, type Numbers, type Storage } from "./storage.ts";
import { broadcastStrides, walk } from "./strided.ts";
import { compareValues, wideBinary } from "./wide.ts";

/**
 * out[o + k] = f(x[i + k·xs], y[j + k·ys]) for k < n. Steps are 0 or more, so one loop serves equal shapes, scalars, broadcasting,
 * and running combination (`out` may be `x`). Each op has its own loop: a shared one over a function argument is several times slower.
 */
export type BinaryLoop = (
  n: number,
  out: Numbers,
  o: number,
  x: Numbers,
  i: number,
  xs: number,
  y: Numbers,
  j: number,
  ys: number,
) => void;

const add: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] + y[j + k * ys];
};
const subtract: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] - y[j + k * ys];
};
const multiply: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] * y[j + k * ys];
};
const multiplyInt: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = Math.imul(x[i + k * xs], y[j + k * ys]);
};
const divide: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] / y[j + k * ys];
};
const maximum: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = Math.max(x[i + k * xs], y[j + k * ys]);
};
const minimum: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = Math.min(x[i + k * xs], y[j + k * ys]);
};
const or: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] | y[j + k * ys];
};
const and: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] & y[j + k * ys];
};
const xor: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] ^ y[j + k * ys];
};
const equal: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] === y[j + k * ys] ? 1 : 0;
};
const notEqual: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] !== y[j + k * ys] ? 1 : 0;
};
const less: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] < y[j + k * ys] ? 1 : 0;
};
const lessEqual: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * xs] <= y[j + k * ys] ? 1 : 0;
};
/** y < x. */
const greater: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => less(n, out, o, y, j, ys, x, i, xs);
const greaterEqual: BinaryLoop = (n, out, o, x, i, xs, y, j, ys) => lessEqual(n, out, o, y, j, ys, x, i, xs);

/** A loop over a function, for ops that are rare or cost more than a call. */
function loopOf(f: (x: number, y: number) => number): BinaryLoop {
  return (n, out, o, x, i, xs, y, j, ys) => {
    for (let k = 0; k < n; k++) out[o + k] = f(x[i + k * xs], y[j + k * ys]);
  };
}

/** The sign of y, as Python has it; `%` gives that of x. */
function floorMod(x: number, y: number): number {
  const m = x % y;
  return m !== 0 && m < 0 !== y < 0 ? m + y : m;
}

/** Through the remainder, which is exact, since the quotient of two floats may round up to an integer that it does not reach. */
function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  const q = (x - (x % y)) / y;
  const whole = Math.round(q);
  return x % y !== 0 && x < 0 !== y < 0 ? whole - 1 : whole;
}

/** C's `pow`, which differs from JavaScript's where the base is 1 or -1. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

function powerInt(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let base = x, exponent = y; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

/** By zero as XLA has it: all bits, less one where the division was not of zero. */
const floorDivideSigned = loopOf((x, y) => (y === 0 ? (x === 0 ? -1 : -2) : Math.floor(x / y)));
const floorDivideUnsigned = loopOf((x, y) => (y === 0 ? -1 : Math.floor(x / y)));

const leftShift = loopOf((x, y) => (y >= 0 && y < 32 ? x << y : 0));
const rightShiftSigned = loopOf((x, y) => x >> (y >= 0 && y < 32 ? y : 31));
const rightShiftUnsigned = loopOf((x, y) => (y >= 0 && y < 32 ? x >>> y : 0));

const floatView = new Float64Array(1);
const floatBits = new BigInt64Array(floatView.buffer);
const singleView = new Float32Array(1);
const singleBits = new Int32Array(singleView.buffer);

/** The neighbour of x toward y, given how to step from one bit pattern to the next. */
function neighbour(step: (x: number, away: 1 | -1) => number, smallest: number): BinaryLoop {
  return loopOf((x, y) => {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    if (x === y) return y;
    if (x === 0) return y > 0 ? smallest : -smallest;
    return step(x, x > 0 === y > x ? 1 : -1);
  });
}

function nextafter(dtype: DType): BinaryLoop {
  if (isSmallFloat(dtype)) {
    const decode = (bits: number): number => decodeSmallFloats(Uint16Array.of(bits), dtype as SmallFloat)[0];
    return neighbour((x, away) => decode(encodeSmallFloat(x, dtype as SmallFloat) + away), decode(1));
  }
  if (dtype === "float64") {
    return neighbour((x, away) => {
      floatView[0] = x;
      floatBits[0] += BigInt(away);
      return floatView[0];
    }, Number.MIN_VALUE);
  }
  return neighbour((x, away) => {
    singleView[0] = x;
    singleBits[0] += away;
    return singleView[0];
  }, 2 ** -149);
}

type NumberFamily = "float" | "int" | "bool";

/** Loops by op and family of dtypes. */
const LOOPS: Readonly<Record<string, Partial<Record<NumberFamily, BinaryLoop>>>> = {
  add: { float: add, int: add, bool: or },
  subtract: { float: subtract, int: subtract },
  multiply: { float: multiply, int: multiplyInt, bool: and },
  divide: { float: divide },
  floor_divide: { float: loopOf(floorDivide) },
  mod: { float: loopOf(floorMod), int: loopOf((x, y) => (y === 0 ? 0 : floorMod(x, y))) },
  power: { float: loopOf(power), int: loopOf(powerInt) },
  maximum: { float: maximum, int: maximum, bool: or },
  minimum: { float: minimum, int: minimum, bool: and },
  arctan2: { float: loopOf(Math.atan2) },
  equal: { float: equal, int: equal, bool: equal },
  not_equal: { float: notEqual, int: notEqual, bool: notEqual },
  less: { float: less, int: less, bool: less },
  less_equal: { float: lessEqual, int: lessEqual, bool: lessEqual },
  greater: { float: greater, int: greater, bool: greater },
  greater_equal: { float: greaterEqual, int: greaterEqual, bool: greaterEqual },
  logical_and: { bool: and },
  logical_or: { bool: or },
  logical_xor: { bool: xor },
  bitwise_and: { int: and, bool: and },
  bitwise_or: { int: or, bool: or },
  bitwise_xor: { int: xor, bool: xor },
  left_shift: { int: leftShift },
};

/** Loops over values that are not numbers. Positions and steps count elements. */
function otherLoop(op: string, family: Family): BinaryLoop | undefined {
  if (family === "complex") {
    const compare = complexCompare[op];
    if (compare) {
      return (n, out, o, x, i, xs, y, j, ys) => {
        for (const end = o + n; o < end; o++, i += xs, j += ys) {
          out[o] = compare(x[2 * i], x[2 * i + 1], y[2 * j], y[2 * j + 1]) ? 1 : 0;
        }
      };
    }
    const f = complexBinary[op];
    const pair = new Float64Array(2);
    return (
      f &&
      ((n, out, o, x, i, xs, y, j, ys) => {
        for (const end = o + n; o < end; o++, i += xs, j += ys) {
          f(x[2 * i], x[2 * i + 1], y[2 * j], y[2 * j + 1], pair);
          out[2 * o] = pair[0];
          out[2 * o + 1] = pair[1];
        }
      })
    );
  }
  const compare = compareValues[op];
  const wide = family === "wide" ? wideBinary[op] : undefined;
  const f = compare ? (x: never, y: never): number => Number(compare(x, y)) : wide;
  // The arrays hold bigints or strings here; the loop is its own, so numbers never meet them in compiled code.
  return (
    f &&
    ((n, out, o, x, i, xs, y, j, ys) => {
      for (let k = 0; k < n; k++) out[o + k] = f(x[i + k * xs] as never, y[j + k * ys] as never) as number;
    })
  );
}

/** The loop of a binary op for operands of a dtype. @throws {DTypeError} when the op has none. */
export function binaryLoop(op: string, dtype: DType): BinaryLoop {
  const family = familyOf(dtype);
  let loop: BinaryLoop | undefined;
  if (family === "float" || family === "int" || family === "bool") {
    if (op === "nextafter" && family === "float") loop = nextafter(dtype);
    else if (op === "right_shift" && family === "int") loop = isUnsigned(dtype) ? rightShiftUnsigned : rightShiftSigned;
    else if (op === "floor_divide" && family === "int")
      loop = isUnsigned(dtype) ? floorDivideUnsigned : floorDivideSigned;
    else loop = LOOPS[op]?.[family];
  } else {
    loop = otherLoop(op === "floor_divide" && isUnsigned(dtype) ? "floor_divide_unsigned" : op, family);
  }
  if (!loop) throw unsupported(dtype, op);
  return loop;
}

function binary(op: string): Kernel {
  return ({ inputs: [x, y], inputSpecs: [a, b], outputSpecs: [spec] }) => {
    const loop = binaryLoop(op, a.dtype);
    const { shape, dtype } = spec;
    const block = walk(shape, [broadcastStrides(a.shape, shape.length), broadcastStrides(b.shape, shape.length)]);
    const out = allocate(dtype, block.count) as Numbers;
    const [xs, ys] = block.steps;
    let o = 0;
    block.each((n, [i, j]) => {
      loop(n, out, o, x as Numbers, i, xs, y as Numbers, j, ys);
      o += n;
    });
    return [settle(out as Storage, dtype)];
  };
}

export const binaryKernels: Readonly<Record<string, Kernel>> = Object.fromEntries(
  [...Object.keys(LOOPS), "right_shift", "nextafter"].map((op) => [op, binary(op)]),
);
