import { vmap } from "../batching/vmap.ts";
import { toTensor } from "../convert.ts";
import { dim, type Shape } from "../dim.ts";
import { isDifferentiable } from "../dtype.ts";
import { ArgumentError, GradientError, ShapeError } from "../errors.ts";
import { eye } from "../numpy/eye.ts";
import { reshape } from "../numpy/reshape.ts";
import { transpose } from "../numpy/transpose.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import type { TensorLike } from "../operand.ts";
import { formatShape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";
import { fresh, grad, pull, toFloatArgument, vjp } from "./grad.ts";

/** Options of {@link jacobian}. */
export interface JacobianOptions<Argnums> {
  /** By which argument, or arguments. Default 0. */
  readonly argnums?: Argnums | undefined;
  /** `reverse` does one backward pass per element of the result, `forward` one per element of the arguments. Default `reverse`. */
  readonly mode?: "reverse" | "forward" | undefined;
}

/** All unit tensors of a shape, stacked. */
function basis(like: Tensor): Tensor {
  const n = like.size;
  return reshape(eye(n, n, { dtype: like.dtype }), [n, ...like.shape]);
}

/** One row per output element → [...output, ...argument]. */
function byRows(rows: Tensor, output: Tensor, argument: Tensor): Tensor {
  return reshape(rows, [...output.shape, ...argument.shape]);
}

/** One row per argument element → [...output, ...argument]. */
function byColumns(columns: Tensor, output: Tensor, argument: Tensor): Tensor {
  const flat = reshape(columns, [argument.size, output.size]);
  return reshape(transpose(flat), [...output.shape, ...argument.shape]);
}

function checkSizes(values: readonly Tensor[], what: string): void {
  for (const x of values) {
    if (!isDifferentiable(x.dtype))
      throw new GradientError(`a Jacobian needs ${what} of a float dtype, not ${x.dtype}`);
    const unknown = (x.shape as Shape).some((d) => !dim.isStatic(d));
    if (unknown) throw new GradientError(`a Jacobian needs ${what} of known sizes, not ${formatShape(x.shape)}`);
  }
}

type Pullback = (cotangents: readonly (Tensor | null)[]) => (Tensor | null)[];

function reverseMode(outputs: readonly Tensor[], pullback: Pullback, sources: readonly Tensor[]): Tensor[][] {
  return outputs.map((y, k) => {
    const rows = vmap((g: Tensor) => {
      const flows = pullback(outputs.map((_, i) => (i === k ? g : null)));
      return flows.map((d, i) => d ?? zerosLike(sources[i]!));
    })(basis(y));
    return rows.map((r, i) => byRows(r, y, sources[i]!));
  });
}

function forwardMode(outputs: readonly Tensor[], pullback: Pullback, sources: readonly Tensor[]): Tensor[][] {
  // The pullback is linear in its cotangents: pulling tangents back through it moves them forwards.
  const zeros = outputs.map((y) => zerosLike(y));
  const outer = pull(() => pullback(zeros).map((d, i) => d ?? zerosLike(sources[i]!)), zeros);
  const bySource = sources.map((x, i) => {
    const columns = vmap((t: Tensor) => {
      const flows = outer.pullback(sources.map((_, j) => (i === j ? t : null)));
      return flows.map((d, k) => d ?? zerosLike(outputs[k]!));
    })(basis(x));
    return columns.map((c, k) => byColumns(c, outputs[k]!, x));
  });
  return outputs.map((_, k) => bySource.map((columns) => columns[k]!));
}

/**
 * The function that gives all derivatives of a function's results by its arguments.
 *
 * @param fn - Synchronous; takes tensors, returns a tensor or a tree of them, all float.
 * @param options - `argnums`: by which arguments (default 0); a list gives a list of results, one per argument. `mode`.
 * @returns A function of the same arguments. Each tensor of the result has the shape `[...output, ...argument]`.
 * @throws {GradientError} when a dtype is not float, a size is unknown, or an op on the way has no gradient.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const f = (x: ops.Tensor) => ops.stack([ops.prod(x), ops.sum(ops.square(x))]);
 * console.log(await ops.jacobian(f)(ops.array([2, 3])).array()); // [[3, 2], [4, 6]]
 * ```
 */
export function jacobian<Out extends Tree<Tensor>>(
  fn: (...xs: Tensor[]) => Out,
  options?: JacobianOptions<number>,
): (...xs: TensorLike[]) => Out;
export function jacobian<Out extends Tree<Tensor>>(
  fn: (...xs: Tensor[]) => Out,
  options: JacobianOptions<readonly number[]>,
): (...xs: TensorLike[]) => Out[];
export function jacobian<Out extends Tree<Tensor>>(
  fn: (...xs: Tensor[]) => Out,
  options: JacobianOptions<number | readonly number[]> = {},
): (...xs: TensorLike[]) => Out | Out[] {
  const { argnums = 0, mode = "reverse" } = options;
  const picked = typeof argnums === "number" ? [argnums] : argnums;
  return (...xs) => {
    const args = xs.map((x) => toFloatArgument(fresh(x)));
    const sources = picked.map((i) => {
      const x = args[i];
      if (x) return x;
      throw new ArgumentError(`there is no argument ${i} to differentiate by: ${args.length} were given`);
    });
    checkSizes(sources, "arguments");
    let result: Out | undefined;
    const { outputs, pullback } = pull(() => flatten<Tensor>((result = fn(...args)) as Tree<Tensor>), sources);
    checkSizes(outputs, "results");
    const found = (mode === "reverse" ? reverseMode : forwardMode)(outputs, pullback, sources);
    const trees = sources.map(
      (_, i) =>
        packSequenceAs(
          result,
          found.map((row) => row[i]!),
        ) as Out,
    );
    return typeof argnums === "number" ? trees[0]! : trees;
  };
}

/**
 * The function that gives all second derivatives of a scalar function.
 *
 * @param fn - Synchronous; takes tensors, returns a float scalar.
 * @param options - `argnums`: by which arguments (default 0); a list gives a matrix of blocks, `blocks[i][j]` of argument i by argument j.
 * @returns A function of the same arguments, which gives `[...x, ...x]`.
 * @throws {GradientError} as {@link jacobian}.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const f = (x: ops.Tensor) => ops.prod(x);
 * console.log(await ops.hessian(f)(ops.array([2, 3, 5])).array()); // [[0, 5, 3], [5, 0, 2], [3, 2, 0]]
 * ```
 */
export function hessian(
  fn: (...xs: Tensor[]) => Tensor,
  options?: { readonly argnums?: number | undefined },
): (...xs: TensorLike[]) => Tensor;
export function hessian(
  fn: (...xs: Tensor[]) => Tensor,
  options: { readonly argnums: readonly number[] },
): (...xs: TensorLike[]) => Tensor[][];
export function hessian(
  fn: (...xs: Tensor[]) => Tensor,
  options: { readonly argnums?: number | readonly number[] | undefined } = {},
): (...xs: TensorLike[]) => Tensor | Tensor[][] {
  const { argnums = 0 } = options;
  if (typeof argnums === "number") return jacobian(grad(fn, { argnums }), { argnums });
  const columns = jacobian(grad(fn, { argnums }), { argnums });
  return (...xs) => {
    const byArgument = columns(...xs);
    return argnums.map((_, i) => byArgument.map((column) => column[i]!));
  };
}

/**
 * Product of the matrix of second derivatives of a scalar function with a vector, without the matrix: the gradient's change along
 * `vectors`.
 *
 * @param fn - Synchronous; takes tensors, returns a float scalar.
 * @param primals - The arguments, floats.
 * @param vectors - As many tensors, of the shapes of the arguments.
 * @returns One tensor per argument, of its shape.
 * @throws {ArgumentError} when primals and vectors differ in number.
 * @throws {GradientError} when the value is not a float scalar, or an op on the way has no second derivative.
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [product] = ops.hvp((x) => ops.prod(x), [ops.array([2, 3, 5])], [ops.array([1, 0, 0])]);
 * console.log(await product.array()); // [0, 5, 3]
 * ```
 */
export function hvp(
  fn: (...xs: Tensor[]) => Tensor,
  primals: readonly TensorLike[],
  vectors: readonly TensorLike[],
): Tensor[] {
  if (primals.length !== vectors.length)
    throw new ArgumentError(`${primals.length} primals need as many vectors, got ${vectors.length}`);
  const args = primals.map((x) => toFloatArgument(fresh(x)));
  // The matrix is symmetric: pulling a vector back through the gradient multiplies by it.
  const [gradients, pullback] = vjp(grad(fn, { argnums: args.map((_, i) => i) }), args);
  const directions = vectors.map((v, i) => {
    const [direction, { shape, dtype }] = [toTensor(v, gradients[i]!.dtype), gradients[i]!];
    if (direction.dtype === dtype && sameShape(direction.shape, shape)) return direction;
    throw new ShapeError(
      `vector ${i} of shape ${formatShape(direction.shape)} must have its argument's shape ${formatShape(shape)}`,
    );
  });
  return pullback(directions);
}
