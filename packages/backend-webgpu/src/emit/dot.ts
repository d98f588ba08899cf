import { sizeOf, type GraphNode } from "@keras/ops";
import { laneOf } from "../lanes.ts";
import { literal, type Emitter, type Place } from "../wgsl/emitter.ts";
import { kindOf, operand, result, settle, type EmitRule, type EmitTable } from "./emit.ts";

/** A product as a batch of products of matrices [rows, depth] · [depth, columns]. */
export interface Contraction {
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Element of the left matrix; numbers of batch, row and depth. */
  readonly left: (e: Emitter, batch: string, row: string, k: string) => string;
  readonly right: (e: Emitter, batch: string, k: string, column: string) => string;
}

type Axes = readonly [readonly number[], readonly number[]];

export function contractionOf(node: GraphNode): Contraction {
  const { contract, batch } = node.attrs as { readonly contract: Axes; readonly batch: Axes };
  const sides = [operand(node, 0), operand(node, 1)] as const;
  const free = sides.map(({ shape }, side) =>
    shape.map((_, axis) => axis).filter((axis) => !contract[side]!.includes(axis) && !batch[side]!.includes(axis)),
  );
  const sizes = (side: number, axes: readonly number[]): number[] => axes.map((axis) => sides[side]!.shape[axis]!);
  const read =
    (side: 0 | 1) =>
    (e: Emitter, b: string, f: string, k: string): string => {
      const { shape } = sides[side];
      const coords = new Array<string>(shape.length);
      const put = (axes: readonly number[], linear: string): void => {
        const found = e.at(sizes(side, axes), linear).coords();
        axes.forEach((axis, i) => (coords[axis] = found[i]!));
      };
      put(batch[side], b);
      put(free[side]!, f);
      put(contract[side], k);
      return e.read(sides[side], e.place(shape, coords));
    };
  const right = read(1);
  return {
    batches: sizeOf(sizes(0, batch[0])),
    rows: sizeOf(sizes(0, free[0]!)),
    columns: sizeOf(sizes(1, free[1]!)),
    depth: sizeOf(sizes(0, contract[0])),
    left: read(0),
    right: (e, b, k, column) => right(e, b, column, k),
  };
}

/** Batch, row and column of an element of the product. */
export function matrixPlace(e: Emitter, { batches, rows, columns }: Contraction, place: Place): readonly string[] {
  return e.at([batches, rows, columns], place.linear()).coords();
}

const isNumber = (dtype: Parameters<typeof kindOf>[0]): boolean => kindOf(dtype) !== "bool";

const dotGeneral: EmitRule = {
  cost: "loop",
  supports: ([x, y]) => isNumber(x!.dtype) && laneOf(x!.dtype) === laneOf(y!.dtype),
  emit: (e, node, place) => {
    const product = contractionOf(node);
    const { dtype } = result(node);
    const [b, row, column] = matrixPlace(e, product, place);
    const sum = e.var(laneOf(dtype), literal(0, laneOf(dtype)));
    e.loop(product.depth, (k) => {
      const [x, y] = [product.left(e, b!, row!, k), product.right(e, b!, k, column!)];
      e.line(laneOf(dtype) === "f32" ? `${sum} = fma(${x}, ${y}, ${sum});` : `${sum} += ${x} * ${y};`);
    });
    return settle(sum, dtype);
  },
};

/** Products of matrices, each element by one thread. */
export const dotRules: EmitTable = /* @__PURE__ */ (() => ({ dot_general: dotGeneral }))();
