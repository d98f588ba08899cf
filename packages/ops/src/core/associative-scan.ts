import { toTensor } from "../convert.ts";
import { resolveOptions } from "../define/options.ts";
import { dim, type Dim, type Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import type { TensorLike } from "../operand.ts";
import { concatenate } from "../numpy/concatenate.ts";
import { flip } from "../numpy/flip.ts";
import { reshape } from "../numpy/reshape.ts";
import { sliceTensor } from "../numpy/slice.ts";
import { stack } from "../numpy/stack.ts";
import { formatShape, normalizeAxis, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";

/** Options of {@link associativeScan}. */
export interface AssociativeScanOptions {
  /** Combine from the last element to the first. Default false. */
  readonly reverse?: boolean | undefined;
  /** Axis along which the elements lie, the same in all tensors. Default 0. */
  readonly axis?: number | undefined;
}

type Leaves = readonly Tensor[];
type Combine = (a: Leaves, b: Leaves) => Leaves;

/** Every `step`-th element along an axis. */
function take(x: Tensor, axis: number, start: Dim, limit: Dim, step: number): Tensor {
  const shape: Shape = x.shape;
  return sliceTensor(
    x,
    shape.map((_, i) => (i === axis ? start : 0)),
    shape.map((d, i) => (i === axis ? limit : d)),
    shape.map((_, i) => (i === axis ? step : 1)),
  );
}

/** a₀ b₀ a₁ b₁ …: `a` has as many elements as `b`, or one more. */
function interleave(a: Tensor, b: Tensor, axis: number): Tensor {
  const pairs = b.shape[axis]!;
  const paired = stack([take(a, axis, 0, pairs, 1), b], { axis: axis + 1 });
  const woven = reshape(paired, b.shape.toSpliced(axis, 1, 2 * pairs));
  const rest = a.shape[axis]!;
  return rest === pairs ? woven : concatenate([woven, take(a, axis, pairs, rest, 1)], { axis });
}

/**
 * Running combinations of one leaf list: neighbours are combined, the pairs are scanned, and the elements in between follow from those.
 * Blelloch, "Prefix Sums and Their Applications" (1990); in the order of combinations that JAX uses.
 */
function prefixes(combine: Combine, elements: Leaves, axis: number): Leaves {
  const count = elements[0]!.shape[axis]!;
  if (count < 2) return elements;
  const even = count - (count % 2);
  const pairs = combine(
    elements.map((x) => take(x, axis, 0, even, 2)),
    elements.map((x) => take(x, axis, 1, even, 2)),
  );
  const odd = prefixes(combine, pairs, axis);
  const first = elements.map((x) => take(x, axis, 0, 1, 1));
  if (count === 2) return first.map((x, i) => concatenate([x, odd[i]!], { axis }));
  const between = (count - 1) >> 1;
  const later = combine(
    odd.map((x) => take(x, axis, 0, between, 1)),
    elements.map((x) => take(x, axis, 2, count, 2)),
  );
  return first.map((x, i) => interleave(concatenate([x, later[i]!], { axis }), odd[i]!, axis));
}

/**
 * Running combinations of elements by an associative function, in about log₂(n) rounds of parallel calls: cumulative sums, products of
 * matrices, linear recurrences.
 *
 * @param f - Associative; takes two trees like `elems`, whose tensors hold any number of elements along `axis`, and combines them
 *   element by element to a tree of the same structure, shapes and dtypes.
 * @param elems - A tree of tensors that have equal, known sizes along `axis`.
 * @param options - `reverse`, `axis`, or the axis itself.
 * @returns A tree like `elems`: at place i the combination of all elements up to i.
 * @throws {ArgumentError} when there is no tensor, the size is unknown, or the result of `f` has another structure.
 * @throws {ShapeError} when tensors have no such axis or differ in size along it, or `f` changes a shape.
 * @example
 * ```ts
 * import { ops } from "keras";
 * // h[i] = a[i] h[i-1] + b[i], as pairs (a, b) that are composed.
 * type Step = readonly [ops.Tensor, ops.Tensor];
 * const compose = ([a, b]: Step, [c, d]: Step): Step => [ops.multiply(a, c), ops.add(ops.multiply(c, b), d)];
 * const [, h] = ops.associativeScan(compose, [ops.array([2, 2, 2]), ops.array([1, 1, 1])] as Step);
 * console.log(await h.array()); // [1, 3, 7]
 * ```
 */
export function associativeScan<T extends Tree<TensorLike>>(
  f: (a: T, b: T) => T,
  elems: T,
  options?: AssociativeScanOptions | number,
): T {
  const { reverse = false, axis: given = 0 } = resolveOptions<AssociativeScanOptions>(options);
  const leaves = flatten<TensorLike>(elems).map((x) => toTensor(x));
  if (leaves.length === 0) throw new ArgumentError("there are no elements to combine", { op: "associative_scan" });
  const scalar = leaves.find((x) => x.ndim === 0);
  if (scalar) throw new ShapeError("the elements lie along an axis: a scalar has none", { op: "associative_scan" });
  const axis = normalizeAxis(given, leaves[0]!.ndim, "associative_scan");
  checkSizes(leaves, axis);
  const combine: Combine = (a, b) => {
    const result = f(packSequenceAs(elems, a) as T, packSequenceAs(elems, b) as T);
    return checkCombined(
      a,
      flatten<TensorLike>(result).map((x) => toTensor(x)),
    );
  };
  const turned = reverse ? leaves.map((x) => flip(x, axis)) : leaves;
  const results = prefixes(combine, turned, axis);
  return packSequenceAs(elems, reverse ? results.map((x) => flip(x, axis)) : results) as T;
}

function checkSizes(leaves: Leaves, axis: number): void {
  const size: Dim | undefined = leaves[0]!.shape[axis];
  for (const x of leaves) {
    const own: Dim | undefined = x.shape[axis];
    if (own !== undefined && size !== undefined && dim.equal(own, size)) continue;
    throw new ShapeError(
      `all tensors need the same number of elements along axis ${axis}: ${leaves.map((l) => formatShape(l.shape)).join(", ")}`,
      { op: "associative_scan" },
    );
  }
  if (!dim.isStatic(size!)) {
    throw new ArgumentError(`the number of elements must be known: it is ${String(size)}`, { op: "associative_scan" });
  }
}

function checkCombined(before: Leaves, after: Leaves): Leaves {
  if (before.length !== after.length) {
    throw new ArgumentError(`the function gave ${after.length} tensors for ${before.length}`, {
      op: "associative_scan",
    });
  }
  after.forEach((y, i) => {
    const x = before[i]!;
    if (sameShape(x.shape, y.shape) && x.dtype === y.dtype) return;
    throw new ShapeError(
      `the function must keep shapes and dtypes: part ${i} was ${x.dtype}${formatShape(x.shape)} and became ${y.dtype}${formatShape(y.shape)}`,
      { op: "associative_scan" },
    );
  });
  return after;
}
