import type { Attrs, DType } from "@keras/ops";
import fc from "fast-check";
import { expect, test } from "vitest";
import { run, type Value } from "./kernel.ts";

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Reproducible numbers in (-1, 1), as float32 values unless told. */
function randoms(seed: number, shape: readonly number[], dtype: DType = "float32"): Value {
  const count = product(shape) * (dtype.startsWith("complex") ? 2 : 1);
  const bits = run("random_bits", [["uint32", [2], [0, seed]]], {}, [{ dtype: "uint32", shape: [count] }])[0].storage;
  return [dtype, shape, Array.from(bits as Uint32Array, (b) => Math.fround((b - 2 ** 31) / 2 ** 31))];
}

/** One output of the dtype of the first operand, as a value to go on with. */
function call(
  op: string,
  inputs: readonly Value[],
  attrs: Attrs,
  shape: readonly number[],
  dtype: DType = inputs[0][0],
): Value {
  const [{ storage }] = run(op, inputs, attrs, [{ dtype, shape }]);
  return [dtype, shape, Array.from(storage as Float64Array)];
}

const inner = (a: Value, b: Value): number => a[2].reduce((sum: number, x, i) => sum + Number(x) * Number(b[2][i]), 0);

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

interface Geometry {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly y: readonly number[];
  readonly attrs: Attrs;
}

/** A convolution of 1 to 3 spatial axes whose output is not empty. */
const geometries: fc.Arbitrary<Geometry> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 2 }),
    filters: fc.integer({ min: 1, max: 2 }),
    axes: fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 6 }),
        window: fc.integer({ min: 1, max: 3 }),
        stride: fc.integer({ min: 1, max: 3 }),
        low: fc.integer({ min: 0, max: 2 }),
        high: fc.integer({ min: 0, max: 2 }),
        inputDilation: fc.integer({ min: 1, max: 2 }),
        kernelDilation: fc.integer({ min: 1, max: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ batch, groups, channels, filters, axes }) => {
    const out = axes.map((a) => {
      const seen = (a.size - 1) * a.inputDilation + 1 + a.low + a.high - ((a.window - 1) * a.kernelDilation + 1);
      return seen < 0 ? 0 : Math.floor(seen / a.stride) + 1;
    });
    return {
      x: [batch, ...axes.map((a) => a.size), channels * groups],
      kernel: [...axes.map((a) => a.window), channels, filters * groups],
      y: [batch, ...out, filters * groups],
      attrs: {
        strides: axes.map((a) => a.stride),
        padding: axes.map((a) => [a.low, a.high]),
        inputDilation: axes.map((a) => a.inputDilation),
        kernelDilation: axes.map((a) => a.kernelDilation),
        groups,
      },
    };
  })
  .filter(({ y }) => product(y) > 0);

test("gradients of a convolution are its adjoints: <conv(x, k), g> = <x, input_grad(g, k)> = <k, kernel_grad(x, g)>", () => {
  fc.assert(
    fc.property(geometries, seeds, ({ x, kernel, y, attrs }, seed) => {
      const [a, k, g] = [
        randoms(seed, x, "float64"),
        randoms(seed + 1, kernel, "float64"),
        randoms(seed + 2, y, "float64"),
      ];
      const forward = inner(call("conv", [a, k], attrs, y), g);
      expect(inner(a, call("conv_input_grad", [g, k], { ...attrs, inputShape: x }, x))).toBeCloseTo(forward, 10);
      expect(inner(k, call("conv_kernel_grad", [a, g], { ...attrs, kernelShape: kernel }, kernel))).toBeCloseTo(
        forward,
        10,
      );
    }),
  );
});

test("the gradient of average pooling is its adjoint, and max pooling agrees with its gradient along x", () => {
  fc.assert(
    fc.property(geometries, seeds, ({ x, y, kernel, attrs }, seed) => {
      const axes = x.length - 2;
      const pool = { window: kernel.slice(0, axes), strides: attrs["strides"], padding: attrs["padding"] };
      const out = [
        x[0],
        ...x.slice(1, -1).map((size, i) => {
          const [low, high] = (attrs["padding"] as number[][])[i];
          return Math.max(0, Math.floor((size + low + high - kernel[i]) / (attrs["strides"] as number[])[i]) + 1);
        }),
        x[x.length - 1],
      ];
      // A window that lies in padding altogether has no mean.
      fc.pre(product(out) > 0 && (pool.padding as number[][]).every(([l, h], i) => l < kernel[i] && h < kernel[i]));
      void y;
      const [a, g] = [randoms(seed, x, "float64"), randoms(seed + 1, out, "float64")];
      const mean = inner(call("average_pool", [a], pool, out), g);
      fc.pre(Number.isFinite(mean));
      expect(inner(a, call("average_pool_grad", [g], { ...pool, inputShape: x }, x))).toBeCloseTo(mean, 10);
      const max = call("max_pool", [a], pool, out);
      expect(inner(a, call("max_pool_grad", [a, max, g], pool, x))).toBeCloseTo(inner(max, g), 10);
    }),
  );
});

test("the inverse transform undoes the transform, and a circular shift multiplies it by a phase", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), seeds, (n, seed) => {
      const x = randoms(seed, [2, n], "complex128");
      const y = call("fft", [x], { inverse: false }, [2, n]);
      const back = call("fft", [y], { inverse: true }, [2, n]);
      back[2].forEach((v, i) => expect(v).toBeCloseTo(Number(x[2][i]), 12));
      // Parseval: energy is kept up to n.
      expect(inner(y, y) / n).toBeCloseTo(inner(x, x), 9);
    }),
  );
});

