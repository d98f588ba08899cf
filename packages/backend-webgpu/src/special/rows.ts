import { sizeOf, type GraphNode } from "@keras/ops";
import { groupsFor } from "../device.ts";
import { operand, settle } from "../emit/emit.ts";
import { assemble, threadOf } from "../kernel.ts";
import { laneOf } from "../lanes.ts";
import { literal } from "../wgsl/emitter.ts";
import type { Dispatch } from "./special.ts";

/** Rows along one axis: how many, how long, and where the elements of row `r` lie. */
function rowsOf(shape: readonly number[], axis: number): { count: number; length: number; base: string; step: number } {
  const length = shape[axis]!;
  const step = sizeOf(shape.slice(axis + 1));
  const count = length === 0 ? 0 : sizeOf(shape) / length;
  return { count, length, step, base: `(r / ${step}u) * ${step * length}u + r % ${step}u` };
}

/** Running sums and products: a thread goes along each row. */
export function cumulative(node: GraphNode): readonly Dispatch[] {
  const x = operand(node, 0);
  const { axis, reverse, exclusive } = node.attrs as { axis: number; reverse: boolean; exclusive: boolean };
  const { count, length, step, base } = rowsOf(x.shape, axis);
  const product = node.op.name === "cumprod";
  const lane = laneOf(x.dtype);
  const next = `sum = sum ${product ? "*" : "+"} b0[at];`;
  const write = `out[at] = ${settle("sum", x.dtype)};`;
  const body = `${threadOf(count)}
let r = i;
let base = ${base};
var sum = ${literal(product ? 1 : 0, lane)};
for (var k = 0u; k < ${length}u; k++) {
let at = base + ${reverse ? `(${length - 1}u - k)` : "k"} * ${step}u;
${exclusive ? `${write}\n${next}` : `${next}\n${write}`}
}`;
  return [{ code: assemble(body, [x], x), inputs: [0], output: 0, groups: groupsFor(Math.ceil(count / 64)) }];
}

/** Longest row that is sorted by counting, which takes a time that grows with its square. */
export const MAX_SORTED = 4096;

/** Each element counts those that come before it, and goes where that says. */
function ranked(node: GraphNode, output: number, descending: boolean, kept: number, what: "value" | "index"): Dispatch {
  const x = operand(node, 0);
  const out = node.outputs[output]!;
  const axis = (node.attrs["axis"] as number | undefined) ?? x.shape.length - 1;
  const { count, length, step, base } = rowsOf(x.shape, axis);
  const lane = laneOf(x.dtype);
  const key = lane === "f32" ? "sort_key" : "";
  const total = count * length;
  const order = descending ? ">" : "<";
  const body = `${threadOf(total)}
let r = i / ${length}u;
let own = i % ${length}u;
let base = ${base};
let mine = ${key}(b0[base + own * ${step}u]);
var rank = 0u;
for (var k = 0u; k < ${length}u; k++) {
let other = ${key}(b0[base + k * ${step}u]);
if (other ${order} mine || (other == mine && k < own)) { rank++; }
}
if (rank < ${kept}u) {
let row = (r / ${step}u) * ${step * kept}u + r % ${step}u;
out[row + rank * ${step}u] = ${what === "value" ? `b0[base + own * ${step}u]` : "i32(own)"};
}`;
  return {
    code: assemble(body, [x], out as unknown as typeof x),
    inputs: [0],
    output,
    groups: groupsFor(Math.ceil(total / 64)),
  };
}

export function sort(node: GraphNode): readonly Dispatch[] {
  const length = operand(node, 0).shape[node.attrs["axis"] as number]!;
  return [ranked(node, 0, false, length, node.op.name === "sort" ? "value" : "index")];
}

export function topK(node: GraphNode): readonly Dispatch[] {
  const k = node.attrs["k"] as number;
  return [ranked(node, 0, true, k, "value"), ranked(node, 1, true, k, "index")];
}
