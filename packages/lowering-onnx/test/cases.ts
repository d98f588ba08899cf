import { dim, type Attrs, type Dim, type DType, type Graph, type Shape, type Spec } from "@keras/ops";
import { GraphBuilder } from "./builder.ts";

/** One op on inputs of given specs, for tests that go through all primitives. */
export interface Case {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Spec[];
  readonly attrs: Attrs;
  readonly outputs: readonly Spec[];
}

const f = (...shape: Dim[]): Spec => ({ dtype: "float32", shape });
const i = (...shape: Dim[]): Spec => ({ dtype: "int32", shape });
const b = (...shape: Dim[]): Spec => ({ dtype: "bool", shape });
const of = (dtype: DType, shape: Shape): Spec => ({ dtype, shape });

function* all(): Iterable<Case> {
  const make = (op: string, inputs: readonly Spec[], attrs: Attrs, ...outputs: readonly Spec[]): Case => ({
    name: `${op} ${inputs.map((s) => `${s.dtype}[${s.shape.map(String).join()}]`).join(" ")}`,
    op,
    inputs,
    attrs,
    outputs,
  });
  const unary = [
    "negative",
    "absolute",
    "sign",
    "floor",
    "ceil",
    "round",
    "trunc",
    "exp",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "rsqrt",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
    "sigmoid",
    "erf",
    "erfinv",
    "identity",
    "relu",
    "square",
    "softsign",
    "reciprocal",
    "softplus",
    "silu",
    "hard_sigmoid",
    "hard_silu",
  ];
  for (const op of unary) yield make(op, [f(2, 5)], {}, f(2, 5));
  yield make("elu", [f(2, 5)], { alpha: 1.3 }, f(2, 5));
  yield make("leaky_relu", [f(2, 5)], { negativeSlope: 0.3 }, f(2, 5));
  for (const approximate of [true, false]) yield make("gelu", [f(2, 5)], { approximate }, f(2, 5));
  for (const op of ["softmax", "log_softmax"]) yield make(op, [f(2, 5)], { axis: [0] }, f(2, 5));
  for (const op of ["isfinite", "isnan"]) yield make(op, [f(2, 5)], {}, b(2, 5));
  for (const op of ["logical_not", "bitwise_not"]) yield make(op, [b(2, 5)], {}, b(2, 5));
  yield make("bitwise_not", [i(2, 5)], {}, i(2, 5));
  for (const dtype of [
    "bool",
    "int8",
    "uint8",
    "int32",
    "uint32",
    "int64",
    "float16",
    "bfloat16",
    "float64",
  ] as const) {
    yield make("cast", [f(2, 5)], { dtype }, of(dtype, [2, 5]));
    yield make("cast", [of(dtype, [2, 5])], { dtype: "float32" }, f(2, 5));
  }
  for (const op of ["add", "subtract", "multiply", "maximum", "minimum", "floor_divide", "mod"]) {
    for (const dtype of ["float32", "int32", "uint8", "int16", "int64", "float16"] as const) {
      yield make(op, [of(dtype, [2, 5]), of(dtype, [5])], {}, of(dtype, [2, 5]));
    }
  }
  for (const op of ["divide", "power", "arctan2"]) yield make(op, [f(2, 5), f(2, 1)], {}, f(2, 5));
  yield make("power", [i(2, 5), i(2, 1)], {}, i(2, 5));
  for (const op of ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])
    yield make(op, [f(2, 5), f(5)], {}, b(2, 5));
  for (const op of ["logical_and", "logical_or", "logical_xor"]) yield make(op, [b(2, 5), b(5)], {}, b(2, 5));
  for (const op of ["bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"])
    yield make(op, [i(2, 5), i(5)], {}, i(2, 5));
  for (const s of [f, i, b]) yield make("where", [b(2, 5), s(2, 5), s()], {}, s(2, 5));
  for (const op of ["sum", "prod", "max", "min"]) {
    yield make(op, [f(2, 3, 4)], { axis: [0, 2], keepdims: true }, f(1, 3, 1));
    yield make(op, [f(2, 3)], { axis: [0, 1], keepdims: false }, f());
  }
  for (const op of ["sum", "max", "min"]) yield make(op, [i(2, 3)], { axis: [1], keepdims: false }, i(2));
  for (const op of ["any", "all"]) yield make(op, [b(2, 3)], { axis: [1], keepdims: false }, b(2));
  for (const op of ["argmax", "argmin"]) yield make(op, [f(2, 3)], { axis: 1, keepdims: true }, i(2, 1));
  yield make("cumsum", [f(2, 3)], { axis: 1, reverse: true, exclusive: true }, f(2, 3));
  yield make("reshape", [f(2, 6)], { shape: [3, 4] }, f(3, 4));
  yield make("reshape", [f(1, 1)], { shape: [] }, f());
  yield make("transpose", [f(2, 3, 4)], { perm: [2, 0, 1] }, f(4, 2, 3));
  yield make("broadcast_to", [f(3, 1)], { shape: [2, 3, 4] }, f(2, 3, 4));
  yield make("slice", [f(4, 6)], { start: [1, 0], limit: [3, 6], strides: [1, 2] }, f(2, 3));
  yield make("dynamic_slice", [f(4, 6), i(2)], { size: [2, 3] }, f(2, 3));
  yield make("dynamic_update_slice", [f(4, 6), f(2, 3), i(2)], {}, f(4, 6));
  yield make("pad", [f(3, 4), f()], { low: [1, -1], high: [0, 2], interior: [0, 1] }, f(4, 8));
  yield make("concatenate", [f(2, 3), f(2, 1)], { axis: 1 }, f(2, 4));
  yield make("reverse", [f(2, 3)], { axis: [0, 1] }, f(2, 3));
  yield make("iota", [], { shape: [2, 3], axis: 1, dtype: "int32" }, i(2, 3));
  yield make("full", [], { shape: [2, 3], dtype: "float32", value: 1.5 }, f(2, 3));
  yield make("gather", [f(4, 3), i(2)], { axis: 0 }, f(2, 3));
  yield make("gather_nd", [f(4, 3), i(2, 1)], { batchDims: 0 }, f(2, 3));
  for (const mode of ["set", "add", "multiply", "min", "max"])
    yield make("scatter_nd", [f(4, 3), i(2, 1), f(2, 3)], { mode }, f(4, 3));
  yield make("dot_general", [f(2, 3), f(3, 4)], { contract: [[1], [0]], batch: [[], []] }, f(2, 4));
  yield make("dot_general", [f(5, 2, 3), f(5, 4, 3)], { contract: [[2], [2]], batch: [[0], [0]] }, f(5, 2, 4));
  yield make("dot_general", [i(2, 3), i(3, 4)], { contract: [[1], [0]], batch: [[], []] }, i(2, 4));
  const conv = {
    strides: [2, 1],
    padding: [
      [1, 1],
      [0, 1],
    ],
    inputDilation: [1, 1],
    kernelDilation: [1, 2],
    groups: 2,
  };
  yield make("conv", [f(2, 6, 7, 4), f(3, 2, 2, 6)], conv, f(2, 3, 6, 6));
  yield make("conv_input_grad", [f(2, 3, 6, 6), f(3, 2, 2, 6)], { ...conv, inputShape: [2, 6, 7, 4] }, f(2, 6, 7, 4));
  yield make("conv_kernel_grad", [f(2, 6, 7, 4), f(2, 3, 6, 6)], { ...conv, kernelShape: [3, 2, 2, 6] }, f(3, 2, 2, 6));
  const pool = {
    window: [2, 3],
    strides: [2, 2],
    padding: [
      [0, 0],
      [1, 1],
    ],
  };
  for (const op of ["max_pool", "average_pool"]) yield make(op, [f(2, 6, 7, 3)], pool, f(2, 3, 4, 3));
  yield make("average_pool_grad", [f(2, 3, 4, 3)], { ...pool, inputShape: [2, 6, 7, 3] }, f(2, 6, 7, 3));
  yield make("sort", [f(2, 9)], { axis: 1 }, f(2, 9));
  yield make("argsort", [f(2, 9)], { axis: 1 }, i(2, 9));
  yield make("top_k", [f(2, 9)], { k: 3 }, f(2, 3), i(2, 3));
  yield make("random_bits", [of("uint32", [2])], { shape: [3, 4] }, of("uint32", [3, 4]));
}