test("sort, argsort and top_k agree on any floats", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noDefaultInfinity: false }), { maxLength: 80 }), fc.nat(), (numbers, pick) => {
      const n = numbers.length;
      const x: Value = ["float32", [n], numbers.map((v) => (Object.is(v, -0) ? 0 : v))];
      const sorted = call("sort", [x], { axis: 0 }, [n])[2];
      const order = call("argsort", [x], { axis: 0 }, [n], "int32")[2];
      expect(sorted).toEqual(order.map((i) => x[2][Number(i)]));
      for (let i = 1; i < n; i++) expect(sorted[i - 1] <= sorted[i] || Number.isNaN(sorted[i])).toBe(true);
      for (let i = 1; i < n; i++)
        if (Object.is(sorted[i - 1], sorted[i])) expect(order[i - 1]).toBeLessThan(Number(order[i]));
      const k = n === 0 ? 0 : pick % (n + 1);
      const [values, indices] = run("top_k", [x], { k }, [
        { dtype: "float32", shape: [k] },
        { dtype: "int32", shape: [k] },
      ]);
      expect(Array.from(values.storage as Float32Array)).toEqual(sorted.toReversed().slice(0, k));
      expect(new Set(indices.storage as Int32Array).size).toBe(k);
    }),
  );
});

test("unique rebuilds its operand", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 }), (numbers) => {
      const spec = { dtype: "int32" as DType, shape: [] };
      const [values, first, inverse, counts] = run("unique", [["int32", [numbers.length], numbers]], {}, [
        spec,
        spec,
        spec,
        spec,
      ]).map((r) => Array.from(r.storage as Int32Array));
      expect(values).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(inverse.map((i) => values[i])).toEqual(numbers);
      expect(first).toEqual(values.map((v) => numbers.indexOf(v)));
      expect(counts).toEqual(values.map((v) => numbers.filter((n) => n === v).length));
    }),
  );
});

test("a transpose and its inverse, and a double reverse, change nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom<DType>("float32", "complex64", "bool", "float16"),
      fc.nat(),
      (shape, dtype, turn) => {
        const x: Value = [
          dtype,
          shape,
          Array.from({ length: product(shape) * (dtype === "complex64" ? 2 : 1) }, (_, i) =>
            dtype === "bool" ? i % 2 : i % 100,
          ),
        ];
        const perm = shape
          .map((_, i) => (i + turn) % shape.length)
          .sort((a, b) => ((a * 7 + turn) % 5) - ((b * 7 + turn) % 5));
        const back = perm.map((_, i) => perm.indexOf(i));
        const moved = call(
          "transpose",
          [x],
          { perm },
          perm.map((i) => shape[i]),
        );
        expect(call("transpose", [moved], { perm: back }, shape)).toEqual(x);
        const axis = shape.map((_, i) => i).filter((i) => (turn >> i) & 1);
        expect(call("reverse", [call("reverse", [x], { axis }, shape)], { axis }, shape)).toEqual(x);
      },
    ),
  );
});

test("a matrix product of any size agrees with its definition", () => {
  const sizes = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(sizes, sizes, sizes, fc.constantFrom(1, 70), seeds, (m0, n, k, times, seed) => {
      const m = m0 * times;
      const [a, b] = [randoms(seed, [m, k], "float64"), randoms(seed + 1, [k, n], "float64")];
      const c = call("dot_general", [a, b], { contract: [[1], [0]], batch: [[], []] }, [m, n]);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++) sum += Number(a[2][i * k + p]) * Number(b[2][p * n + j]);
          expect(c[2][i * n + j]).toBeCloseTo(sum, 12);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("integer arithmetic wraps as that of machine words does", () => {
  const any32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(any32, any32, (x, y) => {
      const at = (op: string, dtype: DType = "int32"): number => {
        const [a, b] = dtype === "uint32" ? [x >>> 0, y >>> 0] : [x, y];
        return Number(
          call(
            op,
            [
              [dtype, [], [a]],
              [dtype, [], [b]],
            ],
            {},
            [],
          )[2][0],
        );
      };
      const word = (v: bigint): number => Number(BigInt.asIntN(32, v));
      const [a, b] = [BigInt(x), BigInt(y)];
      expect(at("add")).toBe(word(a + b));
      expect(at("multiply")).toBe(word(a * b));
      expect(at("multiply", "uint32")).toBe(Number(BigInt.asUintN(32, a * b)));
      if (y !== 0) expect(at("add") - at("add")).toBe(0);
      if (y !== 0) {
        const q = at("floor_divide");
        expect(word(BigInt(q) * b + BigInt(at("mod")))).toBe(x);
      }
    }),
  );
});

test("small floats round as their bit codec does", () => {
  const formats: DType[] = ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"];
  fc.assert(
    fc.property(fc.constantFrom(...formats), fc.float(), (dtype, x) => {
      // Through bits: cast to the type, bitcast to its integer, and back.
      const cast = call("cast", [["float32", [1], [x]]], { dtype }, [1], dtype);
      const bits: DType = dtype.startsWith("float8") ? "uint8" : "uint16";
      const pattern = call("bitcast", [cast], { dtype: bits }, [1], bits);
      expect(call("bitcast", [pattern], { dtype }, [1], dtype)[2]).toEqual(cast[2]);
    }),
  );
});
