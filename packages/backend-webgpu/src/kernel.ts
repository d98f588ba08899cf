import { BackendError, sizeOf, type GraphNode, type GraphValue } from "@keras/ops";
import { groupsFor } from "./device.ts";
import { contractionOf, type Contraction } from "./emit/dot.ts";
import { result, settle } from "./emit/emit.ts";
import { reductionOf, type Reduction } from "./emit/reduce.ts";
import { kernelGradient } from "./emit/window.ts";
import { laneOf } from "./lanes.ts";
import { RULES } from "./rules.ts";
import { Emitter, literal, type Place, type ShaderValue } from "./wgsl/emitter.ts";
import { libraryFor } from "./wgsl/library.ts";

/** One shader: its code, what it reads, and how many workgroups run it. */
export interface Shader {
  readonly code: string;
  readonly leaves: readonly GraphValue[];
  readonly groups: readonly [number, number];
}

const THREADS = 64;
/** Reductions of at least so many elements are shared by a workgroup. */
const SHARED_REDUCTION = 256;
const REDUCERS = 128;
/** Where threads share no memory, each makes so many rows and columns of a product. */
const BLOCK = 4;
/** A workgroup of 16 by 16 threads makes a tile of a product; each thread makes `span` by `span` elements of it. */
const SIDE = 16;
const DEPTH = 16;

/** Declares buffers, brings in the library and gives the entry point. `out` is written. */
export function assemble(
  body: string,
  leaves: readonly ShaderValue[],
  out: ShaderValue,
  { threads = THREADS, globals = "" }: { readonly threads?: number; readonly globals?: string } = {},
): string {
  const buffers = leaves.map(
    (leaf, i) => `@group(0) @binding(${i}) var<storage, read> b${i}: array<${laneOf(leaf.dtype)}>;`,
  );
  buffers.push(`@group(0) @binding(${leaves.length}) var<storage, read_write> out: array<${laneOf(out.dtype)}>;`);
  const main = `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) w: vec3<u32>, @builtin(local_invocation_index) l: u32) {
let group = w.x + w.y * 65535u;
${body}
}`;
  return [buffers.join("\n"), globals, libraryFor(main), main].filter(Boolean).join("\n");
}

/** `i` is the number of this thread; those beyond `count` end. */
export const threadOf = (count: number): string => `let i = group * ${THREADS}u + l;\nif (i >= ${count}u) { return; }`;

/** What a node adds up, or folds otherwise. */
const longSum = (node: GraphNode): Reduction | null =>
  node.op.name === "conv_kernel_grad" ? kernelGradient(node) : reductionOf(node);

/** The node of a shader whose loop is shared by threads, if one of those computed with `root` is worth it. */
function anchorOf(members: readonly GraphNode[], sharing: boolean): GraphNode | null {
  return (
    members.find((node) => {
      if (node.op.name === "dot_general") {
        const { rows, columns, depth } = contractionOf(node);
        const least = sharing ? SIDE : BLOCK;
        return rows >= least && columns >= least && depth >= least / 2;
      }
      const reduction = longSum(node);
      return sharing && reduction !== null && reduction.count >= SHARED_REDUCTION;
    }) ?? null
  );
}

/**
 * Writes the shader that computes `root`, and the nodes `members` with it, from what is stored.
 *
 * @param sharing Whether threads work together through shared memory.
 */
export function shaderOf(
  root: GraphNode,
  members: readonly GraphNode[],
  stored: ReadonlySet<GraphValue>,
  sharing: boolean,
): Shader {
  const out = result(root);
  const value = root.outputs[0]!;
  const emitter = new Emitter((e, v, place) => {
    const graphValue = v as unknown as GraphValue;
    if (graphValue !== value && (stored.has(graphValue) || !graphValue.node)) return e.load(v, place);
    const { node } = graphValue;
    const rule = node && Object.hasOwn(RULES, node.op.name) ? RULES[node.op.name]! : null;
    if (!rule) throw new BackendError(`no shader can compute '${node?.op.name ?? "an input"}'`);
    return rule.emit(e, node!, place);
  });
  const anchor = anchorOf(members, sharing);
  const written = anchor
    ? anchor.op.name === "dot_general"
      ? (sharing ? tiled : blocked)(emitter, out, anchor, contractionOf(anchor))
      : shared(emitter, out, anchor, longSum(anchor)!)
    : mapped(emitter, out);
  return { ...written, leaves: emitter.leaves as unknown as readonly GraphValue[] };
}

