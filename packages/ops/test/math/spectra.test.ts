import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  DTypeError,
  erf,
  erfc,
  erfinv,
  extractSequences,
  fft,
  ifft2,
  fft2,
  inTopK,
  irfft,
  istft,
  ones,
  rfft,
  segmentMax,
  segmentSum,
  ShapeError,
  stft,
  topK,
  viewAsComplex,
  zeros,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "../numpy/support.ts";

beforeEach(useReference);

const close = (found: readonly number[], expected: readonly number[], digits = 4): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, digits));
};

describe("Fourier transforms", () => {
  it("are the sums of their definition, for any length", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 17 }), async (n) => {
        const [re, im] = [numbers([n]), numbers([n], -1, 1, 4)];
        const expected = Array.from({ length: n }, (_, k) =>
          re.reduce(
            ([a, b], x, j) => {
              const angle = (-2 * Math.PI * k * j) / n;
              return [
                a + x * Math.cos(angle) - im[j]! * Math.sin(angle),
                b + x * Math.sin(angle) + im[j]! * Math.cos(angle),
              ];
            },
            [0, 0],
          ),
        );
        const [a, b] = fft([tensor(re, [n]), tensor(im, [n])]);
        close(
          await flat(a),
          expected.map(([x]) => x!),
        );
        close(
          await flat(b),
          expected.map(([, y]) => y!),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("of real values come back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (n) => {
        const x = tensor(numbers([2, n]), [2, n]);
        close(await flat(irfft(rfft(x), { fftLength: n })), await flat(x));
      }),
      { numRuns: 12 },
    );
    const pair = [tensor(numbers([3, 4]), [3, 4]), zeros([3, 4])] as const;
    close(await flat(ifft2(fft2(pair))[0]), await flat(pair[0]));
  });

  it("of overlapping frames come back", async () => {
    for (const [length, stride, size, window] of [
      [4, 2, 4, "hann"],
      [6, 2, 8, "hamming"],
      [5, 1, 6, "hann"],
    ] as const) {
      const x = tensor(numbers([24]), [24]);
      const back = istft(stft(x, length, stride, size, { window }), length, stride, size, { window });
      close(await flat(back), (await flat(x)).slice(0, back.size), 3);
    }
  });

  it("take a window of one's own", async () => {
    const x = tensor(numbers([12]), [12]);
    const values = Array.from({ length: 4 }, (_, n) => 0.5 - 0.5 * Math.cos((Math.PI * n) / 2));
    const [a, b] = [stft(x, 4, 2, 4, { window: values }), stft(x, 4, 2, 4)];
    close(await flat(a[0]), await flat(b[0]));
    expect(() => stft(x, 4, 2, 4, { window: [1, 1] })).toThrow(ShapeError);
  });
});

describe("error functions", () => {
  it("agree with their tables", async () => {
    close(await flat(erf([0, 0.5, 1, -2])), [0, 0.5204998778, 0.8427007929, -0.995322265], 6);
    const [small, large, negative] = await flat(erfc([1, 5, -1]));
    expect(small).toBeCloseTo(0.1572992071, 6);
    expect(large! / 1.5374597944e-12).toBeCloseTo(1, 4);
    expect(negative).toBeCloseTo(1.842700793, 6);
    close(await flat(erfinv([0.5204998778, -0.8427007929])), [0.5, -1], 5);
  });
});

describe("segments", () => {
  it("leave out rows with other ids, and hold the neutral element where they are empty", async () => {
    const options = { numSegments: 3 };
    const ids = tensor([0, 2, 5, -1], [4], "int32");
    expect(await flat(segmentSum([1, 2, 4, 8], ids, options))).toEqual([1, 0, 2]);
    expect(await flat(segmentMax([1, 2, 4, 8], ids, options))).toEqual([1, Number.NEGATIVE_INFINITY, 2]);
    expect(await flat(segmentMax(tensor([1, 2, 4, 8], [4], "int32"), ids, options))).toEqual([1, -(2 ** 31), 2]);
  });
});

describe("ranking", () => {
  it("prefers what comes first among equals", async () => {
    const [values, indices] = topK([2, 7, 7, 1], 3);
    expect([await flat(values), await flat(indices)]).toEqual([
      [7, 7, 2],
      [1, 2, 0],
    ]);
    expect(
      await flat(
        inTopK(
          [0, 3],
          [
            [1, 1, 0, 0],
            [3, 2, 1, 0],
          ],
          2,
        ),
      ),
    ).toEqual([1, 0]);
  });
});

describe("wrong arguments", () => {
  it.each([
    ["one tensor in place of two", () => fft(ones([2, 4]) as never), ArgumentError],
    ["a number in place of two tensors", () => fft(3 as never), ArgumentError],
    ["parts of different shapes", () => fft([ones([3]), ones([4])]), ShapeError],
    ["integers", () => fft([ones([3], { dtype: "int32" }), ones([3], { dtype: "int32" })]), DTypeError],
    ["one axis where two are transformed", () => fft2([ones([3]), ones([3])]), ShapeError],
    ["an empty axis", () => rfft(zeros([2, 0])), ShapeError],
    ["a stride that is no whole number", () => stft(ones([8]), 4, 1.5, 4), ArgumentError],
    ["frames shorter than sequences", () => stft(ones([8]), 4, 1, 2), ArgumentError],
    ["an unknown window", () => stft(ones([8]), 4, 1, 4, { window: "flat" as never }), ArgumentError],
    ["more elements than there are", () => topK([1, 2], 3), ArgumentError],
    ["no number of segments", () => segmentSum([1], [0]), ArgumentError],
    ["ids of two axes", () => segmentSum([[1]], [[0]], { numSegments: 1 }), ShapeError],
    ["a sequence of no elements", () => extractSequences([1, 2], 0, 1), ArgumentError],
    ["no pairs", () => viewAsComplex([1, 2, 3]), ShapeError],
  ])("%s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});
