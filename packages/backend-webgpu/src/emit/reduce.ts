import { sizeOf, type DType, type GraphNode } from "@keras/ops";
import { laneOf } from "../lanes.ts";
import { literal, type Emitter, type Place } from "../wgsl/emitter.ts";
import { extreme, kindOf, operand, result, settle, type EmitRule, type EmitTable } from "./emit.ts";

/** A reduction as a neutral element and an operation that is associative. */
export interface Fold {
  readonly neutral: (dtype: DType) => string;
  readonly combine: (a: string, b: string, dtype: DType) => string;
}

const isFloat = (dtype: DType): boolean => kindOf(dtype) === "float";

export const SUM: Fold = { neutral: (d) => literal(0, laneOf(d)), combine: (a, b) => `${a} + ${b}` };

const FOLDS: Readonly<Record<string, Fold>> = {
  sum: SUM,
  prod: { neutral: (d) => literal(1, laneOf(d)), combine: (a, b) => `${a} * ${b}` },
  max: { neutral: (d) => extreme(d, true), combine: (a, b, d) => `${isFloat(d) ? "fmax_k" : "max"}(${a}, ${b})` },
  min: { neutral: (d) => extreme(d, false), combine: (a, b, d) => `${isFloat(d) ? "fmin_k" : "min"}(${a}, ${b})` },
  any: { neutral: () => "0u", combine: (a, b) => `${a} | ${b}` },
  all: { neutral: () => "1u", combine: (a, b) => `${a} & ${b}` },
};

/** What a node reduces: how many elements each result comes from, and where they are. */
export interface Reduction {
  readonly fold: Fold;
  readonly count: number;
  /** Element number `k` of those that make the result at `place`. */
  readonly read: (e: Emitter, place: Place, k: string) => string;
}

const axesOf = (node: GraphNode): readonly number[] => {
  const axis = node.attrs["axis"] as number | readonly number[];
  return typeof axis === "number" ? [axis] : axis;
};

/** The coordinates in the operand of element `k` of the result at `place`. */
function inner(e: Emitter, node: GraphNode, place: Place, k: string): Place {
  const { shape } = operand(node, 0);
  const axes = axesOf(node);
  const reduced = e
    .at(
      axes.map((axis) => shape[axis]!),
      k,
    )
    .coords();
  const kept = place.coords();
  let next = 0;
  const coords = shape.map((_, axis) => {
    const at = axes.indexOf(axis);
    if (node.attrs["keepdims"] === true) return at >= 0 ? reduced[at]! : kept[axis]!;
    return at >= 0 ? reduced[at]! : kept[next++]!;
  });
  return e.place(shape, coords);
}

/** The reduction that a node is, or null for one that is none (or an argument of an extreme). */
export function reductionOf(node: GraphNode): Reduction | null {
  const fold = Object.hasOwn(FOLDS, node.op.name) ? FOLDS[node.op.name]! : null;
  if (!fold) return null;
  const x = operand(node, 0);
  return {
    fold,
    count: sizeOf(axesOf(node).map((axis) => x.shape[axis]!)),
    read: (e, place, k) => e.read(x, inner(e, node, place, k)),
  };
}

const reduce: EmitRule = {
  cost: "loop",
  emit: (e, node, place) => {
    const { fold, count, read } = reductionOf(node)!;
    const { dtype } = result(node);
    const sum = e.var(laneOf(dtype), fold.neutral(dtype));
    // Coordinates of the result are computed once, outside of the loop.
    place.coords();
    e.loop(count, (k) => e.line(`${sum} = ${fold.combine(sum, read(e, place, k), dtype)};`));
    return settle(sum, dtype);
  },
};

const argExtreme = (greatest: boolean): EmitRule => ({
  cost: "loop",
  emit: (e, node, place) => {
    const x = operand(node, 0);
    const float = laneOf(x.dtype) === "f32";
    const lane = float ? "u32" : laneOf(x.dtype);
    const best = e.var(lane, literal(0, lane));
    const found = e.var("i32", "0i");
    place.coords();
    e.loop(x.shape[node.attrs["axis"] as number]!, (k) => {
      const value = e.let(e.read(x, inner(e, node, place, k)));
      // As integers floats are in an order that has a place for NaN: the last, or here the first.
      const last = `sort_key(${value})`;
      const key = !float ? value : e.let(greatest ? last : `select(${last}, 0u, is_nan(${value}))`);
      e.block(`if (${k} == 0u || ${key} ${greatest ? ">" : "<"} ${best})`, () => {
        e.line(`${best} = ${key};`);
        e.line(`${found} = i32(${k});`);
      });
    });
    return found;
  },
});

/** Reductions, each result by one thread. */
export const reduceRules: EmitTable = /* @__PURE__ */ (() => ({
  ...Object.fromEntries(Object.keys(FOLDS).map((name) => [name, reduce])),
  argmax: argExtreme(true),
  argmin: argExtreme(false),
}))();
