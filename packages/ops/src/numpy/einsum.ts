import { asDType } from "../define/as-dtype.ts";
import { contract, productDType } from "../define/contract.ts";
import { shaped } from "../define/operand.ts";
import type { Dim, Shape } from "../dim.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import { apply } from "../execution/dispatch.ts";
import { defineOp, type OpDef } from "../op.ts";
import type { Other, TensorLike } from "../operand.ts";
import { formatShape, unify } from "../shape.ts";
import type { KerasTensor } from "../symbolic/keras-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { diagonal } from "./diagonal.ts";
import { multiply } from "./multiply.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

interface EinsumAttrs {
  readonly [key: string]: unknown;
  readonly subscripts: string;
}

/** The equation for operands of given shapes: labels of each operand and of the result, and the size of each label. */
interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly sizes: ReadonlyMap<string, Dim>;
}

export const einsumOp: OpDef<EinsumAttrs> = defineOp<EinsumAttrs>({
  name: "einsum",
  keras: "keras.src.ops.numpy.Einsum",
  promote: "same",
  infer: (xs, { subscripts }) => {
    const { output, sizes } = parse(
      subscripts,
      xs.map((x) => x.shape),
    );
    return [{ shape: output.map((label) => sizes.get(label)!), dtype: productDType(xs[0]!.dtype) }];
  },
  decompose: (xs, { subscripts }) => {
    const equation = parse(
      subscripts,
      xs.map((x) => x.shape),
    );
    return [evaluate(equation, xs, productDType(xs[0]!.dtype))];
  },
});

/** Spells out `...` as labels `0`, `1`, … counted from the last axis, and checks sizes. */
function parse(subscripts: string, shapes: readonly Shape[]): Equation {
  const fail = (why: string): never => {
    throw new ArgumentError(`the equation '${subscripts}' ${why}`, { op: "einsum" });
  };
  const [left, right, ...more] = subscripts.replaceAll(" ", "").split("->");
  if (
    more.length > 0 ||
    !/^(?:[a-zA-Z,]|\.\.\.)*$/.test(left!) ||
    (right !== undefined && !/^(?:[a-zA-Z]|\.\.\.)*$/.test(right))
  ) {
    fail("is not made of letters, commas, '...' and one '->'");
  }
  const terms = left!.split(",");
  if (terms.length !== shapes.length) fail(`is for ${terms.length} operands, not ${shapes.length}`);
  let ellipsis = 0;
  const inputs = terms.map((term, k) => {
    const rank = shapes[k]!.length;
    const named = term.replace("...", "");
    if (named.includes(".")) fail("has more than one '...' in a term");
    const rest = rank - named.length;
    if (rest < 0 || (rest > 0 && !term.includes("...")))
      fail(`gives '${term}' for an operand of ${rank} axes: ${formatShape(shapes[k]!)}`);
    ellipsis = Math.max(ellipsis, rest);
    return labels(term, rest);
  });
  const sizes = new Map<string, Dim>();
  inputs.forEach((term, k) =>
    term.forEach((label, axis) => {
      const [known, size] = [sizes.get(label), shapes[k]![axis]!];
      const joined = known === undefined || known === 1 ? size : size === 1 ? known : unify(known, size);
      if (joined === null) {
        throw new ShapeError(`the sizes ${String(known)} and ${String(size)} of '${label}' in '${subscripts}' differ`, {
          op: "einsum",
        });
      }
      sizes.set(label, joined);
    }),
  );
  const all = inputs.flat();
  const once = [...new Set(all)]
    .filter((label) => !/\d/.test(label) && all.indexOf(label) === all.lastIndexOf(label))
    .sort();
  const output = right === undefined ? [...labels("...", ellipsis), ...once] : labels(right, ellipsis);
  const unknown = output.find((label) => !sizes.has(label));
  if (unknown !== undefined) fail(`has '${unknown}' in the result alone`);
  if (new Set(output).size !== output.length) fail("repeats a label in the result");
  if (right !== undefined && !right.includes("...") && ellipsis > 0) fail("drops the axes of '...' from the result");
  return { inputs, output, sizes };
}

function labels(term: string, rest: number): readonly string[] {
  const at = term.indexOf("...");
  const spelled = Array.from({ length: rest }, (_, i) => String(rest - 1 - i));
  return at < 0 ? [...term] : [...term.slice(0, at), ...spelled, ...term.slice(at + 3)];
}

interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

function evaluate({ inputs, output, sizes }: Equation, xs: readonly Tensor[], dtype: Tensor["dtype"]): Tensor {
  const work = dtype === "bool" ? "int32" : dtype;
  let terms: Term[] = xs.map((x, k) => diagonals({ x: asDType(x, work), labels: inputs[k]! }));
  // From left to right, two at a time; each label is summed over as soon as nothing else needs it.
  while (terms.length > 1) {
    const [a, b, ...rest] = terms as [Term, Term, ...Term[]];
    const needed = new Set([...output, ...rest.flatMap((t) => t.labels)]);
    terms = [
      pairProduct(
        summed(a, new Set([...needed, ...b.labels])),
        summed(b, new Set([...needed, ...a.labels])),
        needed,
        sizes,
      ),
      ...rest,
    ];
  }
  const last = summed(terms[0]!, new Set(output));
  return asDType(expanded(last, output, sizes), dtype);
}

