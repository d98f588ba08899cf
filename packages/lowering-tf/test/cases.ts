import { PRIMITIVES, type Attrs, type DType, type NDArray, type Shape, type Spec } from "@keras/ops";
import { ops, random } from "keras";
import { array } from "../../backend-onnx/test/kit.ts";
import { CASES, type Case } from "../../lowering-onnx/test/cases.ts";
import type { TargetOptions } from "../src/index.ts";

/** A case with the range of its inputs, where that matters. */
export interface RangedCase extends Case {
  /** Range of the elements, by input. Default [-4, 4). */
  readonly ranges?: Readonly<Record<number, { readonly low: number; readonly high: number }>>;
  /** Default: both. */
  readonly targets?: readonly NonNullable<TargetOptions["target"]>[];
}

const of = (dtype: DType, ...shape: number[]): Spec => ({ dtype, shape });
const f = (...shape: number[]): Spec => of("float32", ...shape);
const i = (...shape: number[]): Spec => of("int32", ...shape);

const make = (
  op: string,
  inputs: readonly Spec[],
  attrs: Attrs,
  outputs: readonly Spec[],
  more: Partial<RangedCase> = {},
): RangedCase => ({
  name: `${op} ${inputs.map((s) => `${s.dtype}[${s.shape.map(String).join()}]`).join(" ")}`,
  op,
  inputs,
  attrs,
  outputs,
  ...more,
});

const INDICES = { low: 0, high: 3 };
const OUTSIDE = { low: -3, high: 9 };

/** Indices of the shared cases are in range. */
const shared = CASES.filter((c) => c.op in PRIMITIVES).map((c): RangedCase => {
  if (c.op === "gather" || c.op === "gather_nd" || c.op === "scatter_nd") return { ...c, ranges: { 1: INDICES } };
  if (c.op === "power" && c.inputs[0]!.dtype === "int32") return { ...c, ranges: { 1: INDICES } };
  return c;
});

function* dtypes(): Iterable<RangedCase> {
  const integers = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
  for (const dtype of [...integers, "float16", "bfloat16", "float64"] as const) {
    const x = of(dtype, 2, 5);
    for (const op of ["negative", "absolute", "sign"]) yield make(op, [x], {}, [x]);
    for (const op of ["add", "subtract", "multiply", "floor_divide", "mod", "maximum", "minimum"])
      yield make(op, [x, x], {}, [x], {
        ranges: op === "mod" || op === "floor_divide" ? { 1: { low: 1, high: 5 } } : {},
      });
    yield make("power", [x, x], {}, [x], { ranges: { 0: { low: 0, high: 4 }, 1: INDICES } });
    for (const op of ["sum", "prod", "max", "min"]) yield make(op, [x], { axis: [1], keepdims: false }, [of(dtype, 2)]);
    for (const op of ["argmax", "argmin"]) yield make(op, [x], { axis: 0, keepdims: false }, [i(5)]);
    yield make("cumsum", [x], { axis: 1, reverse: false, exclusive: true }, [x]);
    yield make("cumprod", [x], { axis: 0, reverse: true, exclusive: false }, [x]);
    yield make("sort", [x], { axis: 0 }, [x]);
    yield make("argsort", [x], { axis: 1 }, [i(2, 5)]);
    yield make("top_k", [x], { k: 2 }, [of(dtype, 2, 2), i(2, 2)]);
    yield make("dot_general", [x, of(dtype, 5, 3)], { contract: [[1], [0]], batch: [[], []] }, [of(dtype, 2, 3)]);
    yield make("less", [x, x], {}, [of("bool", 2, 5)]);
    yield make("where", [of("bool", 2, 5), x, x], {}, [x]);
    yield make("pad", [x, of(dtype)], { low: [1, 0], high: [0, 2], interior: [0, 1] }, [of(dtype, 3, 11)]);
    yield make("reverse", [x], { axis: [1] }, [x]);
    yield make("dynamic_update_slice", [x, of(dtype, 1, 2), i(2)], {}, [x]);
    for (const mode of ["set", "add", "multiply", "min", "max"])
      yield make("scatter_nd", [of(dtype, 4, 3), i(3, 1), of(dtype, 3, 3)], { mode }, [of(dtype, 4, 3)], {
        ranges: { 1: INDICES },
      });
  }
  for (const dtype of integers)
    for (const op of ["left_shift", "right_shift"])
      yield make(op, [of(dtype, 2, 5), of(dtype, 5)], {}, [of(dtype, 2, 5)], { ranges: { 1: { low: 0, high: 70 } } });
  for (const dtype of ["float32", "float64", "float16"] as const)
    for (const to of integers)
      yield make("cast", [of(dtype, 3, 4)], { dtype: to }, [of(to, 3, 4)], { ranges: { 0: { low: -400, high: 400 } } });
}

