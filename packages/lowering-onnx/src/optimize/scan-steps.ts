import { dim, Graph, GraphNode, type Attrs, type GraphInput, type GraphValue } from "@keras/ops";
import { batched, type Lane } from "./batching.ts";
import { applied, countUses, inputValue, prune, rewriteGraph } from "./nodes.ts";

interface ScanAttrs {
  readonly body: Graph;
  readonly carries: number;
  readonly xs: number;
  readonly length: number;
  readonly reverse: boolean;
}

/** The nodes around a scan, as it is taken apart. */
class Workbench {
  readonly before: GraphNode[] = [];
  readonly after: GraphNode[] = [];
  readonly steps: number;
  readonly body: Graph;
  readonly attrs: ScanAttrs;
  readonly operands: readonly GraphValue[];
  /** Values of the body that exist outside of it, for all steps at once or the same at each. */
  readonly outside = new Map<GraphValue, Lane>();

  constructor(node: GraphNode) {
    this.attrs = node.attrs as unknown as ScanAttrs;
    this.body = this.attrs.body;
    this.steps = this.attrs.length;
    this.operands = node.inputs;
    this.body.inputs.forEach(({ value }, i) => {
      if (i < this.attrs.carries) return;
      this.outside.set(value, { value: node.inputs[i]!, stacked: i < this.attrs.carries + this.attrs.xs });
    });
  }

  /** Whether a value of the body is a carry or depends on one. */
  isInner(v: GraphValue): boolean {
    return !this.outside.has(v);
  }

  /** Computes for all steps, before the scan, what depends on its sequences and constants alone. */
  hoist(): void {
    for (const node of this.body.nodes) {
      if (node.inputs.some((v) => this.isInner(v))) continue;
      const lanes = node.inputs.map((v) => this.outside.get(v)!);
      if (!lanes.some((x) => x.stacked)) {
        const copy = new GraphNode(
          node.op,
          lanes.map((x) => x.value),
          node.attrs,
          node.outputs,
          node.path,
        );
        this.before.push(copy);
        node.outputs.forEach((v, i) => this.outside.set(v, { value: copy.outputs[i]!, stacked: false }));
        continue;
      }
      const made: GraphNode[] = [];
      const result = batched(node, lanes, this.steps, (n) => (made.push(n), n.outputs[0]!));
      if (!result) continue;
      this.before.push(...made);
      this.outside.set(node.outputs[0]!, { value: result, stacked: true });
    }
  }
}

/** An output of the body that is to be stacked, and what the value of all steps becomes. */
class Stacks {
  readonly values: GraphValue[] = [];
  readonly bench: Workbench;
  readonly lanes = new Map<GraphValue, GraphValue>();

  constructor(bench: Workbench) {
    this.bench = bench;
  }

  /** Whether a value differs from step to step. */
  varies(v: GraphValue): boolean {
    return this.bench.outside.get(v)?.stacked ?? true;
  }

  /** All steps of a value of the body: from outside, or by stacking it. */
  of(v: GraphValue): Lane {
    const known = this.bench.outside.get(v);
    if (known) return known;
    let lane = this.lanes.get(v);
    if (!lane) {
      lane = inputValue({ shape: [this.bench.steps, ...v.shape], dtype: v.dtype }, this.values.length);
      this.lanes.set(v, lane);
      this.values.push(v);
    }
    return { value: lane, stacked: true };
  }
}

/** A product or sum that a carry only accumulates: `carry + term`, the carry read nowhere else. Gives the term. */
function accumulated(carry: GraphValue, next: GraphValue, uses: ReadonlyMap<GraphValue, number>): GraphValue | null {
  const { node } = next;
  if (node?.op.name !== "add" || uses.get(carry) !== 1 || uses.get(next) !== 1) return null;
  const [a, b] = node.inputs as [GraphValue, GraphValue];
  const term = a === carry ? b : b === carry ? a : null;
  return term && term.shape.length === carry.shape.length && term.shape.every((d, i) => dim.equal(d, carry.shape[i]!))
    ? term
    : null;
}

/** The sum of a term over all steps. A product over rows becomes one product over the rows of all steps. */
function sumOverSteps(term: GraphValue, stacks: Stacks, emit: (node: GraphNode) => GraphValue): GraphValue {
  const { node } = term;
  if (node?.op.name === "dot_general") {
    const { contract, batch } = node.attrs as unknown as {
      contract: [number[], number[]];
      batch: [number[], number[]];
    };
    if (node.inputs.every((v) => stacks.varies(v)) && batch[0].length === 0) {
      const [x, y] = node.inputs.map((v) => stacks.of(v)) as [Lane, Lane];
      const attrs = { contract: contract.map((axes) => [0, ...axes.map((a) => a + 1)]), batch };
      return emit(applied("dot_general", [x.value, y.value], attrs, term, node.path));
    }
  }
  if (node?.op.name === "sum") {
    const { axis, keepdims } = node.attrs as { axis: number[]; keepdims: boolean };
    if (stacks.varies(node.inputs[0]!) && !keepdims) {
      const x = stacks.of(node.inputs[0]!);
      return emit(applied("sum", [x.value], { axis: [0, ...axis.map((a) => a + 1)], keepdims }, term, node.path));
    }
  }
  return emit(applied("sum", [allSteps(term, stacks, stacks.bench.steps, emit)], { axis: [0], keepdims: false }, term));
}

/** Ops worth computing for all steps at once after the scan, from what is stacked anyway. */
const SINKABLE: ReadonlySet<string> = new Set(["dot_general"]);

