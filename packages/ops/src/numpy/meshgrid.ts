import { shaped } from "../define/operand.ts";
import { dim } from "../dim.ts";
import { ArgumentError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { reshape } from "./reshape.ts";

type Indexing = "xy" | "ij";

export const meshgridOp: OpDef<{ readonly indexing: Indexing }> = defineOp<{ readonly indexing: Indexing }>({
  name: "meshgrid",
  keras: "keras.src.ops.numpy.Meshgrid",
  infer: (xs, { indexing }) => {
    const shape = swapped(
      xs.map((x) => dim.product(x.shape)),
      indexing,
    );
    return xs.map((x) => ({ shape, dtype: x.dtype }));
  },
  decompose: (xs, { indexing }) => {
    const sizes = xs.map((x) => dim.product(x.shape));
    return xs.map((x, i) => {
      const line = sizes.map((d, axis) => (axis === i ? d : 1));
      return broadcastTo(reshape(x, swapped(line, indexing)), swapped(sizes, indexing));
    });
  },
  inline: true,
});

/** With Cartesian indexing the first two axes change places. */
function swapped<T>(items: readonly T[], indexing: Indexing): readonly T[] {
  return indexing === "xy" && items.length > 1 ? [items[1]!, items[0]!, ...items.slice(2)] : items;
}

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** `xy` (default): the first vector runs along the columns; `ij`: along the rows. */
  readonly indexing?: Indexing | undefined;
}

/**
 * Coordinates of all points of a grid, given those along each axis.
 *
 * @param x - The vectors, one per axis; what has more axes is made one.
 * @param options - `indexing`.
 * @throws {ArgumentError} on another indexing.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [x, y] = ops.meshgrid([ops.array([1, 2]), ops.array([3, 4])]);
 * console.log(await x.array(), await y.array()); // [[1, 2], [1, 2]] [[3, 3], [4, 4]]
 * ```
 */
export function meshgrid(x: readonly TensorLike[], options?: MeshgridOptions): Tensor[];
export function meshgrid(x: readonly Other[], options?: MeshgridOptions): KerasTensor[];
export function meshgrid(x: readonly Other[], options: MeshgridOptions = {}): Tensor[] | KerasTensor[] {
  const { indexing = "xy" } = options;
  if (indexing !== "xy" && indexing !== "ij")
    throw new ArgumentError(`indexing is 'xy' or 'ij', got '${String(indexing)}'`, { op: "meshgrid" });
  return x.length === 0 ? [] : [...apply(meshgridOp, x.map(shaped), { indexing })];
}