/** Every primitive that portable models may hold, and the composites that are taken whole, at least once. */
export const CASES: readonly Case[] = [...all()];

/** The case as a graph. */
export function graphOf({ op, inputs, attrs, outputs }: Case): Graph {
  const g = new GraphBuilder();
  return g.finish(
    ...g.ops(
      op,
      inputs.map((s) => g.input(s.dtype, s.shape)),
      attrs,
      outputs,
    ),
  );
}

/** Graphs with symbolic sizes, control flow and several ops. */
export function* graphs(): Iterable<readonly [name: string, graph: Graph]> {
  const batch = dim.symbol("batch");
  const rows = dim.mul(batch, 8);
  {
    const g = new GraphBuilder();
    const [x, w, bias] = [g.input("float32", [batch, 8, 6]), g.input("float32", [6, 4]), g.input("float32", [4])];
    const y = g.op("dot_general", [x, w], { contract: [[2], [0]], batch: [[], []] }, [f(batch, 8, 4)]);
    const z = g.op("reshape", [g.op("add", [y, bias])], { shape: [rows, 4] }, [f(rows, 4)]);
    yield ["dense with a symbolic batch", g.finish(z)];
  }
  {
    const g = new GraphBuilder();
    const [x, k] = [g.input("float32", [batch, 8, 8, 3]), g.input("float32", [3, 3, 3, 4])];
    const attrs = {
      strides: [2, 2],
      padding: [
        [0, 1],
        [0, 1],
      ],
      inputDilation: [1, 1],
      kernelDilation: [1, 1],
      groups: 1,
    };
    const y = g.op("conv", [x, k], attrs, [f(batch, 4, 4, 4)]);
    const d = g.op("conv_kernel_grad", [x, y], { ...attrs, kernelShape: [3, 3, 3, 4] }, [k]);
    const pool = {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
    };
    yield ["convolution with a symbolic batch", g.finish(g.op("max_pool", [y], pool, [f(batch, 2, 2, 4)]), d)];
  }
  {
    const body = new GraphBuilder();
    const [carry, x] = [body.input("float32", [4]), body.input("float32", [4])];
    const next = body.op("add", [body.op("tanh", [carry]), x]);
    const g = new GraphBuilder();
    const inputs = [g.input("float32", [4]), g.input("float32", [5, 4])];
    const attrs = { body: body.finish(next, carry), carries: 1, xs: 1, length: 5, reverse: true, residuals: 0 };
    yield ["scan", g.finish(...g.ops("scan", inputs, attrs, [f(4), f(5, 4)]))];
  }
  {
    const test = new GraphBuilder();
    const condition = test.finish(
      test.op(
        "less",
        [test.op("sum", [test.input("float32", [4])], { axis: [0], keepdims: false }, [f()]), test.scalar(9)],
        {},
        [b()],
      ),
    );
    const step = new GraphBuilder();
    const body = step.finish(step.op("add", [step.input("float32", [4]), step.scalar(1)]));
    const g = new GraphBuilder();
    yield [
      "while_loop",
      g.finish(g.op("while_loop", [g.input("float32", [4])], { cond: condition, body, carries: 1 }, [f(4)])),
    ];
  }
  {
    const branch = (op: string): Graph => {
      const one = new GraphBuilder();
      return one.finish(one.op(op, [one.input("float32", [4])]));
    };
    const g = new GraphBuilder();
    yield [
      "cond",
      g.finish(
        g.op(
          "cond",
          [g.input("bool", []), g.input("float32", [4])],
          { branches: [branch("exp"), branch("negative")] },
          [f(4)],
        ),
      ),
    ];
  }
}
