import { dim, type Dim, type GraphNode, type GraphValue, type Shape, type Spec } from "@keras/ops";
import { applied } from "./nodes.ts";

/** A value of all steps at once, [steps, ...], or one that is the same at each step. */
export interface Lane {
  readonly value: GraphValue;
  readonly stacked: boolean;
}

/** Where the nodes of a batched op go. */
type Emit = (node: GraphNode) => GraphValue;

/** How one op is applied to all steps at once; null where that would not help. */
type Rule = (node: GraphNode, inputs: readonly Lane[], steps: number, emit: Emit) => GraphValue | null;

const up = (axes: readonly number[]): number[] => axes.map((a) => a + 1);
const stackedSpec = (spec: Spec, steps: number): Spec => ({ shape: [steps, ...spec.shape], dtype: spec.dtype });

/** Gives a stacked value ones behind the steps, so that it broadcasts as its slices do against values of a higher rank. */
function alignRank({ value, stacked }: Lane, rank: number, emit: Emit): GraphValue {
  const own = value.shape.length - 1;
  if (!stacked || own >= rank) return value;
  const shape: Shape = [value.shape[0]!, ...new Array<Dim>(rank - own).fill(1), ...value.shape.slice(1)];
  return emit(applied("reshape", [value], { shape }, { shape, dtype: value.dtype }));
}

const elementwise: Rule = (node, inputs, steps, emit) => {
  const output = node.outputs[0]!;
  const operands = inputs.map((x) => alignRank(x, output.shape.length, emit));
  return emit(applied(node.op.name, operands, node.attrs, stackedSpec(output, steps), node.path));
};

/** An op of one operand with axes that move up by one. */
const shifted =
  (change: (attrs: Record<string, unknown>, node: GraphNode, steps: number) => Record<string, unknown>): Rule =>
  (node, inputs, steps, emit) => {
    if (!inputs[0]!.stacked || inputs.slice(1).some((x) => x.stacked)) return null;
    const attrs = { ...node.attrs, ...change(node.attrs as Record<string, unknown>, node, steps) };
    const output = stackedSpec(node.outputs[0]!, steps);
    return emit(
      applied(
        node.op.name,
        inputs.map((x) => x.value),
        attrs,
        output,
        node.path,
      ),
    );
  };

const reduction = shifted(({ axis }) => ({ axis: up(axis as number[]) }));
const alongAxis = shifted(({ axis }) => ({ axis: (axis as number) + 1 }));

interface DotAttrs {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}

const dot: Rule = (node, [x, y], steps, emit) => {
  const { contract, batch } = node.attrs as unknown as DotAttrs;
  const shift = (pair: readonly [readonly number[], readonly number[]]): [number[], number[]] => [
    x!.stacked ? up(pair[0]) : [...pair[0]],
    y!.stacked ? up(pair[1]) : [...pair[1]],
  ];
  const [c, b] = [shift(contract), shift(batch)];
  const output = node.outputs[0]!;
  if (x!.stacked && y!.stacked) {
    const attrs = {
      contract: c,
      batch: [
        [0, ...b[0]],
        [0, ...b[1]],
      ],
    };
    return emit(applied("dot_general", [x!.value, y!.value], attrs, stackedSpec(output, steps), node.path));
  }
  // The steps are a free axis of one side: they come out after the parallel axes, and after the other side's where that is the first.
  const parallel = batch[0].length;
  const before = x!.stacked ? parallel : output.shape.length - freeOf(y!.value.shape.length - 1, contract[1], batch[1]);
  const shape: Shape = [...output.shape.slice(0, before), steps, ...output.shape.slice(before)];
  const product = emit(
    applied("dot_general", [x!.value, y!.value], { contract: c, batch: b }, { shape, dtype: output.dtype }, node.path),
  );
  if (before === 0) return product;
  const perm = [before, ...shape.map((_, i) => i).filter((i) => i !== before)];
  return emit(applied("transpose", [product], { perm }, stackedSpec(output, steps), node.path));
};

const freeOf = (rank: number, contract: readonly number[], batch: readonly number[]): number =>
  rank - contract.length - batch.length;

const concatenate: Rule = (node, inputs, steps, emit) => {
  if (!inputs.every((x) => x.stacked)) return null;
  const attrs = { axis: (node.attrs as { axis: number }).axis + 1 };
  return emit(
    applied(
      "concatenate",
      inputs.map((x) => x.value),
      attrs,
      stackedSpec(node.outputs[0]!, steps),
      node.path,
    ),
  );
};

const ELEMENTWISE = [
  "absolute",
  "add",
  "arccos",
  "arccosh",
  "arcsin",
  "arcsinh",
  "arctan",
  "arctan2",
  "arctanh",
  "bitwise_and",
  "bitwise_not",
  "bitwise_or",
  "bitwise_xor",
  "cast",
  "ceil",
  "cos",
  "cosh",
  "divide",
  "elu",
  "equal",
  "erf",
  "exp",
  "expm1",
  "floor",
  "floor_divide",
  "greater",
  "greater_equal",
  "hard_sigmoid",
  "hard_silu",
  "identity",
  "isfinite",
  "isnan",
  "leaky_relu",
  "less",
  "less_equal",
  "log",
  "log1p",
  "logical_and",
  "logical_not",
  "logical_or",
  "logical_xor",
  "maximum",
  "minimum",
  "mod",
  "multiply",
  "negative",
  "not_equal",
  "power",
  "reciprocal",
  "relu",
  "relu_grad",
  "round",
  "rsqrt",
  "selu",
  "sigmoid",
  "sign",
  "sin",
  "sinh",
  "softsign",
  "sqrt",
  "square",
  "subtract",
  "tan",
  "tanh",
  "trunc",
  "where",
];

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...ELEMENTWISE.map((name) => [name, elementwise] as const),
  ["dot_general", dot],
  ["concatenate", concatenate],
  ["sum", reduction],
  ["prod", reduction],
  ["max", reduction],
  ["min", reduction],
  ["any", reduction],
  ["all", reduction],
  ["argmax", alongAxis],
  ["argmin", alongAxis],
  ["softmax", reduction],
  ["log_softmax", reduction],
  ["reverse", reduction],
  ["transpose", shifted(({ perm }) => ({ perm: [0, ...up(perm as number[])] }))],
  ["reshape", shifted((_, node, steps) => ({ shape: [steps, ...node.outputs[0]!.shape] }))],
  [
    "slice",
    shifted(({ start, limit, strides }, node, steps) => ({
      start: [0, ...(start as Dim[])],
      limit: [steps, ...(limit as Dim[])],
      strides: [1, ...((strides as number[] | undefined) ?? node.outputs[0]!.shape.map(() => 1))],
    })),
  ],
  [
    "pad",
    shifted(({ low, high, interior }) => ({
      low: [0, ...(low as Dim[])],
      high: [0, ...(high as Dim[])],
      interior: [0, ...(interior as number[])],
    })),
  ],
]);

/** One op on all steps at once. Gives null where there is no rule for it; then nothing was emitted that matters. */
export function batched(node: GraphNode, inputs: readonly Lane[], steps: number, emit: Emit): GraphValue | null {
  if (node.outputs.length !== 1 || !node.outputs[0]!.shape.every((d) => dim.isStatic(d))) return null;
  return RULES.get(node.op.name)?.(node, inputs, steps, emit) ?? null;
}