const NONE = [
  [0, 0],
  [0, 0],
];

function* windows(): Iterable<RangedCase> {
  const plain = { strides: [1, 1], padding: NONE, inputDilation: [1, 1], kernelDilation: [1, 1], groups: 1 };
  const variants: readonly (readonly [Attrs, Shape, Shape, Shape])[] = [
    [plain, [2, 6, 7, 4], [3, 2, 4, 6], [2, 4, 6, 6]],
    [plain, [2, 6, 7, 4], [1, 1, 4, 6], [2, 6, 7, 6]],
    [
      {
        ...plain,
        padding: [
          [1, 1],
          [0, 1],
        ],
      },
      [2, 6, 7, 4],
      [3, 2, 4, 6],
      [2, 6, 7, 6],
    ],
    [
      {
        ...plain,
        strides: [2, 2],
        padding: [
          [0, 1],
          [1, 1],
        ],
      },
      [2, 6, 7, 4],
      [3, 3, 4, 6],
      [2, 3, 4, 6],
    ],
    [
      {
        ...plain,
        padding: [
          [-1, 2],
          [0, 0],
        ],
      },
      [2, 6, 7, 4],
      [3, 2, 4, 6],
      [2, 5, 6, 6],
    ],
    [{ ...plain, kernelDilation: [2, 1] }, [2, 6, 7, 4], [3, 2, 4, 6], [2, 2, 6, 6]],
    [{ ...plain, groups: 2, strides: [2, 1] }, [2, 6, 7, 4], [3, 2, 2, 6], [2, 2, 6, 6]],
    [{ ...plain, groups: 4 }, [2, 6, 7, 4], [3, 2, 1, 8], [2, 4, 6, 8]],
    [
      {
        ...plain,
        groups: 4,
        kernelDilation: [2, 2],
        padding: [
          [2, 2],
          [1, 0],
        ],
      },
      [2, 6, 7, 4],
      [3, 2, 1, 8],
      [2, 6, 6, 8],
    ],
    [
      {
        ...plain,
        inputDilation: [2, 3],
        padding: [
          [2, 1],
          [1, 2],
        ],
      },
      [2, 3, 4, 4],
      [3, 3, 4, 6],
      [2, 6, 11, 6],
    ],
    [
      {
        ...plain,
        inputDilation: [2, 1],
        strides: [1, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
      },
      [2, 3, 5, 4],
      [2, 3, 4, 6],
      [2, 4, 2, 6],
    ],
  ];
  const line = { strides: [2], padding: [[1, 0]], inputDilation: [1], kernelDilation: [1], groups: 1 };
  const cube = {
    strides: [1, 2, 1],
    padding: [
      [0, 0],
      [1, 1],
      [0, 0],
    ],
    inputDilation: [1, 1, 1],
    kernelDilation: [1, 1, 1],
    groups: 1,
  };
  const all = [
    ...variants,
    [line, [2, 9, 3], [3, 3, 5], [2, 4, 5]],
    [cube, [2, 4, 5, 4, 2], [2, 3, 2, 2, 3], [2, 3, 3, 3, 3]],
    [{ ...cube, groups: 2 }, [2, 4, 5, 4, 2], [2, 3, 2, 1, 4], [2, 3, 3, 3, 4]],
    [{ ...cube, kernelDilation: [2, 1, 1] }, [2, 4, 5, 4, 2], [2, 3, 2, 2, 3], [2, 2, 3, 3, 3]],
  ] as unknown as readonly (readonly [Attrs, number[], number[], number[]])[];
  for (const [attrs, x, kernel, y] of all) {
    yield make("conv", [f(...x), f(...kernel)], attrs, [f(...y)]);
    yield make("conv_input_grad", [f(...y), f(...kernel)], { ...attrs, inputShape: x }, [f(...x)]);
    yield make("conv_kernel_grad", [f(...x), f(...y)], { ...attrs, kernelShape: kernel }, [f(...kernel)]);
  }
  const pools: readonly (readonly [Attrs, number[], number[]])[] = [
    [{ window: [2, 2], strides: [2, 2], padding: NONE }, [2, 6, 7, 3], [2, 3, 3, 3]],
    [
      {
        window: [3, 2],
        strides: [2, 1],
        padding: [
          [1, 1],
          [0, 1],
        ],
      },
      [2, 6, 7, 3],
      [2, 3, 7, 3],
    ],
    [
      {
        window: [2, 2],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 1],
        ],
      },
      [2, 6, 7, 3],
      [2, 3, 4, 3],
    ],
    [{ window: [3], strides: [2], padding: [[1, 1]] }, [2, 9, 3], [2, 5, 3]],
    [
      {
        window: [2, 2, 2],
        strides: [2, 1, 2],
        padding: [
          [0, 0],
          [0, 1],
          [0, 0],
        ],
      },
      [2, 4, 5, 4, 2],
      [2, 2, 5, 2, 2],
    ],
  ];
  for (const [attrs, x, y] of pools) {
    for (const op of ["max_pool", "average_pool"]) yield make(op, [f(...x)], attrs, [f(...y)]);
    yield make("average_pool_grad", [f(...y)], { ...attrs, inputShape: x }, [f(...x)]);
  }
}

