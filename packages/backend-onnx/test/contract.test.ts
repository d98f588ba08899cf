import type { DType } from "@keras/ops";
import { describe, it } from "vitest";
import { array, check, generator, random, runOnRef } from "./kit.ts";

describe("dot_general", () => {
  const cases: [number[], number[], [number[], number[]], [number[], number[]], number[]][] = [
    [
      [3, 4],
      [4, 5],
      [[1], [0]],
      [[], []],
      [3, 5],
    ],
    [
      [4, 3],
      [4, 5],
      [[0], [0]],
      [[], []],
      [3, 5],
    ],
    [
      [3, 4],
      [5, 4],
      [[1], [1]],
      [[], []],
      [3, 5],
    ],
    [
      [4, 3],
      [5, 4],
      [[0], [1]],
      [[], []],
      [3, 5],
    ],
    [
      [2, 3, 4],
      [4, 5],
      [[2], [0]],
      [[], []],
      [2, 3, 5],
    ],
    [
      [2, 3, 4],
      [5, 4],
      [[2], [1]],
      [[], []],
      [2, 3, 5],
    ],
    [
      [2, 3, 4],
      [2, 3, 5],
      [
        [0, 1],
        [0, 1],
      ],
      [[], []],
      [4, 5],
    ],
    [
      [2, 3, 4],
      [3, 2, 5],
      [
        [0, 1],
        [1, 0],
      ],
      [[], []],
      [4, 5],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
      [[2], [1]],
      [[0], [0]],
      [2, 3, 5],
    ],
    [
      [2, 4, 3],
      [2, 5, 4],
      [[1], [2]],
      [[0], [0]],
      [2, 3, 5],
    ],
    [
      [2, 6, 3, 4],
      [2, 6, 5, 4],
      [[3], [3]],
      [
        [0, 1],
        [0, 1],
      ],
      [2, 6, 3, 5],
    ],
    [
      [3, 2, 4],
      [4, 5, 2],
      [[2], [0]],
      [[1], [2]],
      [2, 3, 5],
    ],
    [[4], [4], [[0], [0]], [[], []], []],
    [[3], [4], [[], []], [[], []], [3, 4]],
    [[2, 3], [2, 3], [[1], [1]], [[0], [0]], [2]],
    [
      [0, 4],
      [4, 5],
      [[1], [0]],
      [[], []],
      [0, 5],
    ],
    [
      [3, 0],
      [0, 5],
      [[1], [0]],
      [[], []],
      [3, 5],
    ],
    [
      [0, 3],
      [0, 5],
      [[0], [0]],
      [[], []],
      [3, 5],
    ],
  ];
  for (const dtype of ["float32", "float16", "bfloat16", "float64", "int32", "int8", "uint8", "uint32"] as DType[]) {
    it(dtype, async () => {
      for (const [a, b, contract, batch, shape] of cases) {
        const next = generator(1);
        await check(
          {
            op: "dot_general",
            inputs: [random(dtype, a, next), random(dtype, b, next)],
            attrs: { contract, batch },
            outputs: [{ shape, dtype }],
          },
          1e-5,
        );
      }
    });
  }
});

const size = (
  n: number,
  k: number,
  stride: number,
  [low, high]: readonly [number, number],
  spread = 1,
  dilation = 1,
): number => Math.floor(((n - 1) * spread + 1 + low + high - ((k - 1) * dilation + 1)) / stride) + 1;

