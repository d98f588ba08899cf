import type { DType } from "@keras/ops";
import { describe, it } from "vitest";
import { array, check, generator, random } from "./kit.ts";

const FLOATS: DType[] = ["float32", "float16", "bfloat16"];
const INTS: DType[] = ["int8", "uint8", "int16", "uint16", "int32", "uint32"];
const WIDE: DType[] = ["int64", "uint64"];
const N = 67;

const spread = [
  0,
  -0,
  0.5,
  -0.5,
  1,
  -1,
  1.5,
  2.5,
  -2.5,
  1e-6,
  -1e-6,
  7.25,
  -7.25,
  30,
  -30,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/** Values near what each function is sensitive to, besides the common ones. */
function floats(dtype: DType, low: number, high: number): ReturnType<typeof array> {
  const next = generator(7);
  const numbers = [...spread, ...Array.from({ length: N - spread.length }, () => low + (high - low) * next())];
  return array(dtype, [N], numbers);
}

describe("functions of one float", () => {
  const ranges: Record<string, readonly [number, number, number?]> = {
    negative: [-4, 4],
    absolute: [-4, 4],
    sign: [-4, 4],
    floor: [-4, 4],
    ceil: [-4, 4],
    round: [-4, 4],
    trunc: [-4, 4],
    exp: [-4, 4, 4e-6],
    expm1: [-1, 1, 4e-6],
    log: [0, 10, 4e-6],
    log1p: [-1, 10, 4e-6],
    sqrt: [0, 10],
    rsqrt: [0, 10, 4e-6],
    sin: [-6, 6],
    cos: [-6, 6],
    tan: [-1.5, 1.5, 1e-5],
    arcsin: [-1, 1],
    arccos: [-1, 1],
    arctan: [-4, 4],
    sinh: [-4, 4, 4e-6],
    cosh: [-4, 4, 4e-6],
    tanh: [-4, 4],
    arcsinh: [-4, 4],
    arccosh: [1, 9],
    arctanh: [-1, 1, 4e-6],
    sigmoid: [-9, 9],
    erf: [-3, 3],
    erfinv: [-0.999, 0.999, 1e-5],
    isfinite: [-1, 1],
    isnan: [-1, 1],
  };
  for (const [op, [low, high, allowed]] of Object.entries(ranges)) {
    for (const dtype of FLOATS) {
      it(`${op} ${dtype}`, async () => {
        const x = floats(dtype, low, high);
        const output = op.startsWith("is") ? "bool" : dtype;
        await check({ op, inputs: [x], outputs: [{ shape: [N], dtype: output }] }, allowed);
      });
    }
  }
});

describe("functions of one integer", () => {
  for (const dtype of [...INTS, ...WIDE]) {
    for (const op of ["negative", "absolute", "sign", "bitwise_not"]) {
      it(`${op} ${dtype}`, () =>
        check({
          op,
          inputs: [random(dtype, [N], generator(3), { low: -100, high: 100 })],
          outputs: [{ shape: [N], dtype }],
        }));
    }
  }
  it("logical_not", () =>
    check({ op: "logical_not", inputs: [random("bool", [N], generator())], outputs: [{ shape: [N], dtype: "bool" }] }));
  it("bitwise_not bool", () =>
    check({ op: "bitwise_not", inputs: [random("bool", [N], generator())], outputs: [{ shape: [N], dtype: "bool" }] }));
});

/** Pairs of shapes that broadcast. */
const SHAPES: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [
    [5, 7],
    [5, 7],
    [5, 7],
  ],
  [[5, 7], [], [5, 7]],
  [
    [5, 1],
    [1, 7],
    [5, 7],
  ],
  [[0, 7], [7], [0, 7]],
];

