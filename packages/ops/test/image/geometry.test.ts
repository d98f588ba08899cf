import { beforeEach, describe, expect, it } from "vitest";
import {
  absolute,
  ArgumentError,
  cast,
  DTypeError,
  image,
  KerasTensor,
  max,
  ones,
  reshape,
  ShapeError,
  subtract,
  transpose,
  type Tensor,
} from "@keras/ops";
import { flat, numbers, tensor, useReference } from "../numpy/support.ts";

beforeEach(useReference);

const last = { dataFormat: "channels_last" } as const;
const line = (...values: number[]): Tensor => tensor(values, [1, values.length, 1]);

async function same(a: Tensor, b: Tensor, digits = 4): Promise<void> {
  expect(a.shape).toEqual(b.shape);
  expect(await max(absolute(subtract(a, b))).item()).toBeCloseTo(0, digits);
}

describe("resize", () => {
  it("interpolates between the middles of pixels", async () => {
    const found = await flat(image.resize(line(0, 4), [1, 4], last));
    found.forEach((x, i) => expect(x).toBeCloseTo([0, 1, 3, 4][i]!, 5));
    expect(await flat(image.resize(line(1, 2, 3, 4), [1, 2], { ...last, interpolation: "nearest" }))).toEqual([2, 4]);
  });

  it("keeps integers in their range", async () => {
    const x = cast(line(0, 255, 0, 255), "uint8");
    const y = image.resize(x, [1, 9], { ...last, interpolation: "bicubic" });
    expect(y.dtype).toBe("uint8");
    expect((await flat(y)).every((v) => v >= 0 && v <= 255)).toBe(true);
  });

  it("gives the same with channels in front", async () => {
    const x = tensor(numbers([2, 3, 4, 5]), [2, 3, 4, 5]);
    const first = image.resize(x, [6, 3], { dataFormat: "channels_first", interpolation: "lanczos5" });
    const back = transpose(
      image.resize(transpose(x, [0, 2, 3, 1]), [6, 3], { ...last, interpolation: "lanczos5" }),
      [0, 3, 1, 2],
    );
    await same(first, back);
  });

  it("knows the new size of images of unknown size", () => {
    expect(image.resize(new KerasTensor([null, null, null, 3]), [4, 5], last).shape).toEqual([null, 4, 5, 3]);
  });
});

describe("transformations", () => {
  const x = tensor(numbers([5, 6, 2]), [5, 6, 2]);

  it("that change nothing change nothing", async () => {
    await same(image.affineTransform(x, [1, 0, 0, 0, 1, 0, 0, 0], last), x);
    const corners = [
      [0, 0],
      [0, 5],
      [4, 0],
      [4, 5],
    ];
    await same(image.perspectiveTransform(x, corners, corners, last), x, 3);
    await same(image.elasticTransform(x, { ...last, alpha: 0, seed: 1 }), x);
  });

  it.each([
    ["constant", [9, 9, 1, 2, 3, 9, 9]],
    ["nearest", [1, 1, 1, 2, 3, 3, 3]],
    ["wrap", [2, 3, 1, 2, 3, 1, 2]],
    ["mirror", [3, 2, 1, 2, 3, 2, 1]],
    ["reflect", [2, 1, 1, 2, 3, 3, 2]],
  ] as const)("continue an image by %s", async (fillMode, expected) => {
    const at = [[-2, -1, 0, 1, 2, 3, 4]];
    expect(await flat(image.mapCoordinates([1, 2, 3], at, 1, { fillMode, fillValue: 9 }))).toEqual(expected);
    expect(await flat(image.mapCoordinates([1, 2, 3], at, 0, { fillMode, fillValue: 9 }))).toEqual(expected);
  });

  it("by perspective take corners to where they belong", async () => {
    // Moved by one pixel to the right.
    const start = [
      [0, 0],
      [0, 3],
      [3, 0],
      [3, 3],
    ];
    const end = start.map(([a, b]) => [a! + 1, b!]);
    const y = image.perspectiveTransform(reshape([1, 2, 3, 4, 5, 6, 7, 8], [2, 4, 1]), start, end, last);
    (await flat(y)).forEach((v, i) => expect(v).toBeCloseTo([0, 1, 2, 3, 0, 5, 6, 7][i]!, 3));
  });

  it("by scale and translation move pixels", async () => {
    const y = image.scaleAndTranslate(line(1, 2, 3), [1, 5, 1], [1], [1], [1], "linear");
    expect(await flat(y)).toEqual([0, 1, 2, 3, 0]);
  });
});