describe("convolution and its gradients", () => {
  const same = {
    strides: [1, 1],
    padding: [
      [1, 1],
      [1, 1],
    ] as [number, number][],
    inputDilation: [1, 1],
    kernelDilation: [1, 1],
    groups: 1,
  };
  const none: [number, number][] = [
    [0, 0],
    [0, 0],
  ];
  const cases: [string, number[], number[], typeof same][] = [
    ["3x3", [2, 8, 9, 3], [3, 3, 3, 4], same],
    ["without padding", [2, 8, 9, 3], [3, 3, 3, 4], { ...same, padding: none }],
    [
      "strides",
      [2, 8, 9, 3],
      [3, 2, 3, 4],
      {
        ...same,
        strides: [2, 3],
        padding: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
    [
      "dilation",
      [2, 9, 9, 3],
      [3, 2, 3, 4],
      {
        ...same,
        padding: [
          [2, 2],
          [0, 1],
        ],
        kernelDilation: [2, 3],
      },
    ],
    [
      "spread input",
      [2, 5, 4, 3],
      [3, 2, 3, 4],
      {
        ...same,
        padding: [
          [2, 1],
          [1, 1],
        ],
        inputDilation: [2, 3],
      },
    ],
    [
      "everything",
      [2, 7, 6, 3],
      [3, 2, 3, 4],
      {
        ...same,
        strides: [2, 1],
        padding: [
          [2, 1],
          [-1, 1],
        ],
        inputDilation: [2, 3],
        kernelDilation: [2, 1],
      },
    ],
    ["groups", [2, 7, 6, 4], [3, 2, 2, 6], { ...same, strides: [2, 1], groups: 2 }],
    ["depthwise", [2, 7, 6, 4], [3, 3, 1, 8], { ...same, groups: 4 }],
    ["one channel", [4, 8, 8, 1], [3, 3, 1, 4], same],
    ["pointwise", [4, 8, 8, 5], [1, 1, 5, 4], { ...same, padding: none }],
    ["pointwise with strides", [4, 8, 8, 5], [1, 1, 5, 4], { ...same, strides: [2, 2], padding: none }],
    [
      "one axis",
      [4, 16, 5],
      [4, 5, 4],
      { strides: [2], padding: [[3, 0]], inputDilation: [1], kernelDilation: [1], groups: 1 },
    ],
    [
      "three axes",
      [2, 5, 4, 6, 2],
      [2, 3, 2, 2, 4],
      {
        strides: [1, 2, 1],
        padding: [
          [1, 0],
          [1, 1],
          [0, 0],
        ],
        inputDilation: [1, 1, 1],
        kernelDilation: [1, 1, 1],
        groups: 1,
      },
    ],
    ["many rows", [16, 28, 28, 2], [3, 3, 2, 3], same],
  ];
  for (const [name, x, kernel, attrs] of cases) {
    it(name, async () => {
      const out = [
        x[0]!,
        ...attrs.strides.map((s, i) =>
          size(x[i + 1]!, kernel[i]!, s, attrs.padding[i]!, attrs.inputDilation[i], attrs.kernelDilation[i]),
        ),
        kernel.at(-1)!,
      ];
      for (const dtype of ["float32", "bfloat16"] as DType[]) {
        const next = generator(2);
        const unit = { low: -1, high: 1 };
        const [xs, ks, gs] = [
          random(dtype, x, next, unit),
          random(dtype, kernel, next, unit),
          random(dtype, out, next, unit),
        ];
        await check({ op: "conv", inputs: [xs, ks], attrs, outputs: [{ shape: out, dtype }] }, 1e-5);
        await check(
          {
            op: "conv_input_grad",
            inputs: [gs, ks],
            attrs: { ...attrs, inputShape: x },
            outputs: [{ shape: x, dtype }],
          },
          1e-5,
        );
        await check(
          {
            op: "conv_kernel_grad",
            inputs: [xs, gs],
            attrs: { ...attrs, kernelShape: kernel },
            outputs: [{ shape: kernel, dtype }],
          },
          1e-4,
        );
      }
    });
  }
});

describe("pooling and its gradients", () => {
  const cases: [string, number[], { window: number[]; strides: number[]; padding: [number, number][] }][] = [
    [
      "2x2",
      [2, 8, 6, 3],
      {
        window: [2, 2],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
      },
    ],
    [
      "2x2 with a rest",
      [2, 9, 7, 3],
      {
        window: [2, 2],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
      },
    ],
    [
      "overlapping with padding",
      [2, 9, 8, 3],
      {
        window: [3, 3],
        strides: [2, 2],
        padding: [
          [1, 1],
          [0, 1],
        ],
      },
    ],
    [
      "stride 1",
      [2, 9, 8, 3],
      {
        window: [3, 2],
        strides: [1, 1],
        padding: [
          [1, 1],
          [0, 1],
        ],
      },
    ],
    [
      "gaps",
      [2, 9, 8, 3],
      {
        window: [2, 1],
        strides: [3, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
      },
    ],
    ["one axis", [2, 9, 3], { window: [3], strides: [2], padding: [[1, 0]] }],
    [
      "three axes",
      [2, 4, 5, 6, 2],
      {
        window: [2, 3, 2],
        strides: [2, 2, 1],
        padding: [
          [0, 0],
          [1, 1],
          [0, 1],
        ],
      },
    ],
    [
      "large windows",
      [1, 40, 40, 2],
      {
        window: [20, 20],
        strides: [20, 20],
        padding: [
          [0, 0],
          [0, 0],
        ],
      },
    ],
    [
      "large overlapping windows",
      [1, 40, 40, 2],
      {
        window: [15, 15],
        strides: [5, 5],
        padding: [
          [2, 3],
          [0, 0],
        ],
      },
    ],
  ];
  for (const [name, x, attrs] of cases) {
    it(name, async () => {
      const out = [
        x[0]!,
        ...attrs.window.map((w, i) => size(x[i + 1]!, w, attrs.strides[i]!, attrs.padding[i]!)),
        x.at(-1)!,
      ];
      const next = generator(2);
      // Few distinct numbers, so that ties are common.
      const ties = array(
        "float32",
        x,
        Array.from({ length: x.reduce((a, b) => a * b, 1) }, () => Math.floor(next() * 4)),
      );
      for (const xs of [random("float32", x, next), ties, random("bfloat16", x, next)]) {
        const { dtype } = xs;
        const outputs = [{ shape: out, dtype }];
        const gs = random(dtype, out, next);
        await check({ op: "max_pool", inputs: [xs], attrs, outputs });
        const y = runOnRef({ op: "max_pool", inputs: [xs], attrs, outputs })[0]!;
        await check({ op: "max_pool_grad", inputs: [xs, y, gs], attrs, outputs: [{ shape: x, dtype }] }, 1e-5);
        await check({ op: "average_pool", inputs: [xs], attrs, outputs }, 1e-5);
        await check(
          { op: "average_pool_grad", inputs: [gs], attrs: { ...attrs, inputShape: x }, outputs: [{ shape: x, dtype }] },
          1e-5,
        );
      }
    });
  }
});
