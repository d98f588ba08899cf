import { isInteger, sizeOf, type GraphNode, type OpDef, type StaticSpec } from "@keras/ops";
import { groupsFor } from "../device.ts";
import { kindOf, operand, result } from "../emit/emit.ts";
import { assemble, threadOf } from "../kernel.ts";
import { onDevice } from "../lanes.ts";
import { cumulative, MAX_SORTED, sort, topK } from "./rows.ts";
import { scatterNd } from "./scatter.ts";

/** One run of a shader of an op that is computed alone. */
export interface Dispatch {
  readonly code: string;
  /** Which operands it reads, in the order of its bindings. */
  readonly inputs: readonly number[];
  /** Which result it writes. */
  readonly output: number;
  /** The operand whose contents the result has before. */
  readonly copied?: number;
  readonly groups: readonly [number, number];
}

/** Joins any number of arrays: each is copied by a shader of its own. */
function concatenate(node: GraphNode): readonly Dispatch[] {
  const axis = node.attrs["axis"] as number;
  const out = result(node);
  const step = sizeOf(out.shape.slice(axis + 1));
  let start = 0;
  return node.inputs.flatMap((_, i) => {
    const x = operand(node, i);
    const count = sizeOf(x.shape);
    const width = x.shape[axis]! * step;
    const from = start * step;
    start += x.shape[axis]!;
    if (count === 0) return [];
    const body = `${threadOf(count)}
out[i / ${width}u * ${out.shape[axis]! * step}u + ${from}u + i % ${width}u] = b0[i];`;
    return [{ code: assemble(body, [x], out), inputs: [i], output: 0, groups: groupsFor(Math.ceil(count / 64)) }];
  });
}

interface Special {
  readonly supports: (inputs: readonly StaticSpec[], attrs: Readonly<Record<string, unknown>>) => boolean;
  readonly write: (node: GraphNode) => readonly Dispatch[];
}

const isNumber = ([x]: readonly StaticSpec[]): boolean => kindOf(x!.dtype) !== "bool";
const sortable = ([x]: readonly StaticSpec[], attrs: Readonly<Record<string, unknown>>): boolean =>
  x!.shape.length > 0 && x!.shape[(attrs["axis"] as number | undefined) ?? x!.shape.length - 1]! <= MAX_SORTED;

const SPECIAL: Readonly<Record<string, Special>> = {
  cumsum: { supports: isNumber, write: cumulative },
  cumprod: { supports: isNumber, write: cumulative },
  sort: { supports: sortable, write: sort },
  argsort: { supports: sortable, write: sort },
  top_k: { supports: sortable, write: topK },
  scatter_nd: {
    supports: ([x, indices], { mode }) => isInteger(indices!.dtype) && (mode === "set" || kindOf(x!.dtype) !== "bool"),
    write: scatterNd,
  },
};

/** Whether an op has shaders of its own for operands of these dtypes. */
export const isSpecial = (
  op: OpDef,
  inputs: readonly StaticSpec[],
  attrs: Readonly<Record<string, unknown>>,
): boolean =>
  Object.hasOwn(SPECIAL, op.name) &&
  inputs.every((x) => onDevice(x.dtype)) &&
  SPECIAL[op.name]!.supports(inputs, attrs);

export function specialDispatches(node: GraphNode): readonly Dispatch[] {
  return node.op.name === "concatenate" ? concatenate(node) : SPECIAL[node.op.name]!.write(node);
}
