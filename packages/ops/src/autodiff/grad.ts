import { toTensor } from "../convert.ts";
import { isDifferentiable } from "../dtype.ts";
import { ArgumentError, GradientError } from "../errors.ts";
import { onesLike } from "../numpy/ones-like.ts";
import { zerosLike } from "../numpy/zeros-like.ts";
import type { TensorLike } from "../operand.ts";
import { runtime, scoped } from "../runtime.ts";
import { formatShape } from "../shape.ts";
import { isTensor, type Tensor } from "../tensor.ts";
import { flatten, packSequenceAs, type Tree } from "../tree/structure.ts";
import type { Variable } from "../variable.ts";
import { dispatch } from "../execution/dispatch.ts";
import { backward } from "./backward.ts";
import { callCompiled } from "./compiled-call.ts";
import { identityOp } from "../numpy/copy.ts";
import { Tape } from "./tape.ts";

/** Result of {@link valueAndGrad}. */
export interface ValueAndGrad<Aux> {
  readonly value: Tensor;
  /** One per Variable, zeros where it has no influence. */
  readonly grads: Tensor[];
  readonly aux: Aux;
}

/** Runs `fn` with a tape that also watches the given tensors. */
function recorded<R>(tape: Tape, fn: () => R): R {
  const result = scoped({ tapes: [...runtime().tapes, tape] }, fn);
  if (result instanceof Promise)
    throw new ArgumentError("gradients are taken of synchronous functions: this one returned a promise");
  return result;
}

function scalarLoss(value: Tensor): Tensor {
  if (!isTensor(value)) throw new GradientError("the function must return a scalar tensor (or [scalar, aux])");
  if (value.shape.length !== 0)
    throw new GradientError(
      `a gradient needs a scalar; the function returned shape ${formatShape(value.shape)}: reduce it with ops.sum or ops.mean`,
    );
  if (!isDifferentiable(value.dtype))
    throw new GradientError(`a gradient needs a float value; the function returned ${value.dtype}`);
  return value;
}

/** Cotangents of Variables, over all values that each was read with. */
function variableGrads(
  tape: Tape,
  outputs: readonly Tensor[],
  cotangents: readonly (Tensor | null)[],
  variables: readonly Variable[],
): (Tensor | null)[] {
  const sources = variables.map((v) => [...(tape.reads.get(v) ?? [])]);
  const flat = backward(tape, outputs, cotangents, sources.flat());
  let at = 0;
  return sources.map((reads) => {
    const grads = reads.map(() => flat[at++]!).filter((g): g is Tensor => g !== null);
    return grads.length === 0 ? null : grads.reduce((a, b) => a.add(b));
  });
}

/**
 * Value of `fn` and its gradients with respect to Variables.
 *
 * @param fn - Synchronous; returns a scalar loss, or `[loss, aux]`.
 * @param variables - Variables to differentiate by.
 * @throws {GradientError} when the loss is not a float scalar, or an op on the way has no gradient.
 *
 * @example
 * ```ts
 * import { Variable, ops } from "keras";
 * const w = new Variable([1, 2, 3]);
 * const { value, grads } = ops.valueAndGrad(() => ops.sum(ops.square(w)), [w]);
 * console.log(await value.item(), await grads[0].array()); // 14 [2, 4, 6]
 * ```
 */
export function valueAndGrad(fn: () => Tensor, variables: readonly Variable[]): ValueAndGrad<undefined>;
export function valueAndGrad<Aux>(fn: () => readonly [Tensor, Aux], variables: readonly Variable[]): ValueAndGrad<Aux>;
export function valueAndGrad(
  fn: () => Tensor | readonly [Tensor, unknown],
  variables: readonly Variable[],
): ValueAndGrad<unknown> {
  const tape = new Tape(variables, callCompiled);
  const result = recorded(tape, fn);
  const [loss, aux] = Array.isArray(result) ? (result as readonly [Tensor, unknown]) : [result as Tensor, undefined];
  const value = scalarLoss(loss);
  const grads = variableGrads(tape, [value], [onesLike(value)], variables);
  tape.release();
  return { value, grads: grads.map((g, i) => g ?? zerosLike(variables[i]!.value)), aux };
}

/** An argument as a tensor of its own, so that one tensor passed twice has two gradients; outer tapes see where it comes from. @internal */
export function fresh(x: TensorLike): Tensor {
  return dispatch(identityOp, [toTensor(x)], {})[0]!;
}

/**
 * The gradient function of a scalar function of tensors.
 *
 * @param fn - Synchronous; takes tensors, returns a float scalar.
 * @param options - `argnums`: which arguments to differentiate by (default 0); a number gives one gradient, a list gives a list.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const cube = (x: ops.Tensor) => ops.multiply(x, ops.multiply(x, x));
 * console.log(await ops.grad(cube)(2).item()); // 12
 * console.log(await ops.grad(ops.grad(cube))(2).item()); // 12: the second derivative
 * ```
 */
