import { toTensor } from "../convert.ts";
import type { Dim } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, normalizeAxis } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { flatten, flattenWithPath, isNested, packSequenceAs, type Tree } from "../tree/structure.ts";
import { mapFlat } from "./map-flat.ts";
import { materialize, moveAxis, rows, shared, type Mapped } from "./mapped.ts";

/** Axes of the examples: one for all leaves of a tree, or a tree of them; null: shared by all examples. */
export type MappedAxes = number | null | readonly MappedAxes[] | { readonly [key: string]: MappedAxes };

/** Options of {@link vmap}. */
export interface VmapOptions {
  /**
   * Along which axis the arguments hold the examples: one answer for all arguments, or an array with one for each; each may be a tree
   * like the argument. null: every example gets the whole argument. Default 0.
   */
  readonly inAxes?: MappedAxes | undefined;
  /** Along which axis the results are stacked: one answer, or a tree like the result. null: a result that no example changes. Default 0. */
  readonly outAxes?: MappedAxes | undefined;
}

/** The axis of every leaf of a tree, where `axes` may be given for whole branches. */
function axesOfLeaves(axes: MappedAxes, structure: unknown, what: string): (number | null)[] {
  if (axes === null || typeof axes === "number") return flatten(structure as Tree<unknown>).map(() => axes);
  const [a, b] = [axes as unknown, structure];
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return b.flatMap((part, i) => axesOfLeaves(a[i] as MappedAxes, part, what));
  const isDict = (x: unknown): x is Record<string, unknown> => isNested(x) && !Array.isArray(x);
  if (isDict(a) && isDict(b)) {
    const keys = Object.keys(b).sort();
    if (keys.join() === Object.keys(a).sort().join())
      return keys.flatMap((key) => axesOfLeaves(a[key] as MappedAxes, b[key], what));
  }
  throw new ArgumentError(`${what} must be an axis, null, or a tree of them that fits the value`, { op: "vmap" });
}

const isArray = (x: unknown): boolean =>
  ArrayBuffer.isView(x) ||
  (typeof x === "object" && x !== null && "kind" in x && (x as { kind: unknown }).kind !== "keras_tensor");

/** One argument leaf, with the examples in front. A leaf that is no array and is not mapped stays what it is. */
function takeLeaf(leaf: unknown, axis: number | null, name: string): Mapped | null {
  if (axis === null) return isArray(leaf) ? shared(toTensor(leaf as TensorLike)) : null;
  const x = toTensor(leaf as TensorLike);
  if (x.ndim === 0) {
    throw new ShapeError(`${name} is a scalar and has no axis to map over: say null for it in \`inAxes\``, {
      op: "vmap",
    });
  }
  return rows(moveAxis(x, normalizeAxis(axis, x.ndim, "vmap"), 0));
}

function commonSize(values: readonly (Mapped | null)[], names: readonly string[]): Dim {
  const sizes = values.map((v) => (v?.mapped ? v.x.shape[0]! : null));
  const at = sizes.findIndex((s) => s !== null);
  if (at < 0) throw new ArgumentError("there is no argument to map over: all of `inAxes` are null", { op: "vmap" });
  const size = sizes[at] as number;
  const other = sizes.findIndex((s) => s !== null && typeof s === "number" && typeof size === "number" && s !== size);
  if (other >= 0) {
    throw new ShapeError(
      `the arguments hold different numbers of examples: ${names[at]} has ${size}, ${names[other]} has ${sizes[other]}`,
      { op: "vmap" },
    );
  }
  return size;
}

/** A result leaf, with the examples at the axis that was asked for. */
function giveLeaf(v: Mapped, axis: number | null, size: Dim): Tensor {
  if (axis !== null) {
    const x = materialize(v, size);
    return moveAxis(x, 0, normalizeAxis(axis, x.ndim, "vmap"));
  }
  if (!v.mapped) return v.x.alias();
  throw new ArgumentError(
    `a result of shape ${formatShape(v.x.shape.slice(1))} differs between the examples: \`outAxes\` cannot be null for it`,
    { op: "vmap" },
  );
}

/**
 * A function of many examples made of a function of one: it computes all of them at once, by a batched form of every op. Gradients,
 * `jit` and further `vmap`s may be inside or around it. What the function takes from outside is shared by all examples; random numbers
 * with one seed are the same for all: map over seeds where they should differ.
 *
 * @param fn - Takes and gives trees of tensors without the axis of the examples. Traced once per call: values cannot be read in it.
 * @param options - `inAxes`, `outAxes`: where the examples lie in arguments and results; default 0.
 * @throws {ShapeError} when arguments hold different numbers of examples, or a mapped argument is a scalar.
 * @throws {ArgumentError} when nothing is mapped, or axes do not fit arguments or results.
 * @throws {TraceError} when a Variable is assigned a value that differs between examples.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const w = ops.array([1, 10]);
 * const dots = ops.vmap((x: ops.Tensor) => ops.sum(ops.multiply(x, w)));
 * console.log(await dots(ops.array([[1, 2], [3, 4]])).array()); // [21, 43]
 *
 * const gradients = ops.vmap(ops.grad((x, a) => ops.multiply(ops.square(x), a)), { inAxes: [0, null] });
 * console.log(await gradients(ops.array([1, 2, 3]), 10).array()); // [20, 40, 60]
 * ```
 */
export function vmap<Args extends readonly unknown[], R extends Tree<TensorLike>>(
  fn: (...args: Args) => R,
  options: VmapOptions = {},
): (...args: Args) => R {
  const { inAxes = 0, outAxes = 0 } = options;
  return (...args) => {
    const leaves = flattenWithPath(args as unknown as Tree<unknown>);
    if (Array.isArray(inAxes) && inAxes.length !== args.length) {
      throw new ArgumentError(`\`inAxes\` has ${inAxes.length} entries for ${args.length} arguments`, { op: "vmap" });
    }
    const axes = axesOfLeaves(inAxes, args, "`inAxes`");
    const names = leaves.map(([path]) => `argument ${path.join(".")}`);
    const values = leaves.map(([, leaf], i) => takeLeaf(leaf, axes[i]!, names[i]!));
    const size = commonSize(values, names);
    const given = values.filter((v): v is Mapped => v !== null);
    const flat = (result: R): readonly Tensor[] => flatten<TensorLike>(result).map((x) => toTensor(x));
    const { result, results } = mapFlat(
      (...xs) => {
        let at = 0;
        return fn(
          ...(packSequenceAs(
            args,
            values.map((v, i) => (v ? xs[at++]! : leaves[i]![1])),
          ) as unknown as Args),
        );
      },
      given,
      size,
      flat,
    );
    const places = axesOfLeaves(outAxes, result, "`outAxes`");
    const stacked = results.map((v, i) => giveLeaf(v, places[i]!, size));
    return packSequenceAs(result, stacked) as R;
  };
}

/**
 * Applies a function to every element of the first axis, to all at once.
 *
 * @param fn - Takes one element (a tree, if `elements` is one); gives a tree of tensors.
 * @param elements - A tree of tensors `[n, ...]`.
 * @returns The results, stacked on axis 0.
 * @throws {ShapeError} when the tensors differ in their first size.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const lengths = ops.vectorizedMap((v) => ops.norm(v), ops.array([[3, 4], [6, 8]]));
 * console.log(await lengths.array()); // [5, 10]
 * ```
 */
export function vectorizedMap<X extends Tree<TensorLike>, Y extends Tree<TensorLike>>(
  fn: (element: X) => Y,
  elements: X,
): Y {
  return vmap((element: X) => fn(element))(elements);
}