type Written = Pick<Shader, "code" | "groups">;

/** Each thread makes one element. */
function mapped(e: Emitter, out: ShaderValue): Written {
  const count = sizeOf(out.shape);
  e.line(`out[i] = ${e.read(out, e.at(out.shape, "i"))};`);
  return {
    code: assemble(`${threadOf(count)}\n${e.text()}`, e.leaves, out),
    groups: groupsFor(Math.ceil(count / THREADS)),
  };
}

/** Says where the result of a shared loop lies, in every way in which code may ask for it. */
function bindResult(e: Emitter, anchor: ShaderValue, place: Place, name: string): void {
  e.bind(anchor, place, name);
  if (sizeOf(anchor.shape) === 1) e.bind(anchor, e.at(anchor.shape, "0u"), name);
}

/** Each workgroup makes one element: its threads fold parts of the operand, and then their results in pairs. */
function shared(e: Emitter, out: ShaderValue, node: GraphNode, { fold, count, read }: Reduction): Written {
  const anchor = result(node);
  const { dtype } = anchor;
  const lane = laneOf(dtype);
  const results = sizeOf(out.shape);
  const place = e.at(anchor.shape, "i");
  e.line(`let i = group;\nif (i >= ${results}u) { return; }`);
  const sum = e.var(lane, fold.neutral(dtype));
  place.coords();
  e.block(`for (var k = l; k < ${count}u; k += ${REDUCERS}u)`, () =>
    e.line(`${sum} = ${fold.combine(sum, read(e, place, "k"), dtype)};`),
  );
  e.line(`parts[l] = ${sum};\nworkgroupBarrier();`);
  e.line(`for (var s = ${REDUCERS / 2}u; s > 0u; s = s >> 1u) {
if (l < s) { parts[l] = ${fold.combine("parts[l]", "parts[l + s]", dtype)}; }
workgroupBarrier();
}`);
  e.block("if (l == 0u)", () => {
    bindResult(e, anchor, place, e.let(settle("parts[0]", dtype)));
    e.line(`out[i] = ${e.read(out, e.at(out.shape, "i"))};`);
  });
  const globals = `var<workgroup> parts: array<${lane}, ${REDUCERS}>;`;
  return { code: assemble(e.text(), e.leaves, out, { threads: REDUCERS, globals }), groups: groupsFor(results) };
}

/** Each workgroup makes a tile of a product of matrices; tiles of its factors go through memory that its threads share. */
function tiled(e: Emitter, out: ShaderValue, node: GraphNode, product: Contraction): Written {
  const anchor = result(node);
  const lane = laneOf(anchor.dtype);
  const { batches, rows, columns, depth } = product;
  const span = Math.min(rows, columns) >= 64 ? 4 : 1;
  const tile = SIDE * span;
  const [down, across] = [Math.ceil(rows / tile), Math.ceil(columns / tile)];
  const tiles = batches * down * across;
  const zero = literal(0, lane);
  e.line(`if (group >= ${tiles}u) { return; }
let batch = group / ${down * across}u;
let top = (group / ${across}u) % ${down}u * ${tile}u;
let left = group % ${across}u * ${tile}u;
let y = l / ${SIDE}u * ${span}u;
let x = l % ${SIDE}u * ${span}u;`);
  const spans = Array.from({ length: span }, (_, n) => n);
  for (const m of spans) for (const n of spans) e.line(`var a${m}${n} = ${zero};`);
  e.block(`for (var t = 0u; t < ${Math.ceil(depth / DEPTH)}u; t++)`, () => {
    fill(e, `left_tile`, tile * DEPTH, zero, (j) => {
      const [row, k] = [e.let(`top + ${j} / ${DEPTH}u`), e.let(`t * ${DEPTH}u + ${j} % ${DEPTH}u`)];
      return [`${row} < ${rows}u && ${k} < ${depth}u`, () => product.left(e, "batch", row, k)];
    });
    fill(e, `right_tile`, tile * DEPTH, zero, (j) => {
      const [k, column] = [e.let(`t * ${DEPTH}u + ${j} / ${tile}u`), e.let(`left + ${j} % ${tile}u`)];
      return [`${k} < ${depth}u && ${column} < ${columns}u`, () => product.right(e, "batch", k, column)];
    });
    e.line("workgroupBarrier();");
    e.block(`for (var k = 0u; k < ${DEPTH}u; k++)`, () => {
      for (const m of spans) e.line(`let p${m} = left_tile[(y + ${m}u) * ${DEPTH}u + k];`);
      for (const n of spans) e.line(`let q${n} = right_tile[k * ${tile}u + x + ${n}u];`);
      for (const m of spans)
        for (const n of spans)
          e.line(lane === "f32" ? `a${m}${n} = fma(p${m}, q${n}, a${m}${n});` : `a${m}${n} += p${m} * q${n};`);
    });
    e.line("workgroupBarrier();");
  });
  for (const m of spans) {
    for (const n of spans) {
      e.block(`if (top + y + ${m}u < ${rows}u && left + x + ${n}u < ${columns}u)`, () => {
        e.line(`let i = (batch * ${rows}u + top + y + ${m}u) * ${columns}u + left + x + ${n}u;`);
        bindResult(e, anchor, e.at(anchor.shape, "i"), e.let(settle(`a${m}${n}`, anchor.dtype)));
        e.line(`out[i] = ${e.read(out, e.at(out.shape, "i"))};`);
      });
    }
  }
  const globals = `var<workgroup> left_tile: array<${lane}, ${tile * DEPTH}>;
var<workgroup> right_tile: array<${lane}, ${tile * DEPTH}>;`;
  return { code: assemble(e.text(), e.leaves, out, { threads: SIDE * SIDE, globals }), groups: groupsFor(tiles) };
}