export function grad(fn: (...xs: Tensor[]) => Tensor): (...xs: TensorLike[]) => Tensor;
export function grad(
  fn: (...xs: Tensor[]) => Tensor,
  options: { readonly argnums: number },
): (...xs: TensorLike[]) => Tensor;
export function grad(
  fn: (...xs: Tensor[]) => Tensor,
  options: { readonly argnums: readonly number[] },
): (...xs: TensorLike[]) => Tensor[];
export function grad(
  fn: (...xs: Tensor[]) => Tensor,
  options: { readonly argnums?: number | readonly number[] } = {},
): (...xs: TensorLike[]) => Tensor | Tensor[] {
  const argnums = options.argnums ?? 0;
  const picked = typeof argnums === "number" ? [argnums] : argnums;
  return (...xs) => {
    const args = xs.map((x) => toFloatArgument(fresh(x)));
    const { outputs, pullback, tape } = pull(
      () => [scalarLoss(fn(...args))],
      picked.map((i) => args[i]!),
    );
    const grads = pullback([onesLike(outputs[0]!)]).map((g, i) => g ?? zerosLike(args[picked[i]!]!));
    tape.release();
    return typeof argnums === "number" ? grads[0]! : grads;
  };
}

/** Numbers given where a gradient is wanted are meant as floats. @internal */
export function toFloatArgument(x: Tensor): Tensor {
  return x.shape.length === 0 && x.dtype === "int32" && x.storage !== null ? toTensor(x, "float32") : x;
}

/** Runs `fn`, and gives what pulls cotangents of its outputs back to the sources. @internal */
export function pull(
  fn: () => readonly Tensor[],
  sources: readonly Tensor[],
): { outputs: readonly Tensor[]; pullback: (g: readonly (Tensor | null)[]) => (Tensor | null)[]; tape: Tape } {
  const tape = new Tape([], callCompiled);
  for (const s of sources) {
    tape.watch(s);
    s.pinned = true;
  }
  const outputs = recorded(tape, fn);
  return { outputs, pullback: (g) => backward(tape, outputs, g, sources), tape };
}

/**
 * Value of `fn` and the function that pulls cotangents of its outputs back to its arguments.
 *
 * @param fn - Synchronous; takes tensors, returns a tree of tensors.
 * @param primals - The arguments.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [y, pullback] = ops.vjp((x) => ops.square(x), [ops.array([1, 2])]);
 * console.log(await (pullback(ops.onesLike(y))[0]).array()); // [2, 4]
 * ```
 */
export function vjp<Out extends Tree<Tensor>>(
  fn: (...xs: Tensor[]) => Out,
  primals: readonly TensorLike[],
): [outputs: Out, pullback: (cotangents: Out) => Tensor[]] {
  const args = primals.map(fresh);
  let result: Out | undefined;
  const { pullback } = pull(() => flatten<Tensor>((result = fn(...args)) as Tree<Tensor>), args);
  const pullTree = (cotangents: Out): Tensor[] =>
    pullback(flatten<Tensor>(cotangents as Tree<Tensor>)).map((g, i) => g ?? zerosLike(args[i]!));
  return [result!, pullTree];
}

/**
 * Value of `fn` and its derivative in the direction of `tangents` (forward mode, made of two reverse passes).
 *
 * @param fn - A function of tensors.
 * @param primals - Its arguments.
 * @param tangents - A direction: for each argument a tensor of its shape.
 * @throws {ArgumentError} when primals and tangents differ in number.
 *
 * @example
 * ```ts
 * import { ops } from "keras";
 * const [y, dy] = ops.jvp((x) => ops.square(x), [ops.array([3])], [ops.array([1])]);
 * console.log(await y.array(), await dy.array()); // [9] [6]
 * ```
 */
export function jvp<Out extends Tree<Tensor>>(
  fn: (...xs: Tensor[]) => Out,
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
): [Out, Out] {
  if (primals.length !== tangents.length)
    throw new ArgumentError(`${primals.length} primals need as many tangents, got ${tangents.length}`);
  const args = primals.map(fresh);
  let result: Out | undefined;
  // The pullback is linear in its cotangents: its own pullback, at any cotangents, is the derivative forwards.
  const inner = pull(() => flatten<Tensor>((result = fn(...args)) as Tree<Tensor>), args);
  const zeros = inner.outputs.map((y) => zerosLike(y));
  const outer = pull(() => inner.pullback(zeros).map((g, i) => g ?? zerosLike(args[i]!)), zeros);
  const forward = outer.pullback(tangents.map((t, i) => toTensor(t, args[i]!.dtype)));
  const derivatives = forward.map((d, i) => d ?? zerosLike(inner.outputs[i]!));
  return [result!, packSequenceAs(result, derivatives) as Out];
}