describe("colors", () => {
  it("turn and turn back", async () => {
    const x = tensor(numbers([4, 4, 3], 0, 1), [4, 4, 3]);
    await same(image.hsvToRgb(image.rgbToHsv(x, last), last), x, 5);
  });

  it("weigh differently in gray", async () => {
    (
      await flat(
        image.rgbToGrayscale(
          [
            [
              [1, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
          ],
          last,
        ),
      )
    ).forEach((v, i) => expect(v).toBeCloseTo([0.2989, 0.587, 0.114][i]!, 5));
  });
});

describe("filters", () => {
  it("of blur keep the sum away from borders", async () => {
    const x = tensor(
      Array.from({ length: 49 }, (_, i) => (i === 24 ? 1 : 0)),
      [7, 7, 1],
    );
    const y = await flat(image.gaussianBlur(x, last));
    expect(y.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(Math.max(...y)).toBe(y[24]);
  });

  it("find edges", async () => {
    const x = tensor([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1], [1, 3, 4, 1]);
    const edges = image.sobelEdges(x, last).getItem(0, 1, 1, 0);
    expect(await flat(edges)).toEqual([0, 4]);
  });

  it("find images like themselves", async () => {
    const x = tensor(numbers([12, 12, 1], 0, 1), [12, 12, 1]);
    expect(await image.ssim(x, x, last).item()).toBeCloseTo(1, 5);
    expect(await image.ssim(x, subtract(1, x), last).item()).toBeLessThan(0.5);
  });
});

it("cuts patches row by row", async () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 4, 1]);
  expect(await flat(image.extractPatches(x, 2, last))).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
});

it("cuts off what it added", async () => {
  const x = tensor(numbers([3, 4, 2]), [3, 4, 2]);
  const y = image.padImages(x, { ...last, topPadding: 1, bottomPadding: 2, leftPadding: 3, rightPadding: 0 });
  expect(y.shape).toEqual([6, 7, 2]);
  await same(image.cropImages(y, { ...last, topCropping: 1, bottomCropping: 2, leftCropping: 3, rightCropping: 0 }), x);
});

describe("wrong arguments", () => {
  it.each([
    ["a rank that no image has", () => image.resize(ones([4, 4]), [2, 2]), ShapeError],
    ["a size of 0", () => image.resize(ones([4, 4, 1]), [0, 2]), ArgumentError],
    [
      "an unknown interpolation",
      () => image.resize(ones([4, 4, 1]), [2, 2], { interpolation: "area" as never }),
      ArgumentError,
    ],
    [
      "cropping and padding",
      () => image.resize(ones([4, 4, 1]), [2, 2], { cropToAspectRatio: true, padToAspectRatio: true }),
      ArgumentError,
    ],
    ["integer colors", () => image.rgbToHsv(ones([4, 4, 3], { dtype: "int32" }), last), DTypeError],
    ["two channels of color", () => image.hsvToRgb(ones([4, 4, 2]), last), ShapeError],
    [
      "an unknown fill mode",
      () => image.affineTransform(ones([4, 4, 1]), ones([8]), { fillMode: "zero" as never }),
      ArgumentError,
    ],
    ["a transform of seven numbers", () => image.affineTransform(ones([4, 4, 1]), ones([7])), ShapeError],
    ["three corners", () => image.perspectiveTransform(ones([4, 4, 1]), ones([3, 2]), ones([3, 2])), ShapeError],
    ["another order", () => image.mapCoordinates([1, 2], [[0]], 2 as never), ArgumentError],
    ["too many coordinates", () => image.mapCoordinates([1, 2], [[0], [1]], 1), ShapeError],
    [
      "one border of three",
      () => image.padImages(ones([4, 4, 1]), { topPadding: 1, leftPadding: 1, rightPadding: 1 }),
      ArgumentError,
    ],
    [
      "a target that is too small",
      () =>
        image.padImages(ones([4, 4, 1]), { ...last, topPadding: 1, targetHeight: 2, leftPadding: 0, rightPadding: 0 }),
      ShapeError,
    ],
    [
      "a cut that is too large",
      () =>
        image.cropImages(ones([4, 4, 1]), {
          ...last,
          topCropping: 3,
          bottomCropping: 3,
          leftCropping: 0,
          rightCropping: 0,
        }),
      ShapeError,
    ],
  ])("%s", (_, call, type) => {
    expect(call).toThrow(type as never);
  });
});
