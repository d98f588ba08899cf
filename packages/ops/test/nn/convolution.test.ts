import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  averagePool,
  conv,
  convTranspose,
  depthwiseConv,
  KerasTensor,
  maxPool,
  multiply,
  ones,
  ShapeError,
  sum,
  transpose,
  zeros,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "../numpy/support.ts";

beforeEach(useReference);

type Padding = "valid" | "same";

interface Slide {
  readonly size: readonly [number, number];
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
}

const pair = (least: number, most: number): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

const slides: fc.Arbitrary<Slide> = fc
  .record({
    size: pair(3, 7),
    window: pair(1, 3),
    strides: pair(1, 3),
    dilation: pair(1, 2),
    padding: fc.constantFrom<Padding>("valid", "same"),
  })
  .filter(
    ({ size, window, dilation, padding }) =>
      padding === "same" || size.every((n, i) => (window[i]! - 1) * dilation[i]! < n),
  );

/** Every output position and tap, with the input it sees; by the definition that TensorFlow documents. */
function* taps({
  size,
  window,
  strides,
  dilation,
  padding,
}: Slide): Generator<{ out: number; tap: number; input: number }> {
  const axes = size.map((n, i) => {
    const extent = (window[i]! - 1) * dilation[i]! + 1;
    const count = padding === "valid" ? Math.floor((n - extent) / strides[i]!) + 1 : Math.ceil(n / strides[i]!);
    const low = padding === "valid" ? 0 : Math.floor(Math.max((count - 1) * strides[i]! + extent - n, 0) / 2);
    return { n, count, low, window: window[i]!, stride: strides[i]!, dilation: dilation[i]! };
  });
  const [h, w] = axes as [(typeof axes)[number], (typeof axes)[number]];
  for (let oh = 0; oh < h.count; oh++)
    for (let ow = 0; ow < w.count; ow++)
      for (let th = 0; th < h.window; th++)
        for (let tw = 0; tw < w.window; tw++) {
          const ih = oh * h.stride + th * h.dilation - h.low;
          const iw = ow * w.stride + tw * w.dilation - w.low;
          const inside = ih >= 0 && ih < h.n && iw >= 0 && iw < w.n;
          yield { out: oh * w.count + ow, tap: th * w.window + tw, input: inside ? ih * w.n + iw : -1 };
        }
}

const close = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 4));
};