function* others(): Iterable<RangedCase> {
  for (const dtype of ["float32", "int32"] as const) {
    for (const [op, more] of [
      ["gather", { axis: 0 }],
      ["gather_nd", { batchDims: 0 }],
    ] as const)
      yield make(op, [of(dtype, 4, 3), op === "gather" ? i(6) : i(6, 1)], more, [of(dtype, 6, 3)], {
        ranges: { 1: OUTSIDE },
        targets: ["runtime"],
      });
    for (const mode of ["set", "add", "multiply", "max"])
      yield make("scatter_nd", [of(dtype, 4, 3), i(6, 2), of(dtype, 6)], { mode }, [of(dtype, 4, 3)], {
        ranges: { 1: OUTSIDE },
        targets: ["runtime"],
      });
  }
  yield make("gather_nd", [f(2, 4, 3), i(2, 5, 2)], { batchDims: 1 }, [f(2, 5)], { ranges: { 1: INDICES } });
  yield make("floor_divide", [i(2, 9), i(2, 9)], {}, [i(2, 9)]);
  yield make("mod", [i(2, 9), i(2, 9)], {}, [i(2, 9)]);
  yield make("iota", [], { shape: [2, 2000], axis: 1, dtype: "int32" }, [i(2, 2000)]);
  yield make("bitcast", [f(2, 3)], { dtype: "uint8" }, [of("uint8", 2, 3, 4)]);
  yield make("bitcast", [of("uint8", 3, 4)], { dtype: "int32" }, [i(3)]);
  yield make("nextafter", [f(2, 3), f(2, 3)], {}, [f(2, 3)]);
  yield make("sum", [f(0, 3)], { axis: [0], keepdims: false }, [f(3)]);
  yield make("max", [i(0, 3)], { axis: [0], keepdims: false }, [i(3)]);
  yield make("dot_general", [f(2, 3, 4), f(4, 5)], { contract: [[2], [0]], batch: [[], []] }, [f(2, 3, 5)]);
  yield make(
    "dot_general",
    [f(2, 3, 4), f(2, 4, 3)],
    {
      contract: [
        [2, 1],
        [1, 2],
      ],
      batch: [[], []],
    },
    [f(2, 2)],
  );
  yield make("triangular_solve", [f(3, 3), f(3, 2)], { lower: true, transpose: true }, [f(3, 2)], {
    ranges: { 0: { low: 1, high: 3 } },
  });
}

/** Every primitive that TensorFlow has, in every type, and the composites that are taken whole. */
export const ALL_CASES: readonly RangedCase[] = [...shared, ...dtypes(), ...windows(), ...others()];

/** A function of tensors with its inputs. */
export interface FunctionCase {
  readonly name: string;
  readonly call: (...inputs: ops.Tensor[]) => readonly ops.Tensor[];
  readonly inputs: readonly NDArray[];
  readonly options?: TargetOptions;
}

