import { sizeOf, stridesOf, type GraphNode } from "@keras/ops";
import { groupsFor } from "../device.ts";
import { kindOf, operand, settle } from "../emit/emit.ts";
import { assemble, threadOf } from "../kernel.ts";
import type { Dispatch } from "./special.ts";

const COMBINE: Readonly<Record<string, (old: string, update: string, float: boolean) => string>> = {
  set: (_, update) => update,
  add: (old, update) => `${old} + ${update}`,
  multiply: (old, update) => `${old} * ${update}`,
  min: (old, update, float) => `${float ? "fmin_k" : "min"}(${old}, ${update})`,
  max: (old, update, float) => `${float ? "fmax_k" : "max"}(${old}, ${update})`,
};

/**
 * Updates of blocks of x. A thread takes one place in the block and goes through all updates in order, so that repeated ones combine as
 * they should and the result does not depend on chance.
 */
export function scatterNd(node: GraphNode): readonly Dispatch[] {
  const [x, indices, updates] = [0, 1, 2].map((i) => operand(node, i)) as [
    ReturnType<typeof operand>,
    ReturnType<typeof operand>,
    ReturnType<typeof operand>,
  ];
  const depth = indices.shape.at(-1)!;
  const block = sizeOf(x.shape.slice(depth));
  const count = sizeOf(indices.shape.slice(0, -1));
  const strides = stridesOf(x.shape);
  const combine = COMBINE[node.attrs["mode"] as string]!;
  const places = Array.from({ length: depth }, (_, k) => `let p${k} = u32(b0[u * ${depth}u + ${k}u]);`);
  const inside = Array.from({ length: depth }, (_, k) => `p${k} < ${x.shape[k]!}u`).join(" && ") || "true";
  const at = [...Array.from({ length: depth }, (_, k) => `p${k} * ${strides[k]!}u`), "i"].join(" + ");
  const value = combine("out[at]", `b1[u * ${block}u + i]`, kindOf(x.dtype) === "float");
  const body = `${threadOf(block)}
for (var u = 0u; u < ${count}u; u++) {
${places.join("\n")}
if (${inside}) {
let at = ${at};
out[at] = ${settle(value, x.dtype)};
}
}`;
  return [
    {
      code: assemble(body, [indices, updates], x),
      inputs: [1, 2],
      output: 0,
      copied: 0,
      groups: groupsFor(Math.ceil(block / 64)),
    },
  ];
}