describe("arithmetic", () => {
  for (const op of ["add", "subtract", "multiply", "maximum", "minimum", "floor_divide", "mod"]) {
    for (const dtype of [...FLOATS, "float64" as const, ...INTS, ...WIDE]) {
      it(`${op} ${dtype}`, async () => {
        for (const [a, b, shape] of SHAPES) {
          const next = generator(11);
          await check({
            op,
            inputs: [random(dtype, a, next, { low: -90, high: 90 }), random(dtype, b, next, { low: -9, high: 9 })],
            outputs: [{ shape, dtype }],
          });
        }
      });
    }
  }
  it("integers wrap", async () => {
    const values: [DType, number[]][] = [
      ["int8", [127, -128, 100]],
      ["uint8", [255, 200, 0]],
      ["int16", [32767, -32768, 300]],
      ["uint16", [65535, 60000, 0]],
      ["int32", [2 ** 31 - 1, -(2 ** 31), 100_000]],
      ["uint32", [2 ** 32 - 1, 3e9, 0]],
    ];
    for (const [dtype, numbers] of values) {
      const x = array(dtype, [3], numbers);
      const y = array(dtype, [3], [numbers[0]!, numbers[1]!, 1]);
      for (const op of ["add", "subtract", "multiply"])
        await check({ op, inputs: [x, y], outputs: [{ shape: [3], dtype }] });
      await check({ op: "negative", inputs: [x], outputs: [{ shape: [3], dtype }] });
      await check({ op: "absolute", inputs: [x], outputs: [{ shape: [3], dtype }] });
    }
  });
  it("64-bit integers beyond 2^31 compare and combine exactly", async () => {
    const x = array("int64", [4], [502320952n, -9223372035526191531n, 2739466610n, 4294967295n]);
    const y = array("int64", [4], [3959738524n, -9223372034359488061n, 655180602n, 5n]);
    for (const op of ["maximum", "minimum", "add", "multiply", "subtract"])
      await check({ op, inputs: [x, y], outputs: [{ shape: [4], dtype: "int64" }] });
    await check({ op: "sign", inputs: [x], outputs: [{ shape: [4], dtype: "int64" }] });
  });
  it("integer division by zero and of the least integer", async () => {
    const x = array("int32", [5], [7, -7, 0, -(2 ** 31), 5]);
    const y = array("int32", [5], [0, 0, 0, -1, -2]);
    for (const op of ["floor_divide", "mod"])
      await check({ op, inputs: [x, y], outputs: [{ shape: [5], dtype: "int32" }] });
    const u = array("uint8", [3], [200, 7, 255]);
    for (const op of ["floor_divide", "mod"])
      await check({ op, inputs: [u, array("uint8", [3], [3, 0, 255])], outputs: [{ shape: [3], dtype: "uint8" }] });
  });
  for (const dtype of FLOATS) {
    it(`divide, power and arctan2 of ${dtype}`, async () => {
      const next = generator(5);
      const [x, y] = [random(dtype, [5, 7], next), random(dtype, [5, 7], next)];
      const outputs = [{ shape: [5, 7], dtype }];
      await check({ op: "divide", inputs: [x, y], outputs });
      await check({ op: "arctan2", inputs: [x, y], outputs });
      await check({ op: "power", inputs: [random(dtype, [5, 7], next, { low: 0, high: 3 }), y], outputs }, 1e-5);
    });
  }
  it("maximum and minimum keep NaN", async () => {
    const nan = Number.NaN;
    const [x, y] = [array("float32", [4], [nan, 1, nan, 2]), array("float32", [4], [1, nan, nan, 3])];
    for (const op of ["maximum", "minimum"])
      await check({ op, inputs: [x, y], outputs: [{ shape: [4], dtype: "float32" }] });
  });
  it("integer power wraps", async () => {
    for (const dtype of ["int32", "uint8", "int16", "int64"] as const) {
      const x = array(dtype, [6], [3, 2, 7, 1, 0, 5]);
      const y = array(dtype, [6], [20, 31, 13, 100, 0, 0]);
      await check({ op: "power", inputs: [x, y], outputs: [{ shape: [6], dtype }] });
    }
  });
  it("the angles of zeros and infinities", async () => {
    const inf = Number.POSITIVE_INFINITY;
    const y = array("float32", [12], [0, -0, 0, -0, 1, -1, inf, -inf, inf, Number.NaN, 1, -1]);
    const x = array("float32", [12], [0, 0, -0, -0, 0, 0, inf, inf, -inf, 1, -2, -2]);
    await check({ op: "arctan2", inputs: [y, x], outputs: [{ shape: [12], dtype: "float32" }] });
  });
  it("nextafter", async () => {
    const inf = Number.POSITIVE_INFINITY;
    const x = array("float32", [8], [0, 1, -1, 1, Number.NaN, 0, inf, 2]);
    const y = array("float32", [8], [1, 2, 0, 0, 1, -1, 0, 2]);
    await check({ op: "nextafter", inputs: [x, y], outputs: [{ shape: [8], dtype: "float32" }] });
  });
});