/** Each thread makes a block of a product, and reads what it needs from memory. */
function blocked(e: Emitter, out: ShaderValue, node: GraphNode, product: Contraction): Written {
  const anchor = result(node);
  const lane = laneOf(anchor.dtype);
  const { batches, rows, columns, depth } = product;
  const [down, across] = [Math.ceil(rows / BLOCK), Math.ceil(columns / BLOCK)];
  const blocks = batches * down * across;
  e.line(`let g = group * ${THREADS}u + l;
if (g >= ${blocks}u) { return; }
let batch = g / ${down * across}u;
let top = (g / ${across}u) % ${down}u * ${BLOCK}u;
let left = g % ${across}u * ${BLOCK}u;`);
  const steps = Array.from({ length: BLOCK }, (_, n) => n);
  for (const m of steps) for (const n of steps) e.line(`var a${m}${n} = ${literal(0, lane)};`);
  // Blocks at the edges compute what lies inside twice and write it once.
  const ys = steps.map((m) => e.let(`min(top + ${m}u, ${rows - 1}u)`));
  const xs = steps.map((n) => e.let(`min(left + ${n}u, ${columns - 1}u)`));
  e.block(`for (var k = 0u; k < ${depth}u; k++)`, () => {
    const p = ys.map((y) => e.let(product.left(e, "batch", y, "k")));
    const q = xs.map((x) => e.let(product.right(e, "batch", "k", x)));
    for (const m of steps)
      for (const n of steps)
        e.line(lane === "f32" ? `a${m}${n} = fma(${p[m]}, ${q[n]}, a${m}${n});` : `a${m}${n} += ${p[m]} * ${q[n]};`);
  });
  for (const m of steps) {
    for (const n of steps) {
      e.block(`if (top + ${m}u < ${rows}u && left + ${n}u < ${columns}u)`, () => {
        e.line(`let i = (batch * ${rows}u + ${ys[m]}) * ${columns}u + ${xs[n]};`);
        bindResult(e, anchor, e.at(anchor.shape, "i"), e.let(settle(`a${m}${n}`, anchor.dtype)));
        e.line(`out[i] = ${e.read(out, e.at(out.shape, "i"))};`);
      });
    }
  }
  return { code: assemble(e.text(), e.leaves, out), groups: groupsFor(Math.ceil(blocks / THREADS)) };
}

/** All threads together fill a tile: `element` gives a condition and, where that holds, the value. */
function fill(
  e: Emitter,
  name: string,
  count: number,
  zero: string,
  element: (j: string) => readonly [string, () => string],
): void {
  e.block(`for (var j = l; j < ${count}u; j += ${SIDE * SIDE}u)`, () => {
    e.line(`${name}[j] = ${zero};`);
    const [inside, value] = element("j");
    e.block(`if (${inside})`, () => e.line(`${name}[j] = ${value()};`));
  });
}
