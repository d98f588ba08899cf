import { isInteger } from "@keras/ops";
import { laneOf } from "../lanes.ts";
import { literal, type Emitter, type ShaderValue } from "../wgsl/emitter.ts";
import { operand, type EmitRule, type EmitTable } from "./emit.ts";

/** What an element is whose index lies outside: NaN, or 0 where there is none. */
const outside = (x: ShaderValue): string => (laneOf(x.dtype) === "f32" ? "nan()" : literal(0, laneOf(x.dtype)));

/** Reads x at coordinates of which some were read from memory, if they lie inside. */
function readInside(e: Emitter, x: ShaderValue, coords: readonly string[], checked: readonly number[]): string {
  const out = e.var(laneOf(x.dtype), outside(x));
  // Negative indices are huge as unsigned ones.
  const tests = checked.map((axis) => `${coords[axis]!} < ${x.shape[axis]!}u`);
  e.block(`if (${tests.join(" && ")})`, () => e.line(`${out} = ${e.read(x, e.place(x.shape, coords))};`));
  return out;
}

const gather: EmitRule = {
  cost: "view",
  supports: ([, indices]) => isInteger(indices!.dtype),
  emit: (e, node, place) => {
    const [x, indices] = [operand(node, 0), operand(node, 1)];
    const axis = node.attrs["axis"] as number;
    const coords = place.coords();
    const rank = indices.shape.length;
    const at = e.read(indices, e.place(indices.shape, coords.slice(axis, axis + rank)));
    const index = e.let(`u32(${at})`);
    return readInside(e, x, [...coords.slice(0, axis), index, ...coords.slice(axis + rank)], [axis]);
  },
};

const gatherNd: EmitRule = {
  cost: "view",
  supports: ([, indices]) => isInteger(indices!.dtype),
  emit: (e, node, place) => {
    const [x, indices] = [operand(node, 0), operand(node, 1)];
    const batchDims = (node.attrs["batchDims"] as number | undefined) ?? 0;
    const coords = place.coords();
    const outer = indices.shape.length - 1;
    const depth = indices.shape[outer]!;
    const found = Array.from({ length: depth }, (_, k) =>
      e.let(`u32(${e.read(indices, e.place(indices.shape, [...coords.slice(0, outer), `${k}u`]))})`),
    );
    const full = [...coords.slice(0, batchDims), ...found, ...coords.slice(outer)];
    if (depth === 0) return e.read(x, e.place(x.shape, full));
    return readInside(
      e,
      x,
      full,
      found.map((_, k) => batchDims + k),
    );
  },
};

/** Reading at indices. */
export const indexRules: EmitTable = /* @__PURE__ */ (() => ({ gather, gather_nd: gatherNd }))();