describe("conv", () => {
  it("is the sum over taps and channels, in groups", async () => {
    await fc.assert(
      fc.asyncProperty(
        slides,
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 2),
        async (slide, groups, perGroup, filtersPerGroup) => {
          const [channels, filters] = [groups * perGroup, groups * filtersPerGroup];
          const [x, k] = [numbers([...slide.size, channels]), numbers([...slide.window, perGroup, filters], -1, 1, 2)];
          const expected: number[] = [];
          for (const { out, tap, input } of taps(slide)) {
            for (let f = 0; f < filters; f++) {
              const group = Math.floor(f / filtersPerGroup);
              let total = 0;
              for (let c = 0; c < (input < 0 ? 0 : perGroup); c++)
                total += x[input * channels + group * perGroup + c]! * k[(tap * perGroup + c) * filters + f]!;
              expected[out * filters + f] = (expected[out * filters + f] ?? 0) + total;
            }
          }
          const y = conv(tensor(x, [1, ...slide.size, channels]), tensor(k, [...slide.window, perGroup, filters]), {
            strides: slide.strides,
            padding: slide.padding,
            dilationRate: slide.dilation,
            dataFormat: "channels_last",
          });
          close(await flat(y), expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives the same with channels in front", async () => {
    await fc.assert(
      fc.asyncProperty(slides, async ({ size, window, strides, padding, dilation }) => {
        const x = tensor(numbers([2, ...size, 2]), [2, ...size, 2]);
        const k = tensor(numbers([...window, 2, 3]), [...window, 2, 3]);
        const options = { strides, padding, dilationRate: dilation };
        const last = conv(x, k, { ...options, dataFormat: "channels_last" });
        const first = conv(transpose(x, [0, 3, 1, 2]), k, { ...options, dataFormat: "channels_first" });
        expect(await flat(transpose(first, [0, 2, 3, 1]))).toEqual(await flat(last));
      }),
      { numRuns: 20 },
    );
  });

  it("does not look ahead with causal padding", async () => {
    const x = tensor([1, 2, 3, 4], [1, 4, 1]);
    expect(await flat(conv(x, ones([2, 1, 1]), { padding: "causal", dataFormat: "channels_last" }))).toEqual([
      1, 3, 5, 7,
    ]);
  });

  it.each([
    ["same", 2],
    ["valid", 1],
  ] as const)("keeps unknown sizes unknown (%s)", (padding, strides) => {
    const y = conv(new KerasTensor([null, null, 5, 3]), zeros([3, 3, 3, 8]), {
      padding,
      strides,
      dataFormat: "channels_last",
    });
    expect([y.shape[0], y.shape[1], y.shape[3]]).toEqual([null, null, 8]);
    expect(y.shape[2]).toBe(3);
  });

  it.each([
    ["another rank", () => conv(ones([4, 4]), ones([3, 3, 1, 1])), ShapeError],
    ["a kernel of another rank", () => conv(ones([1, 4, 4, 1]), ones([3, 1, 1])), ShapeError],
    ["channels that do not divide", () => conv(ones([1, 4, 4, 3]), ones([3, 3, 2, 2])), ShapeError],
    ["filters that do not divide", () => conv(ones([1, 4, 4, 4]), ones([3, 3, 2, 3])), ShapeError],
    ["a window that does not fit", () => conv(ones([1, 2, 2, 1]), ones([3, 3, 1, 1])), ShapeError],
    [
      "an unknown padding",
      () => conv(ones([1, 4, 4, 1]), ones([3, 3, 1, 1]), { padding: "full" as never }),
      ArgumentError,
    ],
    ["a stride of 0", () => conv(ones([1, 4, 4, 1]), ones([3, 3, 1, 1]), { strides: 0 }), ArgumentError],
    ["too many strides", () => conv(ones([1, 4, 4, 1]), ones([3, 3, 1, 1]), { strides: [1, 1, 1] }), ArgumentError],
    [
      "an unknown layout",
      () => conv(ones([1, 4, 4, 1]), ones([3, 3, 1, 1]), { dataFormat: "NCHW" as never }),
      ArgumentError,
    ],
    ["other channels in a depthwise kernel", () => depthwiseConv(ones([1, 4, 4, 3]), ones([2, 2, 2, 1])), ShapeError],
  ])("refuses %s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});

describe("convTranspose", () => {
  it("is the transpose of conv: <conv(x), y> = <x, convTranspose(y)>", async () => {
    await fc.assert(
      fc.asyncProperty(slides, async ({ size, window, strides, padding, dilation }) => {
        const options = { strides, padding, dilationRate: dilation, dataFormat: "channels_last" } as const;
        const k = tensor(numbers([...window, 2, 3]), [...window, 2, 3]);
        const y = convTranspose(tensor(numbers([1, ...size, 3]), [1, ...size, 3]), k, options);
        // The convolution takes the larger image back to the size that was given, if no output padding is more than it reaches.
        const back = conv(ones(y.shape), k, options);
        fc.pre(back.shape.every((d, i) => d === [1, ...size, 3][i]));
        const [x, g] = [tensor(numbers(y.shape, -1, 1, 5), y.shape), tensor(numbers([1, ...size, 3]), [1, ...size, 3])];
        const [left, right] = [sum(multiply(conv(x, k, options), g)), sum(multiply(x, y))];
        expect(await left.item()).toBeCloseTo(await right.item(), 2);
      }),
      { numRuns: 40 },
    );
  });

  it("adds zeros where output padding lies beyond the reach of the kernel", async () => {
    const y = convTranspose(ones([1, 2, 1]), ones([1, 1, 1]), {
      strides: 2,
      outputPadding: 3,
      dataFormat: "channels_last",
    });
    expect(await flat(y)).toEqual([1, 0, 1, 0, 0, 0]);
  });

  it("refuses other channels", () => {
    expect(() => convTranspose(ones([1, 2, 3]), ones([2, 4, 2]))).toThrow(ShapeError);
  });
});

describe("pooling", () => {
  it.each([
    ["max", maxPool, (xs: readonly number[]) => Math.max(...xs)],
    ["average", averagePool, (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length],
  ] as const)("takes the %s of every window, without its padding", async (_, pool, reduce) => {
    await fc.assert(
      fc.asyncProperty(slides, async (slide) => {
        const plain = { ...slide, dilation: [1, 1] as const };
        fc.pre(slide.padding === "same" || slide.size.every((n, i) => slide.window[i]! <= n));
        const x = numbers(slide.size);
        const seen: number[][] = [];
        for (const { out, input } of taps(plain)) {
          seen[out] ??= [];
          if (input >= 0) seen[out].push(x[input]!);
        }
        const y = pool(tensor(x, [1, ...slide.size, 1]), slide.window, {
          strides: slide.strides,
          padding: slide.padding,
          dataFormat: "channels_last",
        });
        close(await flat(y), seen.map(reduce));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ["another rank", () => maxPool(ones([4, 4]), 2), ShapeError],
    [
      "a window that does not fit",
      () => averagePool(ones([1, 2, 2, 1]), 3, { dataFormat: "channels_last" }),
      ShapeError,
    ],
    ["causal padding", () => maxPool(ones([1, 4, 1]), 2, { padding: "causal" as never }), ArgumentError],
  ])("refuses %s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});