describe("comparison and selection", () => {
  const all: DType[] = ["bool", ...FLOATS, "float64", ...INTS, ...WIDE];
  for (const dtype of all) {
    it(dtype, async () => {
      const next = generator(2);
      const [x, y] = [
        random(dtype, [5, 7], next, { low: -2, high: 2 }),
        random(dtype, [7], next, { low: -2, high: 2 }),
      ];
      for (const op of ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]) {
        await check({ op, inputs: [x, y], outputs: [{ shape: [5, 7], dtype: "bool" }] });
      }
      const c = random("bool", [5, 1], next);
      await check({ op: "where", inputs: [c, x, y], outputs: [{ shape: [5, 7], dtype }] });
    });
  }
  it("NaN equals nothing and is neither less nor greater", async () => {
    const x = array("float32", [3], [Number.NaN, 1, Number.NaN]);
    const y = array("float32", [3], [Number.NaN, Number.NaN, 1]);
    for (const op of ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]) {
      await check({ op, inputs: [x, y], outputs: [{ shape: [3], dtype: "bool" }] });
    }
  });
});

describe("logic and bits", () => {
  for (const op of [
    "logical_and",
    "logical_or",
    "logical_xor",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "add",
    "multiply",
    "maximum",
    "minimum",
  ]) {
    it(`${op} bool`, () =>
      check({
        op,
        inputs: [random("bool", [5, 7], generator(1)), random("bool", [7], generator(2))],
        outputs: [{ shape: [5, 7], dtype: "bool" }],
      }));
  }
  for (const dtype of [...INTS, ...WIDE]) {
    it(dtype, async () => {
      const next = generator(9);
      const [x, y] = [
        random(dtype, [40], next, { low: -100, high: 100 }),
        random(dtype, [40], next, { low: -100, high: 100 }),
      ];
      for (const op of ["bitwise_and", "bitwise_or", "bitwise_xor"])
        await check({ op, inputs: [x, y], outputs: [{ shape: [40], dtype }] });
      const distance = random(dtype, [40], next, { low: -3, high: 70 });
      for (const op of ["left_shift", "right_shift"])
        await check({ op, inputs: [x, distance], outputs: [{ shape: [40], dtype }] });
    });
  }
});

describe("casts", () => {
  const all: DType[] = ["bool", ...FLOATS, "float64", ...INTS, ...WIDE];
  for (const from of all) {
    it(`from ${from}`, async () => {
      const x = random(from, [40], generator(4), { low: -120, high: 120 });
      for (const to of all)
        await check({ op: "cast", inputs: [x], attrs: { dtype: to }, outputs: [{ shape: [40], dtype: to }] });
    });
  }
  it("floats out of an integer type's range go to its ends, NaN to 0", async () => {
    const inf = Number.POSITIVE_INFINITY;
    const x = array("float32", [10], [Number.NaN, inf, -inf, 3e9, -3e9, 1e20, -1e20, 2147483520, 70000.5, -70000.5]);
    for (const to of [...INTS, ...WIDE])
      await check({ op: "cast", inputs: [x], attrs: { dtype: to }, outputs: [{ shape: [10], dtype: to }] });
  });
  it("integers wrap", async () => {
    const x = array("int32", [6], [300, -129, 65536 + 5, -1, 2 ** 31 - 1, -(2 ** 31)]);
    for (const to of [...INTS, ...WIDE])
      await check({ op: "cast", inputs: [x], attrs: { dtype: to }, outputs: [{ shape: [6], dtype: to }] });
  });
  it("half types round to nearest, ties to even", async () => {
    const x = array("float32", [8], [1.00048828125, 1.00146484375, 65519, 65520, 1e-8, 6e-8, 1.00390625, 1.01171875]);
    for (const to of ["float16", "bfloat16"] as const)
      await check({ op: "cast", inputs: [x], attrs: { dtype: to }, outputs: [{ shape: [8], dtype: to }] });
  });
  it("bits of one type as another", async () => {
    const x = random("float32", [12], generator(8));
    for (const to of ["int32", "uint32"] as const)
      await check({ op: "bitcast", inputs: [x], attrs: { dtype: to }, outputs: [{ shape: [12], dtype: to }] });
    const h = random("bfloat16", [12], generator(8));
    for (const to of ["int16", "uint16", "float16"] as const)
      await check({ op: "bitcast", inputs: [h], attrs: { dtype: to }, outputs: [{ shape: [12], dtype: to }] });
  });
});