/** One axis for a label that an operand has twice. */
function diagonals(term: Term): Term {
  const twice = term.labels.find((label, i) => term.labels.indexOf(label) !== i);
  if (twice === undefined) return term;
  const axis1 = term.labels.indexOf(twice);
  const axis2 = term.labels.lastIndexOf(twice);
  const rest = term.labels.filter((_, i) => i !== axis1 && i !== axis2);
  return diagonals({ x: diagonal(term.x, { axis1, axis2 }), labels: [...rest, twice] });
}

/** Sums over the labels that nothing needs. */
function summed({ x, labels: own }: Term, needed: ReadonlySet<string>): Term {
  const axis = own.flatMap((label, i) => (needed.has(label) ? [] : [i]));
  return axis.length === 0
    ? { x, labels: own }
    : { x: asDType(sum(x, { axis }), x.dtype), labels: own.filter((label) => needed.has(label)) };
}

/** Product of two operands, summed over the labels that only they have. */
function pairProduct(a: Term, b: Term, needed: ReadonlySet<string>, sizes: ReadonlyMap<string, Dim>): Term {
  // An axis of size 1 that meets a longer one is repeated: it is dropped here, as it takes part in nothing.
  const [p, q] = [squeezed(a, b, sizes), squeezed(b, a, sizes)];
  const shared = p.labels.filter((label) => q.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const free = [...p.labels, ...q.labels].filter((label) => !shared.includes(label));
  const axes = (t: Term, of: readonly string[]): number[] => of.map((label) => t.labels.indexOf(label));
  const own = [...batch, ...free];
  if (inner.length === 0) {
    const spread = (t: Term): Tensor =>
      reshape(
        ordered(t, own),
        own.map((label) => (t.labels.includes(label) ? t.x.shape[t.labels.indexOf(label)]! : 1)),
      );
    return { x: multiply(spread(p), spread(q)), labels: own };
  }
  const x = contract(
    p.x,
    q.x,
    { contract: [axes(p, inner), axes(q, inner)], batch: [axes(p, batch), axes(q, batch)] },
    p.x.dtype,
  );
  return { x, labels: own };
}

function squeezed(a: Term, b: Term, sizes: ReadonlyMap<string, Dim>): Term {
  const drop = a.labels.filter((label, i) => b.labels.includes(label) && a.x.shape[i] === 1 && sizes.get(label) !== 1);
  if (drop.length === 0) return a;
  const kept = a.labels.filter((label) => !drop.includes(label));
  return {
    x: reshape(
      a.x,
      kept.map((label) => a.x.shape[a.labels.indexOf(label)]!),
    ),
    labels: kept,
  };
}

/** The axes of a term in the order of `own`, as far as it has them. */
function ordered({ x, labels: given }: Term, own: readonly string[]): Tensor {
  const perm = own.filter((label) => given.includes(label)).map((label) => given.indexOf(label));
  return perm.every((p, i) => p === i) ? x : transpose(x, perm);
}

/** A term with exactly the labels of the result; an axis of size 1 that another operand repeated is there at full length. */
function expanded(term: Term, output: readonly string[], sizes: ReadonlyMap<string, Dim>): Tensor {
  const x = ordered(term, output);
  const shape = output.map((label) => sizes.get(label)!);
  return broadcastTo(x, shape);
}

/**
 * A sum of products of tensors, as an equation over their axes says (Einstein's notation): axes with the same letter run together, and
 * those that the result does not have are summed over.
 *
 * @param subscripts - The letters of the axes of each operand, then `->` and those of the result, such as `"ij,jk->ik"`. `...` stands for
 *   any axes in front, which broadcast. Without `->` the result has the letters that occur once, in alphabetical order.
 * @param operands - Any shapes of numeric dtypes.
 * @throws {ArgumentError} when the equation is malformed or does not fit the operands.
 * @throws {ShapeError} when sizes of axes with the same letter differ.
 * @example
 * ```ts
 * import { ops } from "keras";
 * console.log(await ops.einsum("ij,j->i", [[1, 2], [3, 4]], [1, 1]).array()); // [3, 7]
 * ```
 */
export function einsum(subscripts: string, ...operands: readonly TensorLike[]): Tensor;
export function einsum(subscripts: string, ...operands: readonly Other[]): KerasTensor;
export function einsum(subscripts: string, ...operands: readonly Other[]): Tensor | KerasTensor {
  if (operands.length === 0) throw new ArgumentError("needs at least one operand", { op: "einsum" });
  return apply(einsumOp, operands.map(shaped), { subscripts })[0]!;
}