const vector = (...numbers: number[]): NDArray => array("float32", [numbers.length], numbers);
const matrix = array(
  "float32",
  [5, 3],
  Array.from({ length: 15 }, (_, n) => Math.sin(n)),
);

function* functions(): Iterable<FunctionCase> {
  const activations: readonly ((x: ops.Tensor) => ops.Tensor)[] = [
    ops.relu,
    ops.relu6,
    ops.silu,
    ops.gelu,
    ops.elu,
    ops.selu,
    ops.softplus,
    ops.softsign,
    ops.leakyRelu,
    ops.hardSigmoid,
    ops.softmax,
    ops.logSoftmax,
    ops.square,
    ops.reciprocal,
  ];
  for (const fn of activations)
    for (const dtype of ["float32", "float16"] as const)
      yield { name: `${fn.name} of ${dtype}`, call: (x) => [fn(ops.cast(x!, dtype))], inputs: [matrix] };
  yield { name: "softmax over the first axis", call: (x) => [ops.softmax(x, { axis: 0 })], inputs: [matrix] };
  yield { name: "mean", call: (x) => [ops.mean(x), ops.mean(x, { axis: 1, keepdims: true })], inputs: [matrix] };
  yield {
    name: "matmul of vectors",
    call: (x, y) => [ops.matmul(x, y), ops.matmul(y, y)],
    inputs: [matrix, vector(1, 2, 3)],
  };
  yield {
    name: "matmul",
    call: (x) => [ops.matmul(x, ops.transpose(x)), ops.matmul(ops.stack([x, x]), ops.transpose(x))],
    inputs: [matrix],
  };
  yield { name: "constants", call: (x) => [ops.add(x, ops.array([1, 2, 3]))], inputs: [matrix] };
  yield {
    name: "random bits",
    call: (x) => [random.uniform([7, 3], { seed: 5 }), x],
    inputs: [matrix],
  };
  for (const unroll of [0, 100])
    for (const reverse of [false, true])
      yield {
        name: `scan${reverse ? " backwards" : ""}${unroll ? ", unrolled" : ""}`,
        call: (start, xs, factor) =>
          ops.scan((c: ops.Tensor, x: ops.Tensor) => [ops.add(ops.multiply(c, factor!), x), c], start!, xs!, {
            reverse,
          }),
        inputs: [vector(1, 2, 3), matrix, vector(0.5, 2, -1)],
        options: { unroll },
      };
  yield {
    name: "scan without sequences",
    call: (x) => [ops.scan((c: ops.Tensor) => [ops.multiply(c, 2), null], x!, null, { length: 4 })[0]],
    inputs: [matrix],
  };
  yield {
    name: "whileLoop",
    call: (x, y) => [
      ops.whileLoop(
        (v: ops.Tensor) => ops.less(ops.sum(v), 99),
        (v: ops.Tensor) => ops.add(v, y!),
        x!,
      ),
    ],
    inputs: [vector(1, 2, 3), vector(4, 5, 6)],
  };
  for (const sign of [1, -1])
    yield {
      name: `cond, ${sign > 0 ? "true" : "false"}`,
      call: (x, y) => {
        const chosen = ops.cond(
          ops.greater(ops.sum(x!), 0),
          () => [ops.add(x!, y!), ops.multiply(y!, 3)],
          () => [ops.subtract(x!, y!), y!],
        );
        return chosen;
      },
      inputs: [vector(sign, sign, sign), vector(4, 5, 6)],
    };
  yield {
    name: "a loop in a loop",
    call: (x, xs) =>
      ops.scan(
        (c: ops.Tensor, row: ops.Tensor) => {
          const total = ops.whileLoop(
            (v: ops.Tensor) => ops.less(ops.sum(v), 9),
            (v: ops.Tensor) => ops.add(v, x!),
            row,
          );
          return [ops.add(c, total), total];
        },
        x!,
        xs!,
      ),
    inputs: [vector(1, 2, 3), matrix],
    options: { unroll: 0 },
  };
}

/** Composites that are taken whole, decompositions, and bodies that run again and again or not at all. */
export const FUNCTIONS: readonly FunctionCase[] = [...functions()];