/** Bytes by which stacking may grow to save the steps of an accumulation. */
const MAX_STACK = 64 * 2 ** 20;

const bytes = (v: GraphValue, steps: number): number =>
  4 * steps * v.shape.reduce<number>((n, d) => n * (d as number), 1);

/**
 * Takes out of a scan what need not wait for its turn: what depends on sequences alone is computed before, for all steps at once; sums
 * over the steps, and products that only go into stacked outputs, after. What is left is the recurrence itself. The gradient of a
 * recurrent layer's weights becomes one product in place of one per step.
 */
export function takeApartScans(graph: Graph): Graph {
  return rewriteGraph(
    graph,
    (node) => {
      if (
        node.op.name !== "scan" ||
        !dim.isStatic((node.attrs as unknown as ScanAttrs).length) ||
        (node.attrs as unknown as ScanAttrs).length < 2
      )
        return null;
      const { body } = node.attrs as unknown as ScanAttrs;
      const fixed = [...body.inputs.map((i) => i.value), ...body.nodes.flatMap((n) => n.outputs)];
      return fixed.every((v) => v.shape.every((d) => dim.isStatic(d))) ? takeApart(node) : null;
    },
    takeApartScans,
  );
}

function takeApart(node: GraphNode): { nodes: readonly GraphNode[]; outputs: readonly GraphValue[] } {
  const bench = new Workbench(node);
  bench.hoist();
  const { attrs, body, steps, operands } = bench;
  const stacks = new Stacks(bench);
  const uses = countUses(body);
  const emit = (n: GraphNode): GraphValue => (bench.after.push(n), n.outputs[0]!);
  const results = new Array<GraphValue>(node.outputs.length);
  const kept: number[] = [];
  for (let i = 0; i < attrs.carries; i++) {
    const carry = body.inputs[i]!.value;
    const term = accumulated(carry, body.outputs[i]!, uses);
    if (!term || bytes(term, steps) > MAX_STACK) {
      kept.push(i);
      continue;
    }
    const total = sumOverSteps(term, stacks, emit);
    results[i] = emit(applied("add", [operands[i]!, total], {}, carry));
  }
  body.outputs.slice(attrs.carries).forEach((y, k) => {
    results[attrs.carries + k] = allSteps(y, stacks, steps, emit);
  });
  const rebuilt = rebuild(bench, kept, stacks.values);
  rebuilt.outputs.slice(0, kept.length).forEach((v, k) => (results[kept[k]!] = v));
  // The lanes stood for outputs that the new scan now has.
  const moved = new Map(stacks.values.map((v, k) => [stacks.lanes.get(v)!, rebuilt.outputs[kept.length + k]!]));
  const of = (v: GraphValue): GraphValue => moved.get(v) ?? v;
  const after = bench.after.map((n) => {
    const copy = new GraphNode(n.op, n.inputs.map(of), n.attrs, n.outputs, n.path);
    n.outputs.forEach((v, k) => moved.set(v, copy.outputs[k]!));
    return copy;
  });
  return {
    nodes: [...bench.before, ...(rebuilt.outputs.length > 0 ? [rebuilt] : []), ...after],
    outputs: results.map(of),
  };
}

/** A stacked output: what is dear and needs nothing more than is stacked anyway is computed for all steps at once. */
function allSteps(y: GraphValue, stacks: Stacks, steps: number, emit: (node: GraphNode) => GraphValue): GraphValue {
  const { node } = y;
  const inner = node?.inputs.filter((v) => stacks.bench.isInner(v)) ?? [];
  if (node && SINKABLE.has(node.op.name) && inner.length === 1 && stacks.bench.isInner(y)) {
    const result = batched(
      node,
      node.inputs.map((v) => stacks.of(v)),
      steps,
      emit,
    );
    if (result) return result;
  }
  const lane = stacks.of(y);
  if (lane.stacked) return lane.value;
  // The same at each step.
  const shape = [steps, ...y.shape];
  return emit(applied("broadcast_to", [lane.value], { shape }, { shape, dtype: y.dtype }));
}

/** The scan with the carries that are left, reading what was hoisted and stacking what is needed after it. */
function rebuild(bench: Workbench, kept: readonly number[], stacked: readonly GraphValue[]): GraphNode {
  const { body, attrs, operands, outside, steps } = bench;
  const inner = body.nodes.filter((n) => n.outputs.some((v) => bench.isInner(v)));
  const outputs = [...kept.map((i) => body.outputs[i]!), ...stacked];
  const needed = prune(new Graph(body.inputs, inner, outputs));
  const read = [...new Set([...needed.nodes.flatMap((n) => n.inputs), ...outputs])].filter((v) => outside.has(v));
  const sequences = read.filter((v) => outside.get(v)!.stacked);
  const consts = read.filter((v) => !outside.get(v)!.stacked);
  const carried = kept.map((i) => body.inputs[i]!.value);
  const inputs = [...carried, ...sequences, ...consts].map((value, i): GraphInput => ({
    role: "argument",
    value,
    name: `in_${i}`,
  }));
  const next: Attrs = {
    ...attrs,
    body: new Graph(inputs, needed.nodes, outputs),
    carries: kept.length,
    xs: sequences.length,
  };
  const specs = outputs.map((v, i) => (i < kept.length ? v : { shape: [steps, ...v.shape], dtype: v.dtype }));
  const values = [...kept.map((i) => operands[i]!), ...[...sequences, ...consts].map((v) => outside.get(v)!.value)];
  return new GraphNode(SCAN, values, next, specs);
}

const SCAN = { name: "scan", infer: () => [] } as const;
