import { image, type Tensor } from "@keras/ops";
import type { Case, Input } from "../numpy/cases.ts";

const picture: Input = { shape: [1, 4, 5, 2] };
const color: Input = { shape: [2, 3, 3], low: 0.05, high: 0.95 };
const last = { dataFormat: "channels_last" } as const;

const one = (
  name: string,
  input: Input,
  call: (x: Tensor) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({
  name,
  inputs: [input],
  call: call as Case["call"],
  ...extra,
});
const of = (
  name: string,
  inputs: readonly Input[],
  call: (...xs: [Tensor, Tensor, Tensor]) => Tensor | readonly Tensor[],
  extra: Partial<Case> = {},
): Case => ({
  name,
  inputs,
  call: call as unknown as Case["call"],
  ...extra,
});

export const CASES: readonly Case[] = [
  one("rgbToGrayscale", color, (x) => image.rgbToGrayscale(x, last)),
  one("rgbToHsv", color, (x) => image.rgbToHsv(x, last)),
  one("hsvToRgb", color, (x) => image.hsvToRgb(x, last)),
  one("resize (bilinear)", picture, (x) => image.resize(x, [7, 3], last)),
  one("resize (bicubic, smoothed)", picture, (x) =>
    image.resize(x, [3, 7], { ...last, interpolation: "bicubic", antialias: true }),
  ),
  one("resize (lanczos)", picture, (x) => image.resize(x, [6, 6], { ...last, interpolation: "lanczos3" })),
  one("resize (nearest)", picture, (x) => image.resize(x, [7, 3], { ...last, interpolation: "nearest" })),
  one("resize (cropped)", { shape: [2, 4, 6] }, (x) =>
    image.resize(x, [3, 3], { dataFormat: "channels_first", cropToAspectRatio: true }),
  ),
  one("resize (padded)", picture, (x) => image.resize(x, [3, 3], { ...last, padToAspectRatio: true, fillValue: 0.5 })),
  of("affineTransform", [picture, { shape: [8], low: -0.6, high: 0.7 }], (x, t) =>
    image.affineTransform(x, t, { ...last, fillMode: "reflect" }),
  ),
  of("affineTransform (batch)", [{ shape: [2, 2, 3, 4] }, { shape: [2, 8], low: -0.6, high: 0.7 }], (x, t) =>
    image.affineTransform(x, t, { dataFormat: "channels_first", fillMode: "wrap" }),
  ),
  of("mapCoordinates", [{ shape: [3, 4] }, { shape: [2, 5], low: 0.1, high: 1.9 }], (x, at) =>
    image.mapCoordinates(x, at, 1),
  ),
  of("mapCoordinates (nearest)", [{ shape: [3, 4] }, { shape: [2, 5], low: -2, high: 5 }], (x, at) =>
    image.mapCoordinates(x, at, 0, { fillMode: "mirror" }),
  ),
  of(
    "scaleAndTranslate",
    [picture, { shape: [2], low: 0.6, high: 1.7 }, { shape: [2], low: -0.5, high: 0.5 }],
    (x, s, t) => image.scaleAndTranslate(x, [1, 5, 4, 2], s, t, [1, 2], "cubic"),
  ),
  one("gaussianBlur", picture, (x) => image.gaussianBlur(x, { ...last, kernelSize: [3, 5], sigma: [0.7, 1.2] })),
  one("sobelEdges", picture, (x) => image.sobelEdges(x, last)),
  of("ssim", [picture, picture], (a, b) => image.ssim(a, b, { ...last, filterSize: 3 })),
  one("extractPatches", picture, (x) => image.extractPatches(x, 2, { ...last, strides: 1, padding: "same" })),
  one("extractPatches (channels first)", { shape: [2, 4, 5] }, (x) =>
    image.extractPatches(x, [2, 3], { dataFormat: "channels_first" }),
  ),
  one("extractPatches3d", { shape: [4, 2, 3, 1] }, (x) => image.extractPatches3d(x, 2, { ...last, strides: 1 })),
  one("padImages", picture, (x) =>
    image.padImages(x, { ...last, topPadding: 1, bottomPadding: 0, leftPadding: 2, targetWidth: 8 }),
  ),
  one("cropImages", picture, (x) =>
    image.cropImages(x, { ...last, topCropping: 1, targetHeight: 2, leftCropping: 1, rightCropping: 2 }),
  ),
  one("elasticTransform", { shape: [1, 4, 4, 1] }, (x) =>
    image.elasticTransform(x, { ...last, alpha: 2, sigma: 1, seed: 3 }),
  ),
];
